#include "app/recipient_word.hpp"

namespace app {

using ledger::OutgoingState;

std::string child_text(const xml::Element* element, std::string_view name) {
    const xml::Element* child = element != nullptr ? element->child("", name) : nullptr;
    return child != nullptr ? child->text() : std::string();
}

std::string clean_code(const std::string& text) {
    std::string clean;
    for (const char c : text.substr(0, 9))
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-') clean += c;
    return clean;
}

bool was_sent(OutgoingState state) {
    return state == OutgoingState::published || state == OutgoingState::transferred ||
           state == OutgoingState::fetched || state == OutgoingState::acknowledged ||
           state == OutgoingState::failed;
}

}  // namespace app
