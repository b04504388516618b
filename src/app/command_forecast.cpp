// sluice forecast: which waiting files will miss their deadline, and what would help.
#include <array>
#include <cstdio>
#include <iostream>

#include "app/command_list.hpp"
#include "app/forecast.hpp"
#include "app/json.hpp"
#include "app/night.hpp"
#include "app/terminal.hpp"

namespace app {

static std::string instant_or(const std::optional<core::Instant>& at) {
    return at ? core::to_string(*at) : std::string();
}

static void print_json(const Forecast& forecast) {
    for (const Prediction& one : forecast.files)
        std::cout << JsonObject()
                         .text("file", one.file.identity.text())
                         .text("sender", one.file.identity.sender)
                         .text("job", one.file.job)
                         .text("state", to_string(one.file.state))
                         .number("bytes", one.file.bytes)
                         .number("priority", one.file.priority)
                         .text_or_null("deadline_at", instant_or(one.file.deadline_at))
                         .text_or_null("end_at", instant_or(one.end))
                         .boolean("misses", one.misses)
                         .text_or_null("why", one.why)
                         .text_or_null("help", one.help)
                         .str()
                  << '\n';
    JsonObject rates;
    for (const auto& [job, rate] : forecast.bytes_per_second)
        rates.number(job.empty() ? "all" : job, static_cast<std::int64_t>(rate));
    std::cout << JsonObject()
                     .boolean("summary", true)
                     .number("files", static_cast<std::int64_t>(forecast.files.size()))
                     .number("bytes", forecast.bytes)
                     .number("misses", forecast.misses)
                     .number("stopped", forecast.stopped)
                     .number("left", forecast.left)
                     .text_or_null("end_at", instant_or(forecast.end))
                     .raw("bytes_per_second", rates.str())
                     .str()
              << '\n';
}

static void print_table(const Home& home, const Forecast& forecast) {
    if (forecast.files.empty()) return;
    const auto local = [&](const std::optional<core::Instant>& at) {
        return at ? home.zone().to_string(*at).substr(0, 16) : std::string("-");
    };
    TextTable table;
    std::vector<TextTable::Cell> heads;
    for (const char* name : {"FILE", "JOB", "BYTES", "END", "DEADLINE", "MISSES", "WHY", "HELP"})
        heads.push_back({name, Colour::bold});
    table.row(std::move(heads));
    for (const Prediction& one : forecast.files)
        table.row({{one.file.identity.text()},
                   {one.file.job},
                   {std::to_string(one.file.bytes), Colour::none, true},
                   {local(one.end)},
                   {local(one.file.deadline_at)},
                   {one.misses ? "yes" : "no", one.misses ? Colour::red : Colour::green},
                   {one.why},
                   {one.help}});
    std::cout << table.str()
              << counted(static_cast<long long>(forecast.files.size()), "file waits", "files wait");
    if (forecast.end) std::cout << ", finished at " << local(forecast.end);
    std::cout << ", " << forecast.misses << " will miss "
              << (forecast.misses == 1 ? "its deadline" : "their deadlines");
    if (forecast.left > 0) std::cout << ", " << forecast.left << " not reached before --until";
    std::cout << '\n';
}

static int run_forecast(const Arguments& arguments) {
    Home home(arguments);
    ForecastOptions options;
    options.start = home.now();
    if (arguments.has("start")) options.start = parse_until(home, arguments.get("start"));
    if (arguments.has("until")) options.until = parse_until(home, arguments.get("until"));
    options.bytes_per_second =
        static_cast<double>(arguments.number("rate", 0, 1, 1'000'000'000'000));
    const Forecast result = look_ahead(home, options);
    if (arguments.has("json"))
        print_json(result);
    else
        print_table(home, result);
    return result.misses > 0 ? 1 : 0;
}

static constexpr Option options[] = {
    {"start", "HH:MM", "when the run begins: civil time or RFC 3339 (default: now)"},
    {"until", "HH:MM", "when the run ends: civil time or RFC 3339"},
    {"rate", "N", "bytes a second of everything (default: as measured)"},
    {"json", "", "one object a file, a summary last"},
};

const Command forecast_command{
    "forecast",
    "",
    "say which waiting files will miss their deadline",
    "Puts the waiting files into the order of the night and works through them at the rate that "
    "was\n"
    "measured for each job. Files that are held, that stand behind a held one or whose supplier "
    "is\n"
    "away are listed last, with what would set them free.\n"
    "\n"
    "Exit status 1 says that at least one will miss its deadline.",
    "sluice forecast --start 20:00 --until 06:00 --json",
    options,
    0,
    0,
    run_forecast};

}  // namespace app
