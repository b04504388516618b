#pragma once
// The ledger asked for figures: the entries of many files in one pass, and findings counted by what
// they have in common. Reads only. Production figures are of environment R alone.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/ledger.hpp"

namespace ledger {

struct Moment {
    EntryKind kind = EntryKind::received;
    core::Instant at;
    std::string body;  // of the kinds that a fold needs (see HistoryFilter); else empty
};

// One file as its entries tell it, and what was fixed when it was received.
struct History {
    FileId id = 0;
    std::string identity, sender, subject, job;
    std::int64_t bytes = 0;
    core::Instant received_at;
    std::vector<Moment> moments;  // in order of the entries
};

struct HistoryFilter {
    core::Instant from, to;   // received: from <= at < to
    core::Instant as_of;      // entries behind this moment are not looked at
    std::string sender, job;  // empty: all
    bool parcels = false;     // also the bodies of outgoing and published
};

// In order of reception's entry. False from `visit` stops.
void each_history(const Ledger& book, const HistoryFilter& filter,
                  const std::function<bool(const History&)>& visit);

// Findings of the files received in a period, counted by what they have in common.
struct FindingGroup {
    std::string code, severity, job, sender, schema_digest;
    std::int64_t findings = 0, files = 0;
    core::Instant first, last;  // reception of the first and the last file
};
std::vector<FindingGroup> finding_groups(const Ledger& book, const HistoryFilter& filter);
// Refusals of whole files, by their codes as they are kept (blank separated); schema is empty.
std::vector<FindingGroup> refusal_groups(const Ledger& book, const HistoryFilter& filter);
// Deliveries that were withheld, by recipient and reason: `sender` is the recipient, `code` the
// reason, `findings` counts records.
std::vector<FindingGroup> withheld_groups(const Ledger& book, const HistoryFilter& filter);
// Files whose records were decided, in order of reception. False from `visit` stops.
void each_decided_file(const Ledger& book, const HistoryFilter& filter,
                       const std::function<bool(const File&)>& visit);
// Rejected records by job, for shares.
std::int64_t records_rejected(const Ledger& book, const HistoryFilter& filter);

// Files whose documents may be orphans: of R, with rejected documents or records, in order.
std::vector<File> files_with_rejections(const Ledger& book, const HistoryFilter& filter);
// Files of a sender and subject received behind this one, accepted for processing, in order.
std::vector<File> files_behind(const Ledger& book, const File& file);

// Measured speed of a job: what its files had from start to decision, and the time in which at
// least one of them was being worked on.
struct Rate {
    std::string job;
    std::int64_t files = 0, bytes = 0, records = 0, microseconds = 0;
};
// Over the newest `window` entries.
std::vector<Rate> measured_rates(const Ledger& book, std::int64_t window);

// Senders, with the environment, about whose files there are entries from `index` on; `next`
// becomes the index behind the newest entry.
std::vector<std::pair<std::string, core::Environment>> senders_with_news(const Ledger& book,
                                                                         std::int64_t index,
                                                                         std::int64_t& next);

bool has_entry(const Ledger& book, FileId file, EntryKind kind);

// The entries of one kind, the newest first. False from `visit` stops.
void each_newest(const Ledger& book, EntryKind kind,
                 const std::function<bool(const Entry&)>& visit);

// The index of the first entry that is not older. Entries rise in time but for a clock that was set
// back, which only widens what is read.
std::int64_t first_entry_at(const Ledger& book, core::Instant at);

// Instants of entries within a period, at most one for each `step_microseconds`: signs of life.
std::vector<core::Instant> heartbeats(const Ledger& book, core::Instant from, core::Instant to,
                                      std::int64_t step_microseconds);

// The number behind "key": in a canonical body; `otherwise` where it is not there.
std::int64_t body_number(std::string_view body, std::string_view key, std::int64_t otherwise = 0);
// The text behind "key": without its escapes; empty where it is not there.
std::string body_text(std::string_view body, std::string_view key);
// The flat objects of the list behind "key":, each readable like a body; views into it.
std::vector<std::string_view> body_items(std::string_view body, std::string_view key);

}  // namespace ledger
