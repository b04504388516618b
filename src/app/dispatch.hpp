#pragma once
// The last step of everything that goes to a partner: sign, commit that it is staged, publish,
// commit that it is published. For many files at once, with few flushes; repeatable after a crash
// at any point.
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "ledger/types.hpp"
#include "outbox/publish.hpp"
#include "outbox/stage.hpp"

namespace app {

class FileProofs;
class Turnstile;

struct Parting {
    ledger::Outgoing row;              // drawn: name, folder, recipient, number
    outbox::StagedFile data;           // whole and durable under its name; or
    std::string text;                  // a small answer that becomes it
    std::string voucher;               // empty: none
    std::filesystem::path draft = {};  // or a longer answer that becomes it, not durable yet
};

std::filesystem::path staging_folder(const Home& home);

// A second name for a finished file; one that is there already is the same file from before a
// crash.
void link_into(const Home& home, const std::filesystem::path& from,
               const std::filesystem::path& to);

// Answers that wait as rows alone (receipts) are made here.
Parting make_receipt(Home& home, const ledger::File& file, const ledger::Outgoing& row);

// Signs what is to go and writes it into the staging folder; nothing says so yet, so that after a
// crash it is done again.
struct SignedSet {
    ledger::Outgoing row;
    std::uint64_t bytes = 0;  // of all its members; 0: to be asked for
};
struct Signed {
    std::vector<SignedSet> sets;             // in the order given
    std::optional<std::int64_t> checkpoint;  // of the proofs in them; none: there was nothing
    core::Instant at;
};
Signed sign(Home& home, std::vector<Parting> partings);
// With proofs that are there already. `beside` waits while all threads sign.
Signed sign(Home& home, std::vector<Parting> partings, FileProofs& proofs,
            Turnstile* beside = nullptr);

// Rows become staged, then published; those that a recipient cannot take now stay staged and are
// tried again by the next run. Each of the files in `decided` gets its entries about parcels
// whether it has any or not: nobody is to count recipients by entries.
void stage(Home& home, const Signed& made, const std::vector<ledger::FileId>& decided = {});

// The renames go on beside what the caller does with the ledger. One at a time.
struct Publishing {
    std::shared_ptr<const std::vector<SignedSet>> sets;
    std::future<std::vector<outbox::PublishResult>> results;
};
Publishing begin_publishing(Home& home, std::vector<SignedSet> sets);
// Commits what came of it. Returns how many were published.
std::size_t end_publishing(Home& home, Publishing publishing,
                           const std::vector<ledger::FileId>& decided = {});

std::size_t send(Home& home, Signed made);                        // all three
std::size_t dispatch(Home& home, std::vector<Parting> partings);  // signs them, too

// After a crash, and at the start of every run: what is staged is published, drawn receipts are
// made and sent.
std::size_t resume_dispatch(Home& home);

// A receipt's row: kept in `detail` as "PA 1" or "FA 0 125 133".
std::string receipt_detail(bool final, bool accepted, const std::vector<int>& codes);

// Draws a name for an answer to the sender of this file and adds its row.
ledger::Outgoing draw_answer(Home& home, ledger::Step& step, const ledger::File& file,
                             ledger::OutgoingKind kind, std::string detail, core::Instant at);

// The same for any partner, with a subject that is not one of the answers'.
ledger::Outgoing draw_outgoing(Home& home, ledger::Step& step, const ledger::File& file,
                               ledger::OutgoingKind kind, const std::string& recipient,
                               std::string_view subject, std::string detail, core::Instant at);

// 20260401, the civil day in the home's zone.
std::string compact_day(const Home& home, core::Instant at);

}  // namespace app
