#pragma once
// Reads an input from an entry on and cuts it into slices, one after the other, at places that
// depend on its bytes only. For XML: decoded to UTF-8 and cut behind end tags of records; for flat
// files: cut behind lines and rendered as XML.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parse/encoding.hpp"
#include "parse/entry.hpp"
#include "parse/plan.hpp"
#include "parse/shared_text.hpp"
#include "parse/source.hpp"

namespace parse {

// What the bytes right before a cut seem to be: the end of a record, of a document, or nothing that
// would let one assume a state.
enum class Cut : std::uint8_t { record, document, blind, end };

struct Slice {
    SharedText bytes;    // as parcels carry it
    std::string walked;  // flat files: the XML made of it; else empty
    std::vector<std::pair<std::uint64_t, std::uint64_t>> map;  // walked to bytes, see fold.hpp
    std::optional<core::Counted> counted;                      // of bytes, where the reader has
    Scale scale;
    Cut cut = Cut::end;                   // at its end
    std::string reader_state;             // behind it
    std::uint64_t weight = 0;             // bytes of memory that it will come to, estimated
    std::vector<core::Finding> findings;  // of the reader itself (flat files); offsets in bytes

    std::string_view text() const { return walked.empty() ? std::string_view(bytes) : walked; }
    bool last() const { return cut == Cut::end; }
    const core::Counted* counts() const { return counted ? &*counted : nullptr; }
    // Puts the rest of the slice before this one in front.
    void prepend(const Slice& before, std::uint64_t from);
};

class Reader {
  public:
    virtual ~Reader() = default;
    // False: there are no more. The last slice has cut == end (also of an empty input).
    virtual bool next(Slice& slice) = 0;
    // The input cannot be read at all (its encoding).
    const std::optional<core::Finding>& problem() const { return problem_; }

  protected:
    std::optional<core::Finding> problem_;
};

std::unique_ptr<Reader> make_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                    const Entry& entry, std::uint64_t slice_bytes);

// `threads`: how many may read ahead. The slices are the same for any number.
std::unique_ptr<Reader> make_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                    const Entry& entry, std::uint64_t slice_bytes,
                                    unsigned threads);

// Bytes of memory that a record of a slice takes beside its own bytes, about.
std::uint64_t record_weight(const Plan& plan);

// A slice of short records ends where it weighs so many times the bytes of one.
inline constexpr std::uint64_t weight_factor = 2;

// The elements behind which slices are cut, local names: records, then documents.
std::vector<std::string> cut_names(const Plan& plan);

// How many of their end tags, with markup behind them, are in a text.
std::size_t ends_in(std::string_view text, const std::vector<std::string>& names);

// The first place at or behind `from` right behind an end tag of one of the names (local, any
// prefix) with only white space before the next '<'. npos if there is none; `found` is the index of
// the name.
std::size_t find_cut(std::string_view text, std::size_t from, const std::vector<std::string>& names,
                     std::size_t& found);

}  // namespace parse
