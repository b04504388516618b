#pragma once
// The four languages in which answers are written. Texts themselves live in core/code_table.hpp.
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace core {

enum class Language : unsigned char { en, fr, nl, de };

inline constexpr std::array<Language, 4> languages = {Language::en, Language::fr, Language::nl,
                                                      Language::de};

// Position in tables of four texts, in the order of `languages`.
constexpr std::size_t index_of(Language language) {
    return static_cast<std::size_t>(language);
}

// "en", "fr", "nl", "de"
std::string_view to_string(Language language);
std::optional<Language> parse_language(std::string_view text);

}  // namespace core
