// sluice evidence: a dossier that a judge can read and a stranger can check.
#include <iostream>

#include "app/command_list.hpp"
#include "app/dossier.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/target.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

// The same day of the next month, or its last day.
static core::Date month_later(core::Date from) {
    auto day = core::civil(from);
    day.year += day.month == 12 ? 1 : 0;
    day.month = day.month % 12 + 1;
    while (!core::is_calendar_date(day.year, day.month, day.day)) --day.day;
    return core::date_of(day.year, day.month, day.day);
}

static std::string required(const Arguments& arguments, const char* option, const char* advice) {
    std::string text = arguments.get(option);
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, "make a dossier of", arguments.operand(0),
                          "--" + std::string(option) + " is missing", advice);
    return text;
}

static int run_evidence(const Arguments& arguments) {
    Home home(arguments);
    const Target target = parse_target(arguments.operand(0));
    DossierRequest request;
    request.purpose =
        required(arguments, "purpose", "say who asked and why; it stands in the journal");
    const std::filesystem::path folder =
        required(arguments, "out", "name a folder that is not there yet");
    if (target.records.size() > 1)
        throw core::Fault(core::FaultKind::usage, "make a dossier of", target.text,
                          "several records are named", "make one dossier for each");
    if (!target.records.empty()) request.record = target.records.front();
    if (io::facts(folder))
        throw core::Fault(core::FaultKind::usage, "make a dossier in",
                          io::printable(folder.string()), "it is there already",
                          "name a folder that is not there yet");
    const auto file = find_target(home, target);
    if (!file) {
        std::cerr << "sluice: evidence: nobody knows a file " << target.text << '\n';
        return 1;
    }
    request.asked_at = home.now();
    request.due = month_later(home.today());
    auto step = home.ledger().begin();
    request.number = "EV-" + std::to_string(step->next("evidence"));
    JsonObject more;
    more.text("what", "evidence")
        .text("number", request.number)
        .text("due", core::to_string(request.due));
    more.number("record", request.record.value_or(0));
    const std::string members = more.str();
    step->append(ledger::EntryKind::query, file->id, request.asked_at,
                 operator_body(request.purpose, members.substr(1, members.size() - 2)));
    step->commit();
    write_dossier(home, *file, request, folder, arguments);
    std::cout << request.number << "  " << folder.string() << "  due "
              << core::to_string(request.due) << '\n';
    return 0;
}

static constexpr Option options[] = {
    {"out", "DIR", "the folder to make (required)"},
    {"purpose", "TEXT", "who asked and why; it stands in the journal with your name (required)"},
};

const Command evidence_command{
    "evidence",
    "FILE[#RECORD]",
    "make a dossier that a judge can read and anybody check",
    "Makes a folder with a statement in four languages, the bytes as they were delivered with "
    "their\n"
    "signature, what we answered, the vouchers of what was delivered, the proof of the journal, "
    "the\n"
    "certificates and revocation lists as they were at reception, time-stamps, and verify.sh, "
    "which\n"
    "checks all of it with sha256sum and openssl alone. With #RECORD the folder holds that record\n"
    "and nothing of its neighbours. The request gets a number and a due date of one month.",
    "sluice evidence DMFA.100101.20260401.00001.R --out dossier --purpose \"court of Ghent, 26/1\"",
    options,
    1,
    1,
    run_evidence};

}  // namespace app
