#pragma once
// Parcels that recipients leave lying: they are reminded after some days, operators are alerted
// (alert rules), and in the end the parcel is taken out of OUT. What is known of it stays.
#include <string>
#include <vector>

#include "app/home.hpp"
#include "ledger/types.hpp"

namespace app {

// Once in each run, behind a look into the folders (sweep_fetched). Draws reminders; returns
// whether there are any.
bool settle_unfetched(Home& home);

// A drawn row of kind status is such a reminder where its detail says so; then its text.
bool is_reminder(const ledger::Outgoing& row);
std::string reminder_text(Home& home, const ledger::Outgoing& row);

// For operators: recipients whose oldest parcel lies there for unfetched-alert-days.
struct Unfetched {
    std::string recipient;
    std::vector<std::string> files;  // whose parcels they are
    std::size_t parcels = 0;
    core::Instant oldest;
};
std::vector<Unfetched> long_unfetched(Home& home);

}  // namespace app
