#include "directory/row.hpp"

#include "core/ensure.hpp"

namespace directory {

static constexpr std::uint32_t century = 1'000'000'000;

static std::uint32_t check_of(std::uint32_t nine, bool from_2000) {
    const std::uint64_t number = nine + (from_2000 ? 2ULL * century : 0ULL);
    return static_cast<std::uint32_t>(97 - number % 97);
}

std::optional<PersonKey> parse_insz(std::string_view insz) {
    if (insz.size() != 11) return std::nullopt;
    std::uint32_t nine = 0, check = 0;
    for (std::size_t i = 0; i < 11; ++i) {
        const auto digit = static_cast<unsigned>(static_cast<unsigned char>(insz[i])) - '0';
        if (digit > 9) return std::nullopt;
        std::uint32_t& part = i < 9 ? nine : check;
        part = part * 10 + digit;
    }
    if (nine == 0 && check == 0) return std::nullopt;
    if (check == check_of(nine, false)) return PersonKey{nine};
    if (check == check_of(nine, true)) return PersonKey{nine + century};
    return std::nullopt;
}

std::string to_insz(PersonKey key) {
    const bool from_2000 = key.value >= century;
    std::uint32_t nine = from_2000 ? key.value - century : key.value;
    std::uint32_t check = check_of(nine, from_2000);
    std::string text(11, '0');
    for (std::size_t i = 9; i-- > 0; nine /= 10) text[i] = static_cast<char>('0' + nine % 10);
    text[9] = static_cast<char>('0' + check / 10);
    text[10] = static_cast<char>('0' + check % 10);
    return text;
}

Row make_row(std::uint32_t code, std::uint32_t from_day, std::uint32_t to_day) {
    ENSURE(code < Row::codes_max && from_day <= Row::day_open && to_day <= Row::day_open);
    return Row{std::uint64_t{code} << 40 | std::uint64_t{from_day} << 20 | to_day};
}

std::optional<std::uint32_t> day_of(core::Date date) {
    if (date == open_end) return Row::day_open;
    const std::int64_t day = std::int64_t{date.days} - first_day;
    if (day <= 0 || day >= Row::day_open) return std::nullopt;
    return static_cast<std::uint32_t>(day);
}

core::Date date_of_day(std::uint32_t day) {
    if (day == Row::day_open) return open_end;
    return core::Date{static_cast<std::int32_t>(day) + first_day};
}

}  // namespace directory
