// sluice traces expire, verify and requests: the keeping of the privacy log.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/trace_projection.hpp"
#include "app/trace_query.hpp"
#include "app/trace_retention.hpp"
#include "core/fault.hpp"

namespace app {

// ---- expire ----

static int run_expire(const Arguments& arguments) {
    Home home(arguments);
    const std::string reason = arguments.get("reason");
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, "expire", "the privacy log", "no reason is given",
                          "add --reason with words that your successor will understand");
    const auto refuse = [](const std::string& why) {
        std::cerr << "sluice: traces expire: " << why << '\n';
        return 1;
    };
    const core::Date limit = retention_limit(home);
    core::Date before = limit;
    if (arguments.has("before")) {
        const auto date = core::parse_date(arguments.get("before"));
        if (!date)
            throw core::Fault(core::FaultKind::usage, "read the option", "--before",
                              "'" + arguments.get("before") + "' is not a date",
                              "write it like 2016-04-01");
        before = *date;
    }
    if (before > limit)
        return refuse("traces are kept for " + std::to_string(trace_years(home)) +
                      " years: nothing from " + core::to_string(limit) + " on may go");
    if (const auto hold = legal_hold(home.ledger())) return refuse(*hold + " stands");
    TraceStore store(home, "expire");
    std::vector<SegmentEntry> entries;
    std::uint64_t traces = 0;
    for (const SegmentEntry& old : expired(home, store, before)) {
        SegmentEntry entry;
        entry.action = "purged";
        entry.name = old.name;
        entry.reason = reason;
        traces += old.summary.rows;
        entries.push_back(std::move(entry));
    }
    const bool plan = arguments.has("plan");
    if (!plan) store.commit(entries);
    if (!plan) store.sweep();  // what a crash left of the last time
    if (plan || !entries.empty())
        std::cout << (plan ? "would remove " : "removed ")
                  << counted(static_cast<long long>(entries.size()), "segment", "segments")
                  << " with " << counted(static_cast<long long>(traces), "trace", "traces")
                  << " of before " << core::to_string(before) << '\n';
    return 0;
}

static constexpr Option expire_options[] = {
    {"reason", "TEXT", "why; it stands in the journal with your name (required)"},
    {"before", "D", "only what was sent before this day (default: all that may go)"},
    {"plan", "", "say exactly what would happen, and do nothing"},
};

const Command traces_expire_command{
    "traces expire",
    "",
    "remove traces that are older than they must be kept",
    "Removes the segments of the privacy log all of whose traces are older than the setting\n"
    "trace-years and every job's keep/trace-years. Younger ones are never removed, whatever is\n"
    "asked, and none while a legal hold stands: exit status 1. Each removal is an entry of the\n"
    "journal; the proofs of the removed segments still hold.",
    "sluice traces expire --reason \"yearly cleaning\" --plan",
    expire_options,
    0,
    0,
    run_expire};

// ---- verify ----

static int run_verify(const Arguments& arguments) {
    Home home(arguments);
    TraceStore store(home, "verify");
    std::uint64_t traces = 0;
    for (const SegmentEntry& entry : store.living()) {
        const traces::Segment segment = store.open(entry);
        segment.verify();
        if (segment.summary() != entry.summary)
            throw core::Fault(
                core::FaultKind::integrity, "verify", entry.name,
                "its numbers are not those of its entry " + std::to_string(entry.index),
                "keep it as it is and call somebody");
        traces += entry.summary.rows;
    }
    for (const std::string& name : store.strangers())
        std::cerr << "sluice: traces verify: no entry knows " << name
                  << ": a run that was killed left it, or the ledger was restored\n";
    if (is_terminal())
        std::cout << coloured("good", Colour::green) << "  "
                  << counted(static_cast<long long>(traces), "trace", "traces") << " in "
                  << counted(static_cast<long long>(store.living().size()), "segment", "segments")
                  << ", as they were sealed\n";
    return 0;
}

const Command traces_verify_command{
    "traces verify",
    "",
    "check the privacy log against the journal's digests",
    "Reads every segment that the journal says there is: none may be missing, and each block,\n"
    "index and root must be what was sealed. Silence and exit status 0 say that all holds; 4 that\n"
    "something does not, and which segment.",
    "sluice traces verify",
    {},
    0,
    0,
    run_verify};

// ---- requests ----

static int run_requests(const Arguments& arguments) {
    static constexpr std::int64_t entries_at_once = 10'000;
    Home home(arguments);
    TextTable table;
    const bool json = arguments.has("json");
    for (std::int64_t from = 0;;) {
        const auto page = home.ledger().entries_of(ledger::EntryKind::query, from, entries_at_once);
        for (const ledger::Entry& entry : page) {
            const std::int64_t number = json_number(entry.body, "request");
            if (number == 0) continue;
            const std::string due = json_text(entry.body, "due");
            const auto day = core::parse_date(due);
            const bool late = day && home.zone().date(entry.at) > *day;
            if (json)
                std::cout << JsonObject()
                                 .number("request", number)
                                 .text("reference", json_text(entry.body, "reference"))
                                 .text("received", json_text(entry.body, "received"))
                                 .text("due", due)
                                 .text("answered_at", core::to_string(entry.at))
                                 .boolean("late", late)
                                 .text("purpose", json_text(entry.body, "purpose"))
                                 .number("traces", json_number(entry.body, "hits"))
                                 .number("journal_index", entry.index)
                                 .str()
                          << '\n';
            else
                table.row({{std::to_string(number), Colour::none, true},
                           {json_text(entry.body, "reference")},
                           {json_text(entry.body, "received")},
                           {due},
                           {home.zone().to_string(entry.at).substr(0, 10),
                            late ? Colour::red : Colour::none},
                           {late ? "late" : "in time", late ? Colour::red : Colour::none},
                           {json_text(entry.body, "purpose")}});
        }
        if (page.size() < static_cast<std::size_t>(entries_at_once)) break;
        from = page.back().index + 1;
    }
    if (!json) std::cout << table.str();
    return 0;
}

static constexpr Option requests_options[] = {
    {"json", "", "one object a line"},
};

const Command traces_requests_command{
    "traces requests",
    "",
    "list the requests that the privacy log answered",
    "The register of requests: number, their reference, the day on which each came, the day by\n"
    "which it had to be answered, and the day on which it was. A question becomes part of it with\n"
    "--request (sluice person, sluice traces).",
    "sluice traces requests --json",
    requests_options,
    0,
    0,
    run_requests};

}  // namespace app
