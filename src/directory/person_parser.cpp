#include "directory/person_parser.hpp"

#include <cstring>

#include "directory/codes.hpp"

namespace directory {

bool is_partner_number(std::string_view text) {
    if (text.size() != 6) return false;
    for (const char c : text)
        if (c < '0' || c > '9') return false;
    return true;
}

std::optional<std::uint32_t> parse_day(std::string_view text) {
    if (text.size() != 10) return std::nullopt;
    const auto date = core::parse_date(text);
    if (!date) return std::nullopt;
    return day_of(*date);
}

void PersonParser::error(const CsvReader& row, std::size_t field, const char* code,
                         std::string text) {
    findings_.add({TableName::persons, row.line(), row.column(field), true, code, std::move(text)});
}

void PersonParser::warn(const CsvReader& row, std::size_t field, const char* code,
                        std::string text) {
    findings_.add(
        {TableName::persons, row.line(), row.column(field), false, code, std::move(text)});
}

// Asked once for each kind of holder, not for each row.
bool PersonParser::check_holder(const CsvReader& row, std::size_t first, const Holder& holder) {
    const std::string sector = std::to_string(holder.sector);
    bool good = true;
    if (know_sector(holder.sector) == Known::no) {
        error(row, first + 1, "sector", "there is no sector " + sector);
        return false;
    }
    const Known type = know_type(holder.sector, holder.institution_type);
    const Known quality = know_quality(holder.sector, holder.quality);
    if (type == Known::no) {
        error(row, first + 2, "institution-type", "there is no institution type of this number");
        good = false;
    }
    if (quality == Known::no) {
        error(row, first + 3, "quality", "there is no quality code of this number");
        good = false;
    }
    if (!good) return false;
    if (type == Known::elsewhere)
        warn(row, first + 2, "institution-type",
             "the list has this type, but not in sector " + sector);
    if (quality == Known::elsewhere)
        warn(row, first + 3, "quality", "the list has this quality, but not in sector " + sector);
    return true;
}

bool PersonParser::parse_holder(const CsvReader& row, std::size_t first, std::uint32_t& code) {
    static constexpr const char* names[] = {"sector", "institution-type", "quality"};
    Holder holder{};
    bool good = is_partner_number(row[first]);
    if (good)
        std::memcpy(holder.partner, row[first].data(), sizeof holder.partner);
    else
        error(row, first, "partner", "a partner has 6 digits");
    std::uint16_t numbers[3] = {};
    for (std::size_t i = 0; i < 3; ++i) {
        if (const auto number = parse_code(row[first + 1 + i])) {
            numbers[i] = *number;
        } else {
            error(row, first + 1 + i, names[i], "a code has 1 to 5 digits");
            good = false;
        }
    }
    if (!good) return false;
    holder.sector = numbers[0];
    holder.institution_type = numbers[1];
    holder.quality = numbers[2];
    if (const auto known = dictionary_.find(holder)) {
        code = *known;
        return true;
    }
    if (!check_holder(row, first, holder)) return false;
    code = dictionary_.add(holder);
    return true;
}

bool PersonParser::parse_period(const CsvReader& row, std::size_t first, std::uint32_t& from,
                                std::uint32_t& to) {
    static constexpr const char* words = "a date is written like 2026-11-22, from 1801 to 4669";
    const auto begin = parse_day(row[first]);
    const bool open = row[first + 1].empty();
    const auto end = open ? std::optional<std::uint32_t>(Row::day_open) : parse_day(row[first + 1]);
    if (!begin) error(row, first, "date", words);
    if (!end) error(row, first + 1, "date", words);
    if (!begin || !end) return false;
    if (*end < *begin) {
        error(row, first + 1, "period", "the period ends before it begins");
        return false;
    }
    from = *begin;
    to = *end;
    return true;
}

bool PersonParser::parse(const CsvReader& row, std::size_t first, Record& record) {
    const auto person = parse_insz(row[first]);
    if (!person)
        error(row, first, "check-digits", "the INSZ has not 11 digits with good check digits");
    std::uint32_t code = 0, from = 0, to = 0;
    const bool holder = parse_holder(row, first + 1, code);
    const bool period = parse_period(row, first + 5, from, to);
    if (!person || !holder || !period) return false;
    record = {person->value, static_cast<std::uint32_t>(row.line()), make_row(code, from, to).bits};
    return true;
}

}  // namespace directory
