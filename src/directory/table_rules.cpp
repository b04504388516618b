#include "directory/table_rules.hpp"

#include <array>

#include "core/ensure.hpp"
#include "core/identifiers.hpp"
#include "directory/codes.hpp"
#include "directory/person_parser.hpp"
#include "directory/text_table.hpp"

namespace directory {

namespace {

struct Shape {
    TableName table;
    std::string_view name, header;
    std::string_view kept;  // the delivered column at each place of a kept row
};

constexpr Shape shapes[] = {
    {TableName::persons, "persons", "insz,partner,sector,institution_type,quality,from,to", ""},
    {TableName::availability, "availability", "data,quality,partner", "012"},
    {TableName::authorisations, "authorisations",
     "id,subject_kind,subject,message,quality,fields,from,to,deliberation", "123045678"},
    {TableName::mandates, "mandates", "sender,capacity,employer,subjects,from,to", "021345"},
    {TableName::replaced, "replaced", "old,new,at", "012"},
    {TableName::links, "links", "insz,country,key", "012"},
    {TableName::registers, "registers", "register,key,from,to,group,name,value", "0145236"},
};

const Shape& shape(TableName table) {
    return shapes[static_cast<std::size_t>(table)];
}

// One row under examination.
class Check {
  public:
    Check(const CsvReader& row, TableName table, FindingList& findings)
        : row_(row), table_(table), findings_(findings) {}
    bool good() const { return good_; }

    void error(std::size_t field, const char* code, const char* text) {
        findings_.add({table_, row_.line(), row_.column(field), true, code, text});
        good_ = false;
    }
    void warn(std::size_t field, const char* code, const char* text) {
        findings_.add({table_, row_.line(), row_.column(field), false, code, text});
    }
    void needs(std::size_t field, const char* what) {
        if (row_[field].empty()) error(field, "missing", what);
    }
    void needs_partner(std::size_t field) {
        if (!is_partner_number(row_[field])) error(field, "partner", "a partner has 6 digits");
    }
    void needs_insz(std::size_t field) {
        if (!parse_insz(row_[field]))
            error(field, "check-digits", "the INSZ has not 11 digits with good check digits");
    }
    void needs_date(std::size_t field) {
        if (!parse_day(row_[field]))
            error(field, "date", "a date is written like 2026-11-22, from 1801 to 4669");
    }
    void needs_period(std::size_t from) {
        const std::size_t to = from + 1;
        needs_date(from);
        if (row_[to].empty()) return;
        needs_date(to);
        // Dates of this form are ordered as their text.
        if (good_ && row_[to] < row_[from]) error(to, "period", "the period ends before it begins");
    }
    // Empty, *, or one or several known codes.
    void needs_quality(std::size_t field) {
        static constexpr std::string_view marks = " ;|+";
        std::string_view text = row_[field];
        if (text == "*") return;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find_first_of(marks), text.size());
            const std::string_view one = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            if (one.empty()) continue;
            const auto quality = parse_code(one);
            if (!quality || know_quality(0, *quality) == Known::no) {
                error(field, "quality", "there is no quality code of this number");
                return;
            }
        }
    }
    void no_controls() {
        for (std::size_t field = 0; field < row_.size(); ++field) {
            for (const char c : row_[field])
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
                    return error(field, "control", "a control character stands in this field");
            if (!is_text(row_[field]))
                return error(field, "encoding", "the field is no text in UTF-8");
        }
    }
    // UTF-8 whose characters may stand in XML.
    static bool is_text(std::string_view text) {
        for (std::size_t i = 0; i < text.size();) {
            const auto lead = static_cast<unsigned char>(text[i++]);
            if (lead < 0x80) continue;
            const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
            if (lead < 0xC2 || lead > 0xF4 || text.size() - i < more) return false;
            std::uint32_t point = lead & (0x3FU >> more);
            for (std::size_t k = 0; k < more; ++k) {
                const auto byte = static_cast<unsigned char>(text[i++]);
                if ((byte & 0xC0U) != 0x80) return false;
                point = point << 6 | (byte & 0x3FU);
            }
            static constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
            if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) ||
                point == 0xFFFE || point == 0xFFFF)
                return false;
        }
        return true;
    }
    std::string_view operator[](std::size_t field) const { return row_[field]; }

  private:
    const CsvReader& row_;
    TableName table_;
    FindingList& findings_;
    bool good_ = true;
};

void check_subject(Check& check) {
    const auto kind = parse_subject_kind(check[1]);
    if (!kind)
        return check.error(1, "subject-kind", "it is user, application, institution or framework");
    check.needs(2, "an authorisation names its subject");
    const std::size_t colon = check[2].find(':');
    if (*kind != SubjectKind::institution || colon == std::string_view::npos) return;
    const auto sector = parse_code(check[2].substr(0, colon));
    const auto type = parse_code(check[2].substr(colon + 1));
    const bool any_type = check[2].substr(colon + 1) == "*";
    if (!sector || know_sector(*sector) == Known::no)
        check.error(2, "sector", "there is no sector of this number");
    else if (!any_type && (!type || know_type(*sector, *type) == Known::no))
        check.error(2, "institution-type", "there is no institution type of this number");
}

void check_employer(Check& check) {
    using core::IdentifierKind;
    using core::IdentifierVerdict;
    const std::string_view employer = check[2];
    if (employer.empty() || employer.find_first_not_of("0123456789") != std::string_view::npos)
        return;
    if (employer.size() < 9 || employer.size() > 10) return;
    const auto good = [&](IdentifierKind kind) {
        return core::check_identifier(kind, employer) == IdentifierVerdict::good;
    };
    if (good(IdentifierKind::noss) || good(IdentifierKind::noss_provisional) ||
        good(IdentifierKind::enterprise) || good(IdentifierKind::establishment))
        return;
    check.warn(2, "identifier", "no kind of employer's number has these check digits");
}

void check_row(Check& check, TableName table) {
    check.no_controls();
    switch (table) {
        case TableName::persons:
            ENSURE(false);
            break;
        case TableName::availability:
            check.needs(0, "a row names its data");
            check.needs_quality(1);
            check.needs_partner(2);
            break;
        case TableName::authorisations:
            check.needs(0, "an authorisation has an id");
            check_subject(check);
            check.needs(3, "an authorisation names its message");
            check.needs_quality(4);
            check.needs_period(6);
            if (check[8].empty())
                check.warn(8, "deliberation", "no deliberation stands behind this authorisation");
            break;
        case TableName::mandates:
            check.needs_partner(0);
            check_employer(check);
            check.needs_period(4);
            break;
        case TableName::replaced:
            check.needs_insz(0);
            check.needs_insz(1);
            check.needs_date(2);
            if (check.good() && check[0] == check[1])
                check.error(1, "cycle", "a number is not replaced by itself");
            break;
        case TableName::links:
            check.needs_insz(0);
            check.needs(1, "a link names its country");
            check.needs(2, "a link has a key");
            break;
        case TableName::registers:
            check.needs(0, "a row names its register");
            check.needs(1, "a row has a key");
            check.needs_period(2);
            check.needs(4, "a value stands in a group of fields");
            check.needs(5, "a value has a name");
            break;
    }
}

}  // namespace

std::string_view to_string(TableName table) {
    return shape(table).name;
}

std::string_view header_line(TableName table) {
    return shape(table).header;
}

std::size_t column_count(TableName table) {
    const std::string_view header = header_line(table);
    return static_cast<std::size_t>(std::count(header.begin(), header.end(), ',')) + 1;
}

bool check_header(CsvReader& reader, TableName table, std::string_view expected,
                  FindingList& findings) {
    std::string found;
    if (reader.next() && reader.fault().empty())
        for (std::size_t i = 0; i < reader.size(); ++i)
            found.append(i ? "," : "").append(reader[i]);
    if (found == expected) return true;
    findings.add({table, 1, 1, true, "header", "the first line must be: " + std::string(expected)});
    return false;
}

RowForm check_form(const CsvReader& row, TableName table, std::size_t columns,
                   FindingList& findings) {
    if (row.fault().empty() && row.size() == columns) return RowForm::good;
    if (row.fault().empty() && row.size() == 1 && row[0].empty()) return RowForm::blank;
    const std::string text = row.fault().empty() ? "the row has " + std::to_string(row.size()) +
                                                       " fields, not " + std::to_string(columns)
                                                 : std::string(row.fault());
    findings.add({table, row.line(), 1, true, "form", text});
    return RowForm::bad;
}

std::string kept_row(const CsvReader& row, TableName table, FindingList& findings) {
    Check check(row, table, findings);
    check_row(check, table);
    if (!check.good()) return {};
    std::string kept;
    for (const char place : shape(table).kept) {
        if (!kept.empty() || place != shape(table).kept.front()) kept += field_mark;
        kept += row[static_cast<std::size_t>(place - '0')];
    }
    return kept;
}

std::array<std::string_view, 9> delivered_columns(TableName table, std::string_view kept) {
    const auto fields = split_fields(kept);
    const std::string_view places = shape(table).kept;
    std::array<std::string_view, 9> columns{};
    for (std::size_t i = 0; i < places.size(); ++i)
        columns[static_cast<std::size_t>(places[i] - '0')] = fields[i];
    return columns;
}

}  // namespace directory
