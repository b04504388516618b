#include "outbox/names.hpp"

#include <cstdio>

#include "core/ensure.hpp"
#include "core/fault.hpp"

namespace outbox {
namespace {

constexpr std::string_view digits36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t ticket_counter_length = 9;
constexpr std::size_t ticket_length = 13;

std::string base36(std::uint64_t number, std::size_t width) {
    std::string text(width, '0');
    for (std::size_t i = width; i > 0 && number > 0; --i) {
        text[i - 1] = digits36[number % 36];
        number /= 36;
    }
    ENSURE(number == 0);
    return text;
}

// The text as a number of base 36, modulo 97: a prime above 35, so that one wrong character and two
// exchanged neighbours always show. Nothing where a character has no value.
std::optional<unsigned> remainder97(std::string_view text) {
    unsigned rest = 0;
    for (const char c : text) {
        const std::size_t value = digits36.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        rest = (rest * 36 + static_cast<unsigned>(value)) % 97;
    }
    return rest;
}

std::string two_digits(unsigned number) {
    return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

std::string sequence5(std::uint64_t counter) {
    ENSURE(counter > 0);
    if (counter > sequence_max) {
        throw core::Fault(core::FaultKind::world, "number", "an outgoing file",
                          "all 60,466,175 sequence numbers of this day are used");
    }
    return base36(counter, 5);
}

std::optional<std::uint64_t> sequence_number(std::string_view sequence) {
    if (sequence.size() != 5) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : sequence) {
        const std::size_t value = digits36.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        number = number * 36 + value;
    }
    return number;
}

core::FileIdentity outgoing(std::string_view subject, core::Date day, std::uint64_t counter,
                            core::Environment environment) {
    ENSURE(subject.size() == 4);
    const core::YearMonthDay civil = core::civil(day);
    char date[32];
    std::snprintf(date, sizeof date, "%04d%02d%02d", civil.year, civil.month, civil.day);
    return {std::string(subject), std::string(our_number), date, sequence5(counter), environment};
}

std::string member_name(Member member, const core::FileIdentity& identity,
                        std::string_view suffix) {
    std::string_view prefix;
    switch (member) {
        case Member::data:
            prefix = "FO.";
            break;
        case Member::zipped:
            prefix = "CO.";
            break;
        case Member::signature:
            prefix = "FS.";
            break;
        case Member::go:
            prefix = "GO.";
            break;
        case Member::voucher:
            prefix = "VO.";
            break;
        case Member::voucher_signature:
            prefix = "VS.";
            break;
    }
    return std::string(prefix) + identity.text() + std::string(suffix);
}

static std::string_view without_suffixes(std::string_view name) {
    for (const std::string_view suffix : {envelope_suffix, zstd_suffix})
        if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    return name;
}

std::optional<core::FileIdentity> data_identity(std::string_view name) {
    core::FileIdentity identity;
    if (!core::parse_identity(without_suffixes(name), identity)) return std::nullopt;
    return identity;
}

std::vector<std::string> set_names(const std::string& data_name, bool with_voucher) {
    std::string_view identity = without_suffixes(data_name);
    ENSURE(identity.starts_with("FO.") || identity.starts_with("CO."));
    identity.remove_prefix(3);
    std::vector<std::string> names{data_name};
    const auto add = [&](std::string_view prefix) {
        names.push_back(std::string(prefix) += identity);
    };
    add("FS.");
    if (with_voucher) {
        add("VO.");
        add("VS.");
    }
    add("GO.");
    return names;
}

std::string_view out_folder(core::Environment environment) {
    switch (environment) {
        case core::Environment::R:
            return "OUT";
        case core::Environment::T:
            return "OUTTEST";
        case core::Environment::S:
            return "OUTTEST-S";
    }
    ENSURE(false);
}

std::string ticket(std::string_view kind, std::uint64_t counter) {
    ENSURE(kind.size() == 2);
    std::string text = std::string(kind) + base36(counter, ticket_counter_length);
    const std::optional<unsigned> rest = remainder97(text);
    ENSURE(rest.has_value());
    return text + two_digits(*rest);
}

bool is_ticket(std::string_view text) {
    if (text.size() != ticket_length) return false;
    const std::optional<unsigned> rest = remainder97(text.substr(0, ticket_length - 2));
    return rest && text.substr(ticket_length - 2) == two_digits(*rest);
}

}  // namespace outbox
