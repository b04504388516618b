#include "app/verdict.hpp"

#include <algorithm>
#include <iostream>

#include "app/standing.hpp"
#include "core/code_table.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;

// The newest entry that decided about the file as a whole: its parts are decided with it.
static std::int64_t deciding_entry(const ledger::Ledger& book, const ledger::File& file) {
    std::int64_t index = -1;
    for (const ledger::Entry& entry : book.entries(file.id))
        if (entry.kind == EntryKind::decided || entry.kind == EntryKind::refused ||
            entry.kind == EntryKind::cancelled)
            index = entry.index;
    return index;
}

static bool is_decided(FileState state) {
    return state == FileState::decided || state == FileState::delivered ||
           state == FileState::closed || state == FileState::refused ||
           state == FileState::cancelled;
}

static void say_rejected(Verdict& verdict, const Grounds& grounds) {
    verdict.state = "rejected";
    verdict.final = true;
    const core::Code* code = grounds.code.empty() ? nullptr : core::find_code(grounds.code);
    verdict.actor = code == nullptr ? "sender" : std::string(core::to_string(code->actor));
    verdict.action = code == nullptr ? "" : core::advice(grounds.code, core::Language::en);
    if (verdict.action.empty()) verdict.action = "mend it and send it again, under a new name";
}

Verdict verdict_of(Home& home, const ledger::File& file, const Grounds& grounds) {
    Verdict verdict;
    verdict.by = file.deadline_at;
    const bool held = file.state == FileState::held;
    const bool decided =
        is_decided(held ? ledger::parse_file_state(file.stopped_at).value_or(FileState::verified)
                        : file.state);
    if (!decided) {
        const Standing standing = standing_of(home, file);
        verdict.state = "pending";
        verdict.actor = standing.actor;
        verdict.action = standing.action;
        verdict.journal_index = file.journal_index;
        return verdict;
    }
    verdict.journal_index = deciding_entry(home.ledger(), file);
    if (!grounds.accepted) {
        say_rejected(verdict, grounds);
        return verdict;
    }
    const bool out = file.state == FileState::delivered || file.state == FileState::closed;
    if (!grounds.reason.empty()) {
        // The rest of it may have gone out; what did not is what somebody can act on.
        verdict.state = "withheld";
        verdict.final = file.state == FileState::closed;
        verdict.actor = "operator";
        verdict.action = "see why with sluice why: " + grounds.reason;
        return verdict;
    }
    verdict.state = out && grounds.goes_out ? "delivered" : "accepted";
    verdict.final = out;
    verdict.actor = "engine";
    if (!out) verdict.action = held ? "waits until the file is released" : "sluice run delivers it";
    if (out) verdict.by.reset();
    return verdict;
}

void add_verdict(JsonObject& object, const Verdict& verdict) {
    object.text("state", verdict.state)
        .boolean("final", verdict.final)
        .text("actor", verdict.actor)
        .text_or_null("action", verdict.action);
    if (verdict.by)
        object.text("deadline_at", core::to_string(*verdict.by));
    else
        object.null("deadline_at");
    if (verdict.journal_index >= 0)
        object.number("journal_index", verdict.journal_index);
    else
        object.null("journal_index");
}

void print_verdict(const Home& home, const Verdict& verdict) {
    std::cout << "  state       " << verdict.state << (verdict.final ? ", final" : "");
    if (verdict.journal_index >= 0) std::cout << ", says entry #" << verdict.journal_index;
    std::cout << '\n';
    if (verdict.action.empty()) return;
    std::cout << "  next        " << verdict.actor << ": " << verdict.action;
    if (verdict.by) std::cout << " (by " << home.zone().to_string(*verdict.by) << ')';
    std::cout << '\n';
}

}  // namespace app
