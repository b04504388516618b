#pragma once
// What a flow is: the checked and resolved content of one jobs/NAME.xml. Plain values; reading is
// job/read.hpp. Nothing here knows of any particular flow.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "core/identifiers.hpp"
#include "core/instant.hpp"
#include "job/path.hpp"

namespace schema {
class Schema;
}

namespace job {

enum class Format : unsigned char { xml, flat };
enum class Unit : unsigned char { record, document, file };
enum class Scope : unsigned char { document, file };
enum class DuplicateContent : unsigned char { refuse, warn, accept };
enum class Receipt : unsigned char { at_reception, final, both };

struct SchemaVersion {
    std::filesystem::path file;                      // absolute
    std::string base_name;                           // what a schemaLocation hint ends in
    std::optional<Condition> when;                   // relative to the document
    std::optional<core::Date> valid_from, valid_to;  // both included
    std::string digest;  // hex SHA-256 over the schema documents read, in order
    std::shared_ptr<const schema::Schema> schema;
    std::vector<std::filesystem::path> documents;  // everything that was read, in order
    std::vector<std::string> fallback_reasons;  // not empty: the referee decides (see schema.hpp)
};

struct Field {
    std::string name;
    Path path;                                 // relative to the record
    std::optional<core::IdentifierKind> type;  // check digits
    core::Severity severity = core::Severity::B;
    bool required = false;
    bool personal = false;  // masked outside its own sender; insz always is
};

struct Unique {
    std::string field;
    Scope within = Scope::document;
    core::Severity severity = core::Severity::B;
};

// A declared number that must equal a count or a sum. Path is relative to the record (or absolute);
// `of` says what is added up.
struct Total {
    Path path;
    enum class Of : unsigned char { records, documents, sum } of = Of::records;
    std::string field;  // for sum: the record's field that is added up
    Scope within = Scope::document;
    core::Severity severity = core::Severity::B;
};

// Of whom the preventive check is made, beside every recipient: `full` also asks whether the sender
// holds each person, `message` stops at the message and the quality.
enum class SenderCheck : unsigned char { full, message, none };

struct Authorise {
    std::string path;     // "A" or "B"
    std::string message;  // message or service asked for
    std::string quality;
    std::string person;             // field that names the person
    std::string user, application;  // path A: in whose name the sender asks; empty: in its own
    std::string framework;          // path B: the legal framework; empty: any
    std::string date;               // field of the reference date; empty: the day of reception
    SenderCheck sender = SenderCheck::full;
};

// The sender acts for somebody else: each document needs a mandate, at its reference date and at
// reception.
struct Mandate {
    std::string employer;  // field that names the employer or institution
    std::string capacity;  // empty: the sender's own
    std::string subject;   // empty: the job's
    std::string date;      // field of the reference date; empty: the day of reception alone
};

// Elements that a recipient gets only where its authorisation names the group.
struct Group {
    std::string name;
    std::vector<Path> elements;  // relative to the record, downwards
};

// What a sender may learn of where its records went.
enum class Disclosure : unsigned char { none, totals, named };

// An element that the engine adds to each delivered record, from the version of the directory that
// the file is decided with. Where it stands: job/enrichment.hpp; for whom: rules/enrich.hpp.
struct Enrich {
    struct Value {
        Name name;  // of the element or attribute; of neither: the text itself
        bool attribute = false;
        std::string of;  // which value of what is read
    };
    Name element;                    // a child of the record
    std::optional<Name> item;        // one for each row; absent: the first row stands in `element`
    std::string source = "holders";  // holders, person, links, or the name of a register
    std::string person;              // field of the key that is read: a person's number, or another
    std::string quality;             // of holders; empty: any
    std::string date;                // field of the reference date; empty: the day of reception
    int history_years = 0;           // how far back rows are wanted
    std::vector<Value> values;
};

struct RouteTarget {
    enum class Select : unsigned char { partner, holders, sources } select = Select::partner;
    std::string partner;  // 6 digits
    std::string of;       // field of the person, for holders
    std::string quality;
    std::string data;               // data class or message, for sources
    std::string directory;          // sectoral directory, for holders; empty: the main one
    std::string date;               // field of the reference date; empty: the day of reception
    std::optional<Condition> when;  // relative to the record
};

struct Recount {
    Path path;  // absolute
    Total::Of of = Total::Of::records;
    std::string field;
};

// What only some flows have; each is told in a header of its own.
struct Questions;    // job/questions.hpp: records are questions to sources
struct Maintenance;  // job/maintenance.hpp: records are changes of the directory
struct Attachments;  // job/attachments.hpp: opaque documents inside records
struct Renditions;   // job/renditions.hpp: other forms in which a recipient may take its records

struct Limits {
    std::uint64_t file_bytes_max = 20ULL << 30;
    std::uint64_t record_bytes_max = 16ULL << 20;
    std::uint64_t text_bytes_max = 8ULL << 20;
    std::uint64_t name_bytes_max = 1024;
    std::uint32_t depth_max = 128;
    std::uint32_t attributes_max = 256;
    std::uint32_t recounts_max = 1000;  // numbers counted again, between two records
    std::uint64_t findings_per_file_max = 10'000;
    std::uint32_t findings_per_record_max = 100;
    std::uint32_t notification_forms_max = 500;
    std::uint64_t notification_bytes_max = 50ULL << 20;
    std::uint32_t age_days_max = 31;  // how far back the date in a name may lie (126)
    // Of the documents that lie beside the records (job/attachments.hpp), all of a set together.
    std::uint32_t enclosures_max = 100'000;
    std::uint64_t enclosures_bytes_max = 20ULL << 30;  // unpacked
    std::uint32_t enclosures_ratio_max = 100;          // unpacked to packed
};

struct Job {
    std::string name;              // jobs/NAME.xml
    std::string subject;           // 4 characters
    std::string service;           // free text
    std::string delivery_subject;  // SUBJ of the parcels; default: subject
    std::filesystem::path file;    // absolute
    std::string digest;            // hex SHA-256 of the job file
    Format format = Format::xml;
    Limits limits;
    std::vector<SchemaVersion> schemas;  // at least one

    Path document;                    // absolute
    std::optional<Path> document_id;  // relative to the document
    bool document_unique_in_sender = false;
    Path record;  // relative to the document; no steps = the document is the record
    std::vector<Field> fields;
    std::vector<Unique> uniques;
    std::vector<Total> totals;
    std::optional<Authorise> authorise;
    std::optional<Mandate> mandate;
    std::vector<Group> groups;
    std::vector<Enrich> enrichments;
    std::vector<RouteTarget> routes;
    std::vector<Path> carry;  // other non-record content that every parcel keeps; absolute
    std::vector<Recount> recounts;

    Unit accept_unit = Unit::record;
    std::optional<double>
        percent_errors;  // share of records with P above which the document is rejected
    int deadline_days = 4;
    bool deadline_working_days = false;
    Receipt receipt = Receipt::both;
    DuplicateContent duplicate_content = DuplicateContent::refuse;
    std::string answer_language;        // "sender" (default) or en fr nl de
    bool evidence_of_delivery = false;  // the sender gets EVID for recipients that it may know
    Disclosure disclosure = Disclosure::none;
    std::uint32_t disclosure_threshold = 10;  // totals below it are not told
    int priority = 5;                         // 1 first .. 9 last
    int payload_days = 90;
    int trace_years = 10;
    int retry_days = 0;  // so long a withheld record is decided again when its person's rows change

    std::shared_ptr<const Questions> questions;      // absent: the flow has none
    std::shared_ptr<const Maintenance> maintenance;  // absent: the flow changes no directory
    std::shared_ptr<const Attachments> attachments;  // absent: records hold no opaque documents
    std::shared_ptr<const Renditions> renditions;    // absent: records leave as they came

    const Field* find_field(std::string_view field_name) const;
};

}  // namespace job
