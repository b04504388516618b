// sluice receive: what is complete in the landing zone becomes ours and is answered.
#include <iostream>

#include "app/alert.hpp"
#include "app/command_list.hpp"
#include "app/heartbeat.hpp"
#include "app/journal.hpp"
#include "app/json.hpp"
#include "app/receiving.hpp"
#include "app/terminal.hpp"

namespace app {

static void print(const Received& received, bool json) {
    if (json) {
        std::cout << JsonObject()
                         .number("files", received.files)
                         .number("refused", received.refused)
                         .number("duplicates", received.duplicates)
                         .number("cancelled", received.cancelled)
                         .number("waiting", received.waiting)
                         .number("answers", received.answers)
                         .number("fetched", received.fetched)
                         .number("transferred", received.transferred)
                         .str()
                  << '\n';
        return;
    }
    if (received.files + received.cancelled == 0) return;
    std::cout << counted(received.files, "file", "files") << " received";
    if (received.refused > 0) std::cout << ", " << received.refused << " refused";
    if (received.duplicates > 0) std::cout << ", " << received.duplicates << " known already";
    if (received.cancelled > 0) std::cout << ", " << received.cancelled << " cancelled";
    std::cout << "; " << counted(received.answers, "answer", "answers") << '\n';
}

static int run_receive(const Arguments& arguments) {
    Home home(arguments);
    const auto until = std::chrono::steady_clock::now() +
                       std::chrono::seconds(home.settings().channel_turn_seconds_max);
    Received received = receive_all(home, until, Follows::nothing);
    if (received.files + received.cancelled + received.transferred > 0) project_journal(home);
    leave_heartbeat(home);
    mind_alerts(home);
    received.end_removing();
    if (!arguments.has("quiet")) print(received, arguments.has("json"));
    if (received.fault) std::rethrow_exception(received.fault);
    return received.refused > 0 ? 1 : 0;
}

static constexpr Option options[] = {
    {"quiet", "", "print nothing"},
    {"json", "", "print the tally as one JSON object"},
};

const Command receive_command{
    "receive",
    "",
    "take in what is complete and answer with receipts",
    "Takes every complete set (GO is there) out of the partners' IN, INTEST and INTEST-S, makes a\n"
    "private copy, verifies names, parts and signatures, applies the duplicate law, records all "
    "of\n"
    "it and answers with receipts. Half sets wait for their GO until their age limit.\n"
    "\n"
    "Meant for a timer of one minute; it may run beside a long sluice run. Exit status 1 says "
    "that\n"
    "a file was refused.",
    "sluice receive --json",
    options,
    0,
    0,
    run_receive};

}  // namespace app
