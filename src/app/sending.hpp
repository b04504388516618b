#pragma once
// Registered sending: what recipients did with what was put into their folders. Taken parcels are
// noticed, their own signed receipts (FI.ACRF) are taken in, and the sender of the file gets
// evidence of each step where its job asks for it and it may know the recipient.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/dispatch.hpp"
#include "app/home.hpp"
#include "intake/arrival.hpp"
#include "ledger/ledger.hpp"
#include "outbox/evidence.hpp"

namespace app {

// One parcel, and what just became true of it in this step.
struct SentEvent {
    ledger::Outgoing parcel;
    outbox::DeliveryEvent event = outbox::DeliveryEvent::consignment;
    std::int64_t entry = 0;  // of a recipient's notification; 0: the parcel's newest says it
};

// Draws evidence for the senders of these parcels' files, one answer for each file. Nothing where
// the job does not ask for it, or does not name the recipient.
void draw_evidence(Home& home, ledger::Step& step, const std::vector<SentEvent>& events,
                   core::Instant at);
// The text of a drawn one; the same whenever it is made.
Parting make_evidence(Home& home, const ledger::File& file, const ledger::Outgoing& row);

// Parcels that were published and of which nothing else is known. Without those whose folder a
// restore did not find: whether they were taken is not known, and nothing is said of it.
void each_parcel_known_to_lie(Home& home,
                              const std::function<void(const ledger::Outgoing&)>& visit);
bool is_known_to_lie(Home& home, const ledger::Outgoing& row);  // the same for one

// Removes what we put into a partner's folder. A folder that the partner put in its place is not
// ours, and stays.
void remove_shown(const std::filesystem::path& path);
// The same for a whole set, GO first: nobody may take what is left. The data last: while it lies
// there, the rest is looked for.
void take_out(const Home& home, const ledger::Outgoing& row);

// Parcels that are gone from the folders they were put into were taken. Where something came in
// there is one entry, also about none; where nothing did, only those parcels are looked for whose
// senders are owed evidence: when recipients act is not to be read from the places that others see
// in the signed log.
std::size_t sweep_fetched(Home& home, bool came_in);

// A recipient's own receipt (FI.ACRF), verified like any file of a partner and added to the ledger
// as received: in the same step the deliveries it speaks of are acknowledged or failed, and it is
// closed; or it is refused (unreadable, or not about what this partner got from us).
ledger::EntryKind settle_acknowledgement(Home& home, ledger::Step& step, ledger::File& receipt,
                                         const std::vector<intake::ArrivedPart>& parts,
                                         core::Instant now);

}  // namespace app
