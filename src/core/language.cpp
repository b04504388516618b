#include "core/language.hpp"

namespace core {

std::string_view to_string(Language language) {
    constexpr std::array<std::string_view, 4> names = {"en", "fr", "nl", "de"};
    return names[index_of(language)];
}

std::optional<Language> parse_language(std::string_view text) {
    for (const Language language : languages) {
        if (to_string(language) == text) return language;
    }
    return std::nullopt;
}

}  // namespace core
