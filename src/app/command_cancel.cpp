// sluice cancel: what TD does, by an operator.
#include "app/cancelling.hpp"
#include "app/command_list.hpp"
#include "app/dispatch.hpp"
#include "app/operate.hpp"
#include "core/code_table.hpp"

namespace app {

static constexpr int cancelled_code = 277;

static int cancel(Operation& operation) {
    auto file = operation.find();
    if (!file) return Operation::not_done;
    operation.lock(*file);
    Home& home = operation.home();
    file = home.ledger().find_file(file->id);
    if (file->state == ledger::FileState::cancelled)
        return operation.refuse("it is cancelled already");
    if (!can_be_cancelled(*file))
        return operation.refuse("too late: it is " + (file->state == ledger::FileState::held
                                                          ? file->stopped_at
                                                          : std::string(to_string(file->state))));
    if (!operation.plan()) {
        const core::Instant now = home.now();
        file->codes = {core::acrf(cancelled_code)};
        auto step = home.ledger().begin();
        cancel_file(*step, *file, now, operator_body(operation.reason()));
        draw_answer(home, *step, *file, ledger::OutgoingKind::receipt,
                    receipt_detail(true, false, {cancelled_code}), now);
        step->commit();
        clear_cancelled(home, *file);
    }
    return operation.done("cancel " + file->identity.text() +
                          ": nothing of it is delivered, its sender gets a receipt with ACRF-277");
}

static int run_cancel(const Arguments& arguments) {
    return operate(arguments, "cancel",
                   {ledger::FileState::received, ledger::FileState::verified,
                    ledger::FileState::processing, ledger::FileState::held},
                   cancel);
}

const Command cancel_command{
    "cancel",
    "[FILE]",
    "take a file back that is not decided yet",
    "Does what a TD file of the sender does: nothing of the file is delivered, its private copy\n"
    "goes to the archive, and the sender gets a receipt that says so. Its content may be sent\n"
    "again under a new name.\n"
    "\n"
    "Once its records are decided it is too late: then the answer says that, with exit status 1.",
    "sluice cancel DMFA.100101.20260401.00001.R --reason \"sent by mistake, ticket 4711\"",
    verb_options,
    0,
    1,
    run_cancel};

}  // namespace app
