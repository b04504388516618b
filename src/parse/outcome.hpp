#pragma once
// What one slice of the input came to: records with their fields and verdicts, documents that began
// or ended in it, findings, and the bytes that parcels are made of. A pure function of (bytes,
// plan, entry). Owns everything that its views point to.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/finding.hpp"
#include "job/condition.hpp"
#include "parse/encoding.hpp"
#include "parse/entry.hpp"
#include "parse/plan.hpp"
#include "parse/shared_text.hpp"

namespace parse {

class PlaceCounter;

struct Value {
    std::string_view text;  // references resolved, white space trimmed at both ends
    bool present = false;
};

struct Record {
    std::uint64_t ordinal = 0;   // through the whole file, from 1
    std::uint32_t document = 0;  // index in Outcome::documents
    bool accepted = true;        // no finding of severity B of its own (decisions of the
                                 // document come later)
    bool percent = false;        // has a finding of severity P
    bool too_large = false;      // over record-bytes-max: nothing else is asked of it, and its
                                 // values are those of its first bytes up to there
    std::uint64_t begin = 0, end = 0;  // in Outcome::bytes: as parcels carry it (flat: its lines)
    std::uint32_t first_finding = 0, findings = 0;  // in Outcome::findings
};

// A declared number (job total) that was met in this slice, with its place for a finding.
struct Declared {
    std::uint32_t total = 0;  // index in job->totals
    std::optional<Decimal> number;
    core::Finding place;  // everything but reason and details, ready to become total_differs
};

// The part of a document that lies in this slice. In a slice that begins inside a document, the
// first one has begins == false.
struct DocumentPart {
    std::uint64_t ordinal = 0;  // through the whole file, from 1
    bool begins = false, ends = false;
    std::string id;  // as known at the end of this part; may be empty
    bool id_known = false;
    std::uint64_t begin = 0, end = 0;             // in Outcome::bytes
    std::uint32_t first_record = 0, records = 0;  // in Outcome::records
    std::vector<Declared> declared;               // totals within the document
    // Per job->totals: what the records of this part add to it (count or sum); within document and
    // file alike. Nothing: a record over the limit is among them, so nobody can say.
    std::vector<std::optional<Decimal>> sums;
    std::vector<core::Finding> findings;  // of the document, outside its records
};

// The bytes of the slice in order, without gaps, as parcels need them (decisions: parcels). Chain
// levels: 0 around the root, 1 the root, ... document_level, ... record_level - 1.
struct Piece {
    enum class Kind : std::uint8_t {
        open,       // start tag of a chain element of this level
        close,      // its end tag
        content,    // other content directly inside the open element of this level
        record,     // one record; white space right before it belongs to it
        too_large,  // one over the limit, or what of it is in this slice: it goes nowhere
    } kind = Kind::content;
    // Content: whether it belongs in every parcel that has this instance open. Maybe: it is behind
    // a child and the slice ends; so if more content that does, or the end tag, comes before a
    // child.
    enum class Keep : std::uint8_t { no, yes, maybe } keep = Keep::yes;
    std::uint32_t level = 0;            // record: that of its parent
    std::uint32_t record = none;        // index in Outcome::records; too_large: where it begins
    std::uint32_t document = none;      // index in Outcome::documents; none outside
    std::uint64_t instance = 0;         // of the open element of this level
    std::uint64_t begin = 0, end = 0;   // in Outcome::bytes
    std::vector<RecountSpan> recounts;  // in Outcome::bytes
};

// A document beside the records that one of them names.
struct Enclosed {
    std::uint32_t record = 0;  // index in Outcome::records
    std::uint32_t index = 0;   // in Enclosures
    bool good = false;         // it was unpacked to its last byte, and may travel
};

struct Outcome {
    std::uint64_t number = 0;  // of the slice in its part, from 0; after a restart it goes on
                               // from 0 at the place of restart
    std::shared_ptr<const Plan> plan;
    Entry entry;       // where it began
    Entry exit;        // where the next begins: save it with the commit of this slice
    SharedText bytes;  // UTF-8 (flat: as delivered, decoded)

    std::vector<DocumentPart> documents;
    std::vector<Record> records;
    std::vector<Piece> pieces;
    std::vector<core::Finding> findings;       // of the records, in order
    std::vector<core::Finding> file_findings;  // outside any document
    std::vector<Declared> declared;            // totals within the file, declared outside documents
    std::vector<Enclosed> enclosed;            // in the order of the records
    bool malformed = false;  // the last of file_findings says why; the whole file is refused (102)
    bool last = false;       // the part ends here (also where malformed)

    // Value of the i-th field of the job in a record of this slice (context fields included).
    Value field(std::size_t record, std::size_t index) const;
    // Value of any query; field(r, i) == value(r, i) for i < job->fields.size().
    Value value(std::size_t record, std::size_t query) const;
    // Does the condition of one of the job's routes hold for this record?
    bool holds(std::size_t record, const job::Condition& condition) const;
    std::string_view text(const Record& record) const;
    // Where a byte of `bytes` stands in the input as delivered. For one thread at a time.
    core::Place place(std::uint64_t offset) const;
    PlaceCounter& places() const;
    // For findings that later stages make about a field's value (duplicates): place, path, element,
    // document, record and value are filled, code ends in `ccc`.
    core::Finding finding_at(std::size_t record, std::size_t query, core::Reason reason,
                             std::string_view ccc, core::Severity severity) const;

    // Bytes of memory that it takes, about; a pure function of what it holds.
    std::uint64_t weight() const;
    // Forgets all but `bytes`, which stay where they are.
    void keep_bytes();

    // What follows is parse's own.
    Scale scale;
    // Flat files: the XML that the walker saw, and which byte of it stands for which of `bytes`.
    std::string walked;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> map;
    // Values of the queries, row by row: views into the walked bytes, `strings` or `entry`.
    struct Cell {
        std::string_view text;
        std::uint64_t begin = 0;  // of the value in the walked bytes
        bool present = false;
        bool before = false;  // the value stands before this slice: its place is in entry.values
    };
    std::vector<Cell> cells;  // records.size() * plan->queries.size()
    // The elements around records: path, start tags and end tags of the chain.
    struct Parent {
        std::string path, chain_open, chain_close;
    };
    std::vector<Parent> parents;
    struct Origin {
        std::uint64_t tag = 0;       // of the record's start tag in the walked bytes
        std::uint64_t end = 0;       // behind its end tag
        std::uint64_t position = 0;  // among its siblings
        std::uint32_t parent = 0;    // index in `parents`
    };
    std::vector<Origin> origins;                                          // one per record
    std::vector<std::pair<std::uint64_t, std::uint64_t>> document_spans;  // in the walked bytes
    // A value around records that stands here: each is looked at once, over how many records ever.
    struct Around {
        std::uint32_t field = 0;
        std::uint32_t document = none;  // index in `documents`; none: outside
        Cell cell;
        std::string path;
    };
    std::vector<Around> values_around;
    std::vector<std::unique_ptr<std::string>> strings;
    mutable std::shared_ptr<PlaceCounter> counted;  // from the first place that is asked for on
    std::string_view walked_bytes() const {
        return walked.empty() ? std::string_view(bytes) : walked;
    }
    // From the walked bytes to `bytes`; the same but for flat files.
    std::uint64_t mapped(std::uint64_t walked_offset) const;
};

// What findings call the target of a query.
std::string element_of(const Plan& plan, const Query& query);

// A value as a finding may carry it: at most 100 code points.
std::string shortened(std::string_view text);

}  // namespace parse
