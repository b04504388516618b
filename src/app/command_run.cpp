// sluice run: the nightly job.
#include <array>
#include <cstdio>
#include <iostream>

#include "app/alert.hpp"
#include "app/command_list.hpp"
#include "app/daily.hpp"
#include "app/flash.hpp"
#include "app/heartbeat.hpp"
#include "app/json.hpp"
#include "app/log.hpp"
#include "app/metrics.hpp"
#include "app/night.hpp"
#include "app/page.hpp"
#include "app/terminal.hpp"

namespace app {

static std::string json_of(const NightResult& result) {
    const Tally& tally = result.tally;
    return JsonObject()
        .number("files", tally.files)
        .number("records", tally.records)
        .number("accepted", tally.accepted)
        .number("rejected", tally.rejected)
        .number("bytes", tally.bytes)
        .decimal("seconds", result.seconds)
        .number("deliveries", tally.deliveries)
        .number("answers", tally.answers)
        .number("documents", tally.documents)
        .number("refused_files", tally.refused_files)
        .boolean("stopped", result.stopped)
        .number("left", result.left)
        .str();
}

static std::string line_of(const NightResult& result) {
    const Tally& tally = result.tally;
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%.1f s", result.seconds);
    std::string line = counted(tally.files, "file", "files");
    if (tally.refused_files > 0) line += " (" + std::to_string(tally.refused_files) + " refused)";
    line += ", " + counted(tally.records, "record", "records") + ": " +
            std::to_string(tally.accepted) + " accepted, " + std::to_string(tally.rejected) +
            " rejected; " + counted(tally.deliveries, "delivery", "deliveries") + ", " +
            counted(tally.answers, "answer", "answers") + " in " + seconds.data();
    if (result.stopped)
        line += "; stopped by --until, " + counted(result.left, "file waits", "files wait");
    return line;
}

static int run_run(const Arguments& arguments) {
    Home home(arguments);
    NightOptions options;
    for (std::string& name : arguments.all("job")) options.jobs.insert(std::move(name));
    if (arguments.has("until")) options.until = parse_until(home, arguments.get("until"));
    options.quiet = arguments.has("quiet") || arguments.has("json");
    home.begin_jobs();
    draw_daily_lists(home);
    const NightResult result = run_night(home, options);
    leave_heartbeat(home);
    write_status_pages(home);
    mind_alerts(home);
    drop_flash(home);
    write_metrics(home, result);
    log_event(Event::run_finished, json_of(result));
    if (arguments.has("json"))
        std::cout << json_of(result) << '\n';
    else if (!arguments.has("quiet"))
        std::cout << line_of(result) << '\n';
    if (result.fault) std::rethrow_exception(result.fault);
    return result.tally.refused_files > 0 || result.tally.rejected > 0 ? 1 : 0;
}

static constexpr Option options[] = {
    {"job", "J", "only files of this job; may be given several times", true},
    {"threads", "N", "workers (default: the setting, else one per core)"},
    {"until", "HH:MM", "stop at the first commit behind this civil time, or RFC 3339 instant"},
    {"quiet", "", "no progress, no tally"},
    {"json", "", "end with the tally as one JSON object"},
};

const Command run_command{
    "run",
    "",
    "do everything that waits: receive, check, deliver, answer",
    "The nightly job. Receives what is complete, validates every record, splits, routes and\n"
    "delivers, and answers each sender: the most urgent files first, but the files of one sender\n"
    "and subject in the order of their reception.\n"
    "\n"
    "It may be killed at any moment: running it again goes on at the last commit and ends with "
    "the\n"
    "same bytes. Two runs work beside each other where each has --job of its own. Exit status 1\n"
    "says that a file was refused or a record rejected.",
    "sluice run --job dimona --until 06:00 --json",
    options,
    0,
    0,
    run_run};

}  // namespace app
