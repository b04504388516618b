#include "outbox/remark.hpp"

namespace outbox {
namespace {

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += begins_character(c) ? 1U : 0U;
    return count;
}

}  // namespace

std::string remark(core::Environment environment, core::Language language) {
    switch (environment) {
        case core::Environment::R:
            return {};
        case core::Environment::T:
            return std::string(core::word(core::Word::rehearsal, language));
        case core::Environment::S:
            return std::string(core::word(core::Word::acceptance, language));
    }
    return {};
}

std::string head(std::string_view text, std::size_t characters_max) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (begins_character(text[i]) && ++count > characters_max) {
            return std::string(text.substr(0, i));
        }
    }
    return std::string(text);
}

std::string tail(std::string_view text, std::size_t characters_max) {
    const std::size_t all = characters(text);
    if (all <= characters_max) return std::string(text);
    std::size_t skip = all - characters_max + 1;
    std::size_t i = 0;
    while (i < text.size() && (skip > 0 || !begins_character(text[i]))) {
        if (begins_character(text[i])) --skip;
        ++i;
    }
    return "…" + std::string(text.substr(i));
}

}  // namespace outbox
