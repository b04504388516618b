#pragma once
// The daily list: at the first run of a day, every sender with something to say of the day before
// gets a signed list of all that it sent.
#include <string>

#include "app/home.hpp"
#include "ledger/ledger.hpp"

namespace app {

// Draws the lists of the days that ended and have none yet; at most a week back. Each day once.
void draw_daily_lists(Home& home);

// A drawn row of kind status is a daily list where its detail says so; then its text.
bool is_daily_list(const ledger::Outgoing& row);
std::string daily_list_text(Home& home, const ledger::File& file, const ledger::Outgoing& row);

}  // namespace app
