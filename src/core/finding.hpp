#pragma once
// A Finding is one thing wrong with the data: a value, never an exception. One fault in the data
// gives one finding, at the place where it is.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

// Zone 00497 AnomalyClass of the social security: B blocking, P percentage error, NP non-percentage
// error, D error in the verification of a right, W warning, I investigation. Only B rejects by
// itself; P rejects the document above percent-errors.
enum class Severity : std::uint8_t { B, NP, P, D, W, I };

std::string_view to_string(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// Why: picks the explanatory sentence of a finding (core/code_table.hpp has the texts in four
// languages, with {0} {1} for `details`).
enum class Reason : std::uint16_t {
    // element and attribute structure
    element_missing,     // {0} the names that were expected here
    content_missing,     // an element of any name must stand in it
    element_unexpected,  // {0} the names that were expected here (known element at the wrong place)
    element_unknown,     // no such element in this schema at this level
    element_repeated,    // {0} the greatest number allowed
    element_not_empty,   // content in an element that must be empty
    text_not_allowed,    // character data between the children of an element-only element
    attribute_missing,   // {0} name
    attribute_unknown,   // {0} name
    element_abstract,
    nil_not_allowed,
    type_not_derived,
    type_unknown,
    fixed_value,
    // values
    value_empty,
    not_numeric,
    pattern,
    enumeration,
    length,  // length: {0} least {1} greatest number of characters
    range,   // {0} least {1} greatest
    total_digits,
    fraction_digits,  // {0} greatest number of digits
    datatype,         // {0} the built-in type
    check_digits,     // {0} the kind of identifier
    // identity
    duplicate,
    key_missing,
    keyref_unmatched,
    total_differs,  // {0} declared, {1} calculated (amounts and counts; never personal)
    // limits
    limit,  // {0} the name of the setting, {1} its value
    // well-formedness and encoding: the whole file
    xml_syntax,  // {0} what the scanner expected
    encoding,    // {0} the encoding
    doctype,
    schema_unknown,
    root_unknown,
    // flat files
    line_too_short,
    line_too_long,
    record_type_unknown,
    trailer_missing,
    count_differs,
    // by the referee alone
    referee,  // {0} the referee's words, values removed
    // by the reference directory
    person_not_integrated,  // the sender holds no file on the person at the reference date
    person_replaced,        // the person has another number now
    mandate_missing,        // none, or lapsed
    mandate_other,          // one for the employer, but not for this subject or capacity
    // documents that lie beside the records
    enclosure_absent,      // named by a record, but it did not come
    enclosure_unnamed,     // {0} how many came that no record names
    enclosure_encrypted,   // in the archive
    enclosure_damaged,     // or packed in a way that is not taken
    archive_damaged,       // as a whole
    archive_name,          // of an entry: not a safe one
    archive_name_repeated  // of two entries
};

struct Place {
    std::uint64_t offset = 0;  // 0-based byte in the file (or part) as delivered
    std::uint64_t line = 1;    // from 1; \n, \r\n and a lone \r each end a line
    std::uint64_t column = 1;  // from 1, in code points
};

struct Finding {
    std::string code;  // zzzzz-ccc, or ACRF-ccc at channel level (annex 30)
    Severity severity = Severity::B;
    Reason reason = Reason::element_unknown;
    std::vector<std::string>
        details;  // arguments of the reason's sentence; never a value from the data
    Place place;
    std::uint32_t part = 1;      // from 1
    std::uint64_t document = 0;  // 1-based through the whole file, 0 = outside any document
    std::uint64_t record = 0;    // likewise
    std::string document_id;     // as the job's document@id found it; may be empty
    std::string path;            // /Root[1]/Form[2]/INSS[1], names as written in the data
    std::string element;         // local name of the offending or missing element, or @name
    std::string value;  // the offending value, at most 100 code points; may be personal: mask
                        // outside its own sender
};

// For logs, terminals of operators, error texts: keeps the length class, shows at most the first
// two characters of long values.
std::string masked(std::string_view value);

}  // namespace core
