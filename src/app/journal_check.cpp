#include "app/journal_check.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "app/journal.hpp"
#include "app/journal_records.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "journal/check.hpp"
#include "ledger/facts.hpp"
#include "seal/digest.hpp"
#include "seal/key_roll.hpp"

namespace app {

using ledger::EntryKind;

static constexpr std::int64_t entries_at_once = 10'000;

// ---- the log ----

// The entries have no gap; `seen` is the largest checkpoint under which an answer was signed.
static std::string check_entries(const ledger::Ledger& book, std::uint64_t& count,
                                 std::uint64_t& seen) {
    std::int64_t next = 0;
    for (;;) {
        const auto page = book.entries_from(next, entries_at_once);
        for (const ledger::Entry& entry : page) {
            if (entry.index != next)
                return "entry " + std::to_string(next) + " is missing from the ledger";
            ++next;
            if (entry.kind != EntryKind::outgoing) continue;
            const std::string under = journal::member(entry.body, "checkpoint");
            if (!under.empty()) seen = std::max<std::uint64_t>(seen, std::stoull(under));
        }
        if (page.size() < static_cast<std::size_t>(entries_at_once)) break;
    }
    count = static_cast<std::uint64_t>(next);
    return {};
}

static JournalChecked check_once(Home& home) {
    JournalChecked checked;
    const ledger::Ledger& book = home.ledger();
    const auto keys = seal::log_keys(home.keys_folder());
    const auto ends = [&](std::string problem) {
        checked.problem = std::move(problem);
        return checked;
    };
    std::uint64_t seen = 0;
    if (auto problem = check_entries(book, checked.entries, seen); !problem.empty())
        return ends(std::move(problem));
    const journal::Checked log =
        journal::check_log(journal_folder(home), keys, ledger_leaves(book), checked.entries);
    checked.signed_entries = log.entries;
    checked.checkpoints = log.checkpoints;
    if (!log.problem.empty()) return ends(log.problem);
    if (seen > log.entries)
        return ends("answers were signed under a checkpoint of " + std::to_string(seen) +
                    " entries, and the journal has " + std::to_string(log.entries) +
                    ": it was truncated");
    const auto wrong = book.check_states();
    if (!wrong.empty())
        return ends(std::to_string(wrong.size()) + (wrong.size() == 1 ? " file is" : " files are") +
                    " not in the state that the entries lead to, first " + wrong.front());
    return checked;
}

JournalChecked check_journal(Home& home) {
    JournalChecked checked;
    try {
        checked = check_once(home);
        if (checked.problem.empty()) return checked;
    } catch (const core::Fault&) {  // a tile that a run outgrew under our eyes: said below if not
        checked.problem = "again";
    }
    const io::Lock lock = io::Lock::take(home.work() / "journal.lock", "verify the journal",
                                         std::chrono::seconds(300));
    return check_once(home);
}

// ---- the ledger's facts ----

// What the entries of one file say: the digests of each slice's facts, and the closing sums.
struct Said {
    std::map<std::int64_t, std::string> slices;  // ordinal -> member of `roots`
    std::string closing;
};

static Said said_of(const ledger::Ledger& book, ledger::FileId file) {
    Said said;
    for (const ledger::Entry& entry : book.entries(file)) {
        if (entry.kind == EntryKind::verified) said = {};  // anew, after a retry
        if (entry.kind == EntryKind::closed) said.closing = entry.body;
        if (entry.kind != EntryKind::slice) continue;
        const std::string_view body = entry.body;
        for (std::size_t at = body.find("{\"slice\":"); at != std::string_view::npos;
             at = body.find("{\"slice\":", at + 1)) {
            const std::string one(body.substr(at, body.find('}', at) - at + 1));
            said.slices[std::stoll(journal::member(one, "slice"))] = one;
        }
    }
    return said;
}

static std::string check_slices(const ledger::Ledger& book, const ledger::File& file,
                                const Said& said) {
    std::string problem;
    book.each_slice(file.id, [&](const ledger::Slice& slice) {
        const auto at = said.slices.find(slice.ordinal);
        if (at == said.slices.end()) return true;  // of a time before there were commitments
        const auto differs = [&](const char* name, const std::string& bytes) {
            return journal::member(at->second, name) != seal::hex(seal::sha256(bytes));
        };
        if (differs("facts_sha256", slice.facts) || differs("findings_sha256", slice.findings))
            problem = "the facts of slice " + std::to_string(slice.ordinal) + " of " +
                      file.identity.text() + " are not those that were signed";
        return problem.empty();
    });
    return problem;
}

static std::string check_sums(const ledger::Ledger& book, const ledger::File& file,
                              const Said& said) {
    if (journal::member(said.closing, "records").empty()) return {};
    const auto differs = [&](const char* name, std::int64_t value) {
        return journal::member(said.closing, name) != std::to_string(value);
    };
    if (differs("records", file.records.total) || differs("accepted", file.records.accepted) ||
        differs("rejected", file.records.rejected))
        return "the counts of " + file.identity.text() + " are not those it was closed with";
    for (const ledger::Outgoing& row : book.outgoing(file.id))
        if (!row.digest.empty() && row.kind == ledger::OutgoingKind::parcel &&
            said.closing.find(row.digest) == std::string::npos)
            return "the digest of " + row.name + " is not the one that " + file.identity.text() +
                   " was closed with";
    return {};
}

std::string check_facts(Home& home) {
    const ledger::Ledger& book = home.ledger();
    ledger::FileFilter filter;
    filter.limit = 1'000;
    for (;;) {
        const auto files = book.files(filter);  // newest first
        for (const ledger::File& file : files) {
            filter.before = file.id;
            const Said said = said_of(book, file.id);
            if (auto problem = check_slices(book, file, said); !problem.empty()) return problem;
            if (file.state != ledger::FileState::closed) continue;
            if (auto problem = check_sums(book, file, said); !problem.empty()) return problem;
        }
        if (files.size() < static_cast<std::size_t>(filter.limit)) return {};
    }
}

}  // namespace app
