#include "core/identifiers.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace core {

static constexpr std::array<std::pair<std::string_view, IdentifierKind>, 7> names{{
    {"insz", IdentifierKind::insz},
    {"enterprise", IdentifierKind::enterprise},
    {"establishment", IdentifierKind::establishment},
    {"noss", IdentifierKind::noss},
    {"noss-provisional", IdentifierKind::noss_provisional},
    {"dimona", IdentifierKind::dimona},
    {"cbe", IdentifierKind::enterprise},
}};

std::optional<IdentifierKind> parse_identifier_kind(std::string_view name) {
    for (const auto& [text, kind] : names)
        if (text == name) return kind;
    return std::nullopt;
}

std::string_view to_string(IdentifierKind kind) {
    for (const auto& [text, known] : names)
        if (known == kind) return text;
    return {};
}

static IdentifierVerdict verdict(bool good) {
    return good ? IdentifierVerdict::good : IdentifierVerdict::wrong_check_digits;
}

// The century does not show in the number: either form may match (births from 2000 put a 2 before
// the nine digits).
static bool insz_check(std::uint64_t number) {
    const std::uint64_t head = number / 100, check = number % 100;
    return check == 97 - head % 97 || check == 97 - (2'000'000'000 + head) % 97;
}

static bool insz_shape(std::uint64_t number) {
    const std::uint64_t month = number / 10'000'000 % 100, day = number / 100'000 % 100;
    const std::uint64_t plain = month >= 40 ? month - 40 : month >= 20 ? month - 20 : month;
    return plain <= 12 && day <= 31;
}

IdentifierVerdict check_identifier(IdentifierKind kind, std::string_view value) {
    if (value.empty()) return IdentifierVerdict::wrong_length;
    if (value.size() > 18) return IdentifierVerdict::wrong_length;
    std::uint64_t n = 0;
    for (const char c : value) {
        if (c < '0' || c > '9') return IdentifierVerdict::not_numeric;
        n = n * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (n == 0) return IdentifierVerdict::good;
    const std::uint64_t check = n % 100, head = n / 100;
    const auto remainder = [](std::uint64_t v) { return v % 97 == 0 ? 97 : v % 97; };
    switch (kind) {
        case IdentifierKind::insz:
            if (value.size() != 11) return IdentifierVerdict::wrong_length;
            return verdict(insz_check(n) && insz_shape(n));
        case IdentifierKind::enterprise:
            if (value.size() != 9 && value.size() != 10) return IdentifierVerdict::wrong_length;
            return verdict(n < 2'000'000'000 && check == 97 - head % 97);
        case IdentifierKind::establishment:
            if (value.size() != 10) return IdentifierVerdict::wrong_length;
            return verdict(value[0] >= '2' && value[0] <= '8' && check == 97 - head % 97);
        case IdentifierKind::noss:
            if (value.size() > 9) return IdentifierVerdict::wrong_length;
            return verdict(check == 96 - head * 100 % 97);
        case IdentifierKind::noss_provisional:
            if (value.size() != 10) return IdentifierVerdict::wrong_length;
            return verdict(check == 96 - head * 100 % 97);
        case IdentifierKind::dimona:
            if (value.size() != 12 && value.size() != 13) return IdentifierVerdict::wrong_length;
            return verdict(check == remainder(head));
    }
    return IdentifierVerdict::wrong_check_digits;
}

}  // namespace core
