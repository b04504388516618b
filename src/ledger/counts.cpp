#include "ledger/counts.hpp"

#include "ledger/database.hpp"

namespace ledger {

// An accepted attempt that does not own its name decides again what came long before: it is no
// arrival, and its records were counted with the first.

void each_count(const Ledger& book, core::Instant from, core::Instant to,
                const std::function<void(const FileCount&)>& visit) {
    auto select = book.database().prepare(
        "SELECT sender, job, received_at, records, records_rejected FROM file INDEXED BY "
        "file_received WHERE received_at >= ? AND received_at < ? AND environment = 'R' AND "
        "decided_at IS NOT NULL AND job <> '' AND NOT (owns_name = 0 AND accepted = 1) ORDER BY "
        "received_at");
    select.bind(from.microseconds).bind(to.microseconds);
    while (select.step())
        visit({select.text(0), select.text(1), core::Instant{select.integer(2)}, select.integer(3),
               select.integer(4)});
}

std::optional<core::Instant> newest_arrival(const Ledger& book, const std::string& sender,
                                            const std::string& job, core::Instant since) {
    // From the newest one back: the index gives a sender's files, whatever their job.
    auto select = book.database().prepare(
        "SELECT received_at, job, environment, state FROM file INDEXED BY file_sender WHERE "
        "sender = ? AND NOT (owns_name = 0 AND accepted = 1) ORDER BY id DESC");
    select.bind(sender);
    while (select.step()) {
        const core::Instant at{select.integer(0)};
        if (at < since) return std::nullopt;
        const auto state = parse_file_state(select.text(3));
        const bool taken = state != FileState::refused && state != FileState::cancelled &&
                           state != FileState::quarantined;
        if (taken && select.text(1) == job && select.text(2) == "R") return at;
    }
    return std::nullopt;
}

}  // namespace ledger
