#include "core/file_name.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace core {

static constexpr std::array<std::pair<std::string_view, Prefix>, 6> prefixes{{{"FI", Prefix::FI},
                                                                              {"FS", Prefix::FS},
                                                                              {"GO", Prefix::GO},
                                                                              {"TD", Prefix::TD},
                                                                              {"FO", Prefix::FO},
                                                                              {"CO", Prefix::CO}}};

std::string_view to_string(Prefix prefix) {
    for (const auto& [text, known] : prefixes)
        if (known == prefix) return text;
    return {};
}

static std::optional<Prefix> parse_prefix(std::string_view text) {
    for (const auto& [known, prefix] : prefixes)
        if (known == text) return prefix;
    return std::nullopt;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool is_upper_or_digit(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}

std::string FileIdentity::slot() const {
    return sender + '.' + date + '.' + sequence + '.' + static_cast<char>(environment);
}

std::string FileIdentity::text() const {
    return subject + '.' + slot();
}

std::string FileName::text() const {
    std::string text(to_string(prefix));
    text += '.' + identity.text();
    if (elements >= 7) text += '.' + std::to_string(total);
    if (elements >= 8) text += '.' + std::to_string(part);
    return text;
}

static std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> pieces;
    std::size_t from = 0;
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos;
         dot = text.find('.', from)) {
        pieces.push_back(text.substr(from, dot - from));
        from = dot + 1;
    }
    pieces.push_back(text.substr(from));
    return pieces;
}

static bool all(std::string_view text, bool (*is)(char)) {
    return std::all_of(text.begin(), text.end(), is);
}

static int structure_error(std::optional<Prefix> prefix) {
    if (prefix == Prefix::FI) return 131;
    if (prefix == Prefix::FS) return 132;
    return prefix ? 107 : 129;
}

static bool date_error(std::string_view date, int& code) {
    if (date.size() != 8) {
        code = 109;
        return true;
    }
    const std::string dashed = std::string(date.substr(0, 4)) + '-' +
                               std::string(date.substr(4, 2)) + '-' + std::string(date.substr(6));
    code = 110;
    return !parse_date(dashed);
}

static void check_sequence(std::string_view sequence, std::vector<int>& errors) {
    if (sequence.size() != 5) {
        errors.push_back(112);
    } else if (!all(sequence, is_upper_or_digit)) {
        errors.push_back(367);
    } else if (sequence == "00000") {
        errors.push_back(127);
    }
}

static void check_total(std::string_view total, std::vector<int>& errors) {
    if (total.size() != 1) {
        errors.push_back(114);
    } else if (!is_digit(total[0])) {
        errors.push_back(115);
    } else if (total[0] == '0') {
        errors.push_back(116);
    }
}

ParsedName parse_file_name(std::string_view name) {
    ParsedName parsed;
    const auto pieces = split(name);
    const auto prefix = parse_prefix(pieces[0]);
    const int structure = structure_error(prefix);
    const bool go = prefix == Prefix::GO || prefix == Prefix::TD;
    // GO and TD carry the total alone; some senders write the part as well, which the official
    // samples show for FI and FS.
    if (!prefix || pieces.size() < 6 || pieces.size() > 8 || (go && pieces.size() > 7) ||
        (!go && pieces.size() == 7)) {
        parsed.errors.push_back(structure);
        if (pieces.size() < 6) return parsed;
    }
    FileName& file = parsed.name;
    file.prefix = prefix.value_or(Prefix::FI);
    file.elements = static_cast<int>(std::min<std::size_t>(pieces.size(), 8));
    file.identity.subject = pieces[1];
    file.identity.sender = pieces[2];
    file.identity.date = pieces[3];
    file.identity.sequence = pieces[4];
    if (pieces[1].size() != 4 || !all(pieces[1], is_upper_or_digit))
        parsed.errors.push_back(structure);
    if (pieces[2].size() != 6 || !all(pieces[2], is_digit) || pieces[2] == "000000")
        parsed.errors.push_back(structure);
    if (int code = 0; date_error(pieces[3], code)) parsed.errors.push_back(code);
    check_sequence(pieces[4], parsed.errors);
    if (pieces[5] == "R" || pieces[5] == "T" || pieces[5] == "S")
        file.identity.environment = static_cast<Environment>(pieces[5][0]);
    else
        parsed.errors.push_back(117);
    if (pieces.size() >= 7) {
        const std::size_t before = parsed.errors.size();
        check_total(pieces[6], parsed.errors);
        if (parsed.errors.size() == before) file.total = pieces[6][0] - '0';
    }
    if (pieces.size() >= 8) {
        const bool digit = pieces[7].size() == 1 && is_digit(pieces[7][0]);
        file.part = digit ? pieces[7][0] - '0' : 0;
        if (file.part < 1 || file.part > file.total)
            parsed.errors.push_back(prefix == Prefix::FS ? 124 : 123);
    }
    std::sort(parsed.errors.begin(), parsed.errors.end());
    parsed.errors.erase(std::unique(parsed.errors.begin(), parsed.errors.end()),
                        parsed.errors.end());
    return parsed;
}

bool parse_identity(std::string_view text, FileIdentity& identity) {
    const std::string_view first = text.substr(0, text.find('.'));
    std::string full(text);
    if (!parse_prefix(first)) full.insert(0, "FI.");
    const ParsedName parsed = parse_file_name(full);
    for (const int code : parsed.errors)
        if (code != 131 && code != 132 && code != 107 && code != 123 && code != 124) return false;
    identity = parsed.name.identity;
    const auto pieces = split(full);
    return pieces.size() >= 6 && identity.subject.size() == 4 && identity.sender.size() == 6 &&
           all(identity.sender, is_digit) && all(identity.subject, is_upper_or_digit);
}

}  // namespace core
