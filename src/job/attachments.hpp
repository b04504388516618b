#pragma once
// <attachment>: a document that nobody here reads (a PDF, a picture), as base64 in an element of a
// record or beside the records in a ZIP archive (an enclosure), and what the record says of it.
// Checked by parse, carried as it came.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "job/path.hpp"
#include "seal/digest.hpp"

namespace job {

// What can be told from the content itself (parse/media.hpp has the marks).
enum class MediaType : unsigned char {
    pdf,
    png,
    jpeg,
    gif,
    tiff,
    zip,
    docx,
    xlsx,
    pptx,
    xml,
    rtf,
    text,
};
inline constexpr std::size_t media_types = 12;

std::string_view to_string(MediaType type);  // "application/pdf"
// Case and parameters (";charset=...") do not count; also the usual second names.
std::optional<MediaType> parse_media_type(std::string_view text);
std::vector<std::string> media_type_names();

// The names of the social security's generic envelope: SHA-256, SHA-512; case does not count.
std::optional<seal::DigestAlgorithm> parse_integrity_method(std::string_view text);

// A path, or 'a literal' where all records say the same.
struct PathOrLiteral {
    std::optional<Path> path;
    std::string literal;
    bool given() const { return path || !literal.empty(); }
};

// Paths are relative to the record; that of the document leads downwards.
struct Attachment {
    Path path;              // of the document, or of its name where it lies beside the records
    bool enclosed = false;  // it does
    PathOrLiteral media_type;
    PathOrLiteral algorithm;  // of `digest`
    std::optional<Path> size, digest, name;
    std::vector<MediaType> allow;  // never empty
    std::uint64_t bytes_max = 0;   // decoded; 0: only the limits of the job hold
    core::Severity severity = core::Severity::B;
};

// All paths, that of the document first.
std::vector<const Path*> paths_of(const Attachment& attachment);

struct Attachments {
    std::vector<Attachment> list;  // in the order of the job
};

struct Job;
// Do documents lie beside its records?
bool encloses(const Job& job);

}  // namespace job
