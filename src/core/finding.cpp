#include "core/finding.hpp"

#include <array>
#include <utility>

namespace core {

static constexpr std::array<std::pair<std::string_view, Severity>, 6> severities{
    {{"B", Severity::B},
     {"NP", Severity::NP},
     {"P", Severity::P},
     {"D", Severity::D},
     {"W", Severity::W},
     {"I", Severity::I}}};

std::string_view to_string(Severity severity) {
    for (const auto& [text, known] : severities)
        if (known == severity) return text;
    return {};
}

std::optional<Severity> parse_severity(std::string_view text) {
    for (const auto& [known, severity] : severities)
        if (known == text) return severity;
    return std::nullopt;
}

std::string masked(std::string_view value) {
    if (value.empty()) return {};
    const std::size_t shown = value.size() >= 8 ? 2 : 0;
    std::string text(value.substr(0, shown));
    // A cut inside a UTF-8 sequence would show half a character.
    if (shown > 0 &&
        ((static_cast<unsigned char>(value[0]) | static_cast<unsigned char>(value[1])) & 0x80U) !=
            0)
        text.clear();
    return text + "***";
}

}  // namespace core
