#pragma once
// The ways on which an alert leaves the house: a command with the alert as JSON on its standard
// input, and mails; each step of the ladder to those whom the agreement names for it.
#include <string>
#include <vector>

#include "app/alert.hpp"

namespace app {

struct LadderStep {
    int after_minutes = 0;
    std::vector<job::Contact> contacts;  // may be empty: the command alone
};
// The contacts with role="escalation" of the closest agreement, by their minutes; the first step is
// always at once.
std::vector<LadderStep> ladder_of(Home& home, const Condition& what);

bool can_tell(const Home& home);
// Empty: it was told; else why not, for people.
std::string tell(const Home& home, const Alert& alert, const LadderStep& step, std::int64_t number);

// A text as mail to addresses with commas between them. Empty: sent; else why not.
std::string send_mail(const Home& home, const std::string& to, const std::string& subject,
                      const std::string& body, const std::string& content_type);

}  // namespace app
