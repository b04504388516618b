#pragma once
// The answers to the sender of decided files: final receipt, notification with every document's
// verdict and findings, correction file.
#include <future>
#include <map>
#include <vector>

#include "app/dispatch.hpp"
#include "app/finishing.hpp"
#include "outbox/notification.hpp"

namespace app {

// The notifications of decided files, written beside other work (the ledger is read through a
// connection of their own). `endings` must not change before they are there.
using Notifications = std::map<ledger::FileId, std::vector<outbox::NotificationDraft>>;
std::future<Notifications> begin_notifications(Home& home, const std::vector<Ending>& endings);

// What is drawn and not staged yet, but for evidence of deliveries: names of notifications are
// drawn in one step for all files.
std::vector<Parting> make_answers(Home& home, const std::vector<Ending>& endings,
                                  Notifications notifications);

// The partners a job can deliver to in an environment, in the order of their numbers: indexes of a
// file's drafts.
std::vector<outbox::DraftRecipient> delivery_recipients(Home& home, const job::Job& job,
                                                        core::Environment environment);

// The language of the answers of a file: fixed by the job, else its sender's.
core::Language answer_language(Home& home, const Ending& ending);

// A document of a file: its facts over all slices, and the findings kept for it.
struct DocumentStory {
    std::uint64_t ordinal = 0;  // 0: findings of the file itself
    std::string id, cause;      // cause: code that rejected it as a whole
    std::uint64_t records = 0, accepted = 0;
    bool is_accepted() const { return cause.empty() && (records == 0 || accepted > 0); }
    std::uint64_t findings = 0;
    std::vector<core::Finding> first_findings;  // the rest is read again when it is wanted,
    std::int64_t rest_from = 0;                 // from this slice on,
    std::uint64_t before_rest = 0;              // before which there are so many
};
inline constexpr std::size_t first_findings_max = 10'000;
// Calls `visit` with each document of the file in order, behind them with the file itself where
// something was found outside documents.
void each_document(const ledger::Ledger& book, const ledger::File& file,
                   const std::function<void(DocumentStory&)>& visit);
void each_finding(const ledger::Ledger& book, const ledger::File& file, const DocumentStory& story,
                  const std::function<void(const core::Finding&)>& visit);

}  // namespace app
