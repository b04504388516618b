#include "app/journal.hpp"

#include <algorithm>

#include "app/json.hpp"
#include "app/turn.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "ledger/reading.hpp"
#include "seal/digest.hpp"
#include "seal/key_roll.hpp"

namespace app {

using ledger::EntryKind;

static constexpr const char* no_body = "{}";
static constexpr std::size_t leaf_body_bytes_max = 32'000;  // a bundle holds entries below 64 KiB
static constexpr std::int64_t entries_at_once = 4'096;
static constexpr std::size_t identities_cached_max = 100'000;

std::filesystem::path journal_folder(const Home& home) {
    return home.spool() / "journal";
}

// ---- leaves ----

// As core::to_string, with microseconds: an instant is not to be moved by as little as that.
static std::string exact(core::Instant at) {
    std::string text = core::to_string(at);
    const std::int64_t rest = (at.microseconds % 1000 + 1000) % 1000;
    std::string digits = std::to_string(rest);
    digits.insert(0, 3 - digits.size(), '0');
    return text.insert(text.size() - 1, digits);
}

std::string journal_leaf(const ledger::Entry& entry, std::string_view identity) {
    JsonObject leaf;
    leaf.number("index", entry.index)
        .text("at", exact(entry.at))
        .text("kind", to_string(entry.kind))
        .text("file", identity)
        .number("attempt", entry.file);
    const std::string& body = entry.body.empty() ? no_body : entry.body;
    if (body.size() <= leaf_body_bytes_max) return leaf.raw("body", body).str();
    return leaf.number("body_bytes", static_cast<std::int64_t>(body.size()))
        .text("body_sha256", seal::hex(seal::sha256(body)))
        .str();
}

std::string entry_json(const ledger::Entry& entry) {
    return JsonObject()
        .number("index", entry.index)
        .text("at", core::to_string(entry.at))
        .text("kind", to_string(entry.kind))
        .raw("body", entry.body.empty() ? no_body : entry.body)
        .str();
}

journal::Entries ledger_leaves(const ledger::Ledger& book) {
    return [&book](std::uint64_t from, std::uint64_t to, const journal::TakeEntry& take) {
        std::map<ledger::FileId, std::string> identities;
        for (auto at = static_cast<std::int64_t>(from); at < static_cast<std::int64_t>(to);) {
            const auto page = book.entries_from(
                at, std::min(entries_at_once, static_cast<std::int64_t>(to) - at));
            for (const ledger::Entry& entry : page) {
                if (entry.index != at) break;
                if (identities.size() > identities_cached_max) identities.clear();
                const auto [found, fresh] = identities.try_emplace(entry.file);
                if (fresh && entry.file != 0) found->second = book.identity_of(entry.file);
                take(journal_leaf(entry, found->second));
                ++at;
            }
            if (page.empty() || page.back().index + 1 != at)
                throw core::Fault(core::FaultKind::integrity, "read", "the ledger",
                                  "entry " + std::to_string(at) + " is missing",
                                  "stop all runs, keep the files as they are and call somebody");
        }
    };
}

// ---- projecting ----

std::optional<journal::Signed> project_journal(Home& home) {
    return project_journal(home, home.ledger());
}

std::optional<journal::Signed> project_journal(Home& home, const ledger::Ledger& book) {
    const io::Lock lock = turn_at(home, "journal.lock", "write the journal");
    const auto folder = journal_folder(home);
    if (io::facts(folder)) io::sweep_temporaries(folder);
    const auto entries = static_cast<std::uint64_t>(book.entry_count());
    journal::Log log(folder, home.keys().log(), seal::log_keys(home.keys_folder()));
    if (entries == 0 && !log.last()) return std::nullopt;
    const ledger::Reading reading(book);
    return log.extend(entries, ledger_leaves(book));
}

// ---- proofs ----

journal::Evidence entry_evidence(const ledger::Ledger& book, const journal::Tiles& tiles,
                                 std::uint64_t index, bool whole) {
    journal::Evidence evidence;
    auto leaf = tiles.entry(index);
    if (!leaf)
        throw core::Fault(core::FaultKind::integrity, "read the journal's entry",
                          std::to_string(index), "its bundle is missing or damaged",
                          "run sluice journal verify, and call somebody");
    evidence.leaf = std::move(*leaf);
    if (whole && !journal::member(evidence.leaf, "body_sha256").empty())
        for (const ledger::Entry& entry : book.entries_from(static_cast<std::int64_t>(index), 1))
            evidence.body = entry.body;
    return evidence;
}

static bool is_verdict(EntryKind kind) {
    switch (kind) {
        case EntryKind::received:
        case EntryKind::verified:
        case EntryKind::refused:
        case EntryKind::duplicate:
        case EntryKind::quarantined:
        case EntryKind::cancelled:
        case EntryKind::late_cancel:
        case EntryKind::decided:
            return true;
        default:
            return false;
    }
}

FileProofs::FileProofs(Home& home) : FileProofs(home, home.ledger(), {}) {}

FileProofs::FileProofs(Home& home, const ledger::Ledger& book,
                       const std::vector<ledger::FileId>& files)
    : home_(home), under_(project_journal(home, book)) {
    if (under_) tiles_.emplace(journal_folder(home), under_->checkpoint.size);
    io::crash_point("journal.projected");
    const ledger::Reading reading(book);
    for (const ledger::FileId file : files) make(book, file);
}

const std::string& FileProofs::of(ledger::FileId file) {
    return make(home_.ledger(), file);
}

const std::string& FileProofs::make(const ledger::Ledger& book, ledger::FileId file) {
    const auto [found, fresh] = made_.try_emplace(file);
    if (!fresh || !tiles_) return found->second;
    std::optional<std::int64_t> index;
    for (const ledger::Entry& entry : book.entries(file))
        if (is_verdict(entry.kind) &&
            static_cast<std::uint64_t>(entry.index) < under_->checkpoint.size)
            index = entry.index;
    if (!index) return found->second;
    const auto at = static_cast<std::uint64_t>(*index);
    found->second =
        journal::prove(*tiles_, at, *under_, entry_evidence(book, *tiles_, at, false).text())
            .text();
    return found->second;
}

}  // namespace app
