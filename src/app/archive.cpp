#include "app/archive.hpp"

#include <algorithm>

#include "app/private_copy.hpp"
#include "io/file.hpp"
#include "journal/evidence.hpp"
#include "ledger/questions.hpp"
#include "outbox/names.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::OutgoingKind;

bool on_legal_hold(const ledger::Ledger& book, ledger::FileId file) {
    bool held = false;
    for (const ledger::Entry& entry : book.entries(file))
        if (entry.kind == ledger::EntryKind::legal_hold)
            held = journal::member(entry.body, "action") != "lifted";
    return held;
}

static void add(ArchivedFile& one, const fs::path& path) {
    const auto facts = io::facts(path);
    if (!facts || facts->kind != io::Kind::regular) return;
    one.bytes += facts->bytes;
    one.payload.push_back(path);
}

// Signatures and vouchers stay, and receipts and reminders: they hold names, digests, counts and
// codes alone.
static bool is_payload(OutgoingKind kind) {
    return kind == OutgoingKind::parcel || kind == OutgoingKind::notification ||
           kind == OutgoingKind::correction || kind == OutgoingKind::status ||
           kind == OutgoingKind::answer;
}

fs::path kept_data(const Home& home, const ledger::Outgoing& row) {
    const auto identity = outbox::data_identity(row.name);
    return identity ? home.archive() / "out" / identity->date / row.name : fs::path();
}

std::optional<ArchivedFile> archived(Home& home, const ledger::File& file) {
    const ledger::Ledger& book = home.ledger();
    ArchivedFile one;
    one.file = file;
    for (const ledger::Part& part : book.parts(file.id))
        if (!part.path.empty()) {
            add(one, home.spool() / part.path);
            if (const auto sealed = envelope_beside(home.spool() / part.path); !sealed.empty())
                add(one, sealed);
        }
    core::Instant ended = std::max(file.closed_at.value_or(file.received_at), file.received_at);
    for (const ledger::Outgoing& row : book.outgoing(file.id)) {
        if (is_payload(row.kind) && !row.name.empty()) add(one, kept_data(home, row));
        // What is returned to an asker goes out long behind the end of his file.
        if (row.kind == OutgoingKind::answer) ended = std::max(ended, row.at);
    }
    if (one.payload.empty()) return std::nullopt;
    const auto job = home.find_job(file.job);
    const int days = job ? job->payload_days : job::Job{}.payload_days;
    // From the end of the matter, not from its begin: a file that was held for long is still new.
    one.expires = core::Date{home.zone().date(ended).days + days + 1};
    one.held = on_legal_hold(book, file.id) || ledger::answers_needed(book, file.id);
    return one;
}

void each_archived(Home& home, const std::function<bool(const ArchivedFile&)>& visit) {
    ledger::FileFilter filter;
    constexpr std::int64_t page_files = 1'000;
    // Pages run from new to old; the page that begins behind `after` is cut from the old end.
    std::vector<ledger::FileId> ids;
    filter.limit = page_files;
    for (;;) {
        const auto page = home.ledger().files(filter);
        for (const ledger::File& file : page) ids.push_back(file.id);
        if (page.size() < static_cast<std::size_t>(page_files)) break;
        filter.before = page.back().id;
    }
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
        const auto file = home.ledger().find_file(*id);
        if (!file) continue;
        const auto one = archived(home, *file);
        if (one && !visit(*one)) return;
    }
}

}  // namespace app
