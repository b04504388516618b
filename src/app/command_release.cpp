// sluice release: a held file goes on where it stopped.
#include "app/command_list.hpp"
#include "app/operate.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;

// The entry that leads back to the state in which the file stopped.
static EntryKind way_back(FileState state) {
    switch (state) {
        case FileState::received:
            return EntryKind::received;
        case FileState::processing:
            return EntryKind::started;
        case FileState::decided:
            return EntryKind::decided;
        default:
            return EntryKind::verified;
    }
}

static int release(Operation& operation) {
    auto file = operation.find();
    if (!file) return Operation::not_done;
    operation.lock(*file);
    file = operation.home().ledger().find_file(file->id);
    if (file->state != FileState::held)
        return operation.refuse("it is not held, it is " + std::string(to_string(file->state)));
    const FileState state =
        ledger::parse_file_state(file->stopped_at).value_or(FileState::verified);
    if (!operation.plan()) {
        const core::Instant now = operation.home().now();
        const std::string body = operator_body(operation.reason());
        file->held_reason.clear();
        file->stopped_at.clear();
        auto step = operation.home().ledger().begin();
        step->update_file(*file);
        step->append(EntryKind::released, file->id, now, body);
        step->append(way_back(state), file->id, now, body);
        step->commit();
    }
    return operation.done("release " + file->identity.text() + ": the next run goes on from " +
                          std::string(to_string(state)));
}

static int run_release(const Arguments& arguments) {
    return operate(arguments, "release", {FileState::held}, release);
}

const Command release_command{
    "release",
    "[FILE]",
    "let a held file go on",
    "The next run takes the file up again exactly where it stopped, and the files behind it "
    "follow.",
    "sluice release DMFA.100101.20260401.00001.R --reason \"sender confirmed\"",
    verb_options,
    0,
    1,
    run_release};

}  // namespace app
