#pragma once
// A recipient's own notification (FI.NOTI) about a parcel: which documents and records of it the
// recipient refuses, found again in the file that the parcel was made of.
#include <cstdint>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "intake/arrival.hpp"

namespace app {

// Ordinals through the file. No record: the document; no document: the parcel, or its place was not
// found.
struct Refusal {
    std::string recipient, parcel, code;
    std::int64_t document = 0, record = 0;
    core::Instant at;
};

struct NotifiedParcel {
    ledger::Outgoing parcel;
    bool accepted = true;
    std::vector<std::string> codes;  // distinct
    std::vector<Refusal> refusals;
    std::int64_t unlisted = 0;  // refusals beyond what is listed
};

struct RecipientNotification {
    int code = 0;  // why it is refused itself; 0: it is not
    std::vector<NotifiedParcel> parcels;
};

// Set by no job of this home, so it is meant for us.
bool is_recipient_notification(Home& home, const core::FileIdentity& identity);

// Reads it and the parcels that it speaks of. Changes nothing.
RecipientNotification read_recipient_notification(Home& home, const intake::Arrival& arrival);

// In the step in which it is added to the ledger: the deliveries that it speaks of fail or are
// acknowledged, and it is closed; or it is refused. Gives what became of it.
ledger::EntryKind settle_notification(Home& home, ledger::Step& step, ledger::File& file,
                                      const RecipientNotification& said, core::Instant now);

// What recipients refuse of this file by its newest word about each parcel, in order of arrival.
std::vector<Refusal> refusals_of(const ledger::Ledger& book, ledger::FileId file);
// What one entry says of that; none for entries of other kinds.
std::vector<Refusal> refusals_in(const ledger::Entry& entry);

}  // namespace app
