#pragma once
// What recipients say of our files, in receipts and notifications of their own: what both have in
// common.
#include <string>
#include <string_view>
#include <vector>

#include "ledger/types.hpp"
#include "xml/document.hpp"

namespace app {

inline constexpr std::size_t said_codes_max = 20;

// Text of a child in no namespace; empty where there is none.
std::string child_text(const xml::Element* element, std::string_view name);

// Of a code only what codes are made of: what a stranger writes goes into our journal.
std::string clean_code(const std::string& text);

// It went to its recipient, so that one may speak of it.
bool was_sent(ledger::OutgoingState state);

}  // namespace app
