#pragma once
// The time of questions: what is due is returned to the asker, sources that owe answers are
// reminded, stand-ins answer. Everything by the clock of the home; once in each run, behind the
// processing of what came in.
#include <string_view>

#include "app/dispatch.hpp"
#include "app/home.hpp"

namespace app {

inline constexpr std::string_view reminder_subject = "REMI";

// Returns how many answers were published.
std::size_t settle_questions(Home& home);

// The text of a drawn reminder.
Parting make_reminder(Home& home, const ledger::File& file, const ledger::Outgoing& row);

}  // namespace app
