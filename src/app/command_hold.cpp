// sluice hold: stops a file, and with it those behind it of the same sender and subject.
#include "app/command_list.hpp"
#include "app/operate.hpp"

namespace app {

using ledger::FileState;

static int hold(Operation& operation) {
    auto file = operation.find();
    if (!file) return Operation::not_done;
    operation.lock(*file);
    file = operation.home().ledger().find_file(file->id);
    if (file->state == FileState::held)
        return operation.refuse("it is held already: " + file->held_reason);
    const bool can = file->state == FileState::verified || file->state == FileState::processing ||
                     file->state == FileState::decided;
    if (!can) return operation.refuse("too late: it is " + std::string(to_string(file->state)));
    if (!operation.plan()) {
        auto step = operation.home().ledger().begin();
        file->held_reason = operation.reason();
        file->stopped_at = to_string(file->state);
        step->update_file(*file);
        step->append(ledger::EntryKind::held, file->id, operation.home().now(),
                     operator_body(operation.reason()));
        step->commit();
    }
    return operation.done("hold " + file->identity.text() + " at " +
                          std::string(to_string(file->state)) +
                          "; later files of the same sender and subject wait behind it");
}

static int run_hold(const Arguments& arguments) {
    return operate(arguments, "hold",
                   {FileState::verified, FileState::processing, FileState::decided}, hold);
}

const Command hold_command{
    "hold",
    "[FILE]",
    "stop a file before it goes on",
    "Stops a file that is not delivered yet. Runs pass it by, and pass by the later files of the\n"
    "same sender and subject too, so that recipients get them in the order of reception.\n"
    "\n"
    "`sluice release` lets it go on where it stopped; `sluice cancel` takes it back for good.",
    "sluice hold DMFA.100101.20260401.00001.R --reason \"sender asked us to wait\"",
    verb_options,
    0,
    1,
    run_hold};

}  // namespace app
