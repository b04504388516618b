#include "app/cancelling.hpp"

#include "app/private_copy.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::FileState;

bool can_be_cancelled(const ledger::File& file) {
    if (file.state == FileState::held)
        return ledger::parse_file_state(file.stopped_at) != FileState::decided;
    return file.state == FileState::received || file.state == FileState::verified ||
           file.state == FileState::processing;
}

void cancel_file(ledger::Step& step, ledger::File& file, core::Instant now, std::string body) {
    step.drop_slices(file.id);
    step.drop_tallies(file.id);
    step.release_documents(file.id);
    file.documents = {};
    file.records = {};
    file.held_reason.clear();
    file.stopped_at.clear();
    file.closed_at = now;
    step.update_file(file);
    step.append(ledger::EntryKind::cancelled, file.id, now, std::move(body));
    file.state = FileState::cancelled;
}

static void archive(const Home& home, const ledger::File& file, const std::string& path) {
    if (path.empty()) return;
    const fs::path from = home.spool() / path;
    const fs::path to = home.archive() / "in" / file.identity.date;
    if (!io::facts(from)) return;
    io::make_folders(to);
    io::publish(from, to / from.filename());
}

void clear_cancelled(Home& home, const ledger::File& file) {
    fs::remove_all(home.drafts(file.id));
    for (const ledger::Part& part : home.ledger().parts(file.id)) {
        const fs::path sealed = envelope_beside(home.spool() / part.path);
        if (!sealed.empty()) archive(home, file, sealed.lexically_relative(home.spool()));
        archive(home, file, part.path);
        archive(home, file, part.signature_path);
    }
}

}  // namespace app
