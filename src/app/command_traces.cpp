// sluice traces: the privacy log by the other keys than the person.
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/trace_projection.hpp"
#include "app/trace_query.hpp"

namespace app {

namespace {

struct TraceFilter {
    std::string user, institution, message, recipient;

    bool source(const TraceQuestion& question, const traces::Source& one) const {
        return question.wants(one.sent) && (user.empty() || one.user == user) &&
               (message.empty() || one.message == message) &&
               // An institution that may also stand on the other side is looked for in pairs().
               (institution.empty() || recipient_side || one.sender == institution);
    }
    bool fate(const traces::Fate& one) const {
        return (recipient.empty() || one.recipient == recipient) &&
               (institution.empty() || !recipient_side || one.recipient == institution);
    }
    bool recipient_side = false;  // the institution is sought as recipient
};

}  // namespace

// An institution is sought as sender, then as recipient of what others sent.
template <class Visit>
static void each_side(const TraceFilter& filter, Visit visit) {
    TraceFilter side = filter;
    visit(side);
    if (filter.institution.empty()) return;
    side.recipient_side = true;
    visit(side);
}

static bool counted_already(const TraceFilter& filter, const traces::Source& source) {
    return filter.recipient_side && source.sender == filter.institution;
}

static int run_traces(const Arguments& arguments) {
    Home home(arguments);
    const TraceQuestion question = read_question(home, arguments);
    const TraceFormat format = trace_format(arguments);
    const TraceFilter filter{arguments.get("user"), arguments.get("institution"),
                             arguments.get("message"), arguments.get("recipient")};
    TraceStore store(home, "traces");
    project_traces(home, store);
    std::int64_t segments = 0, hits = 0;
    const auto each_segment = [&](const auto& visit) {
        for (const SegmentEntry& entry : store.living()) {
            if (!question.overlaps(entry.summary)) continue;
            const traces::Segment segment = store.open(entry);
            each_side(filter, [&](const TraceFilter& side) {
                visit(
                    segment,
                    [&, side](const traces::Source& one) {
                        return side.source(question, one) && !counted_already(side, one);
                    },
                    [side](const traces::Fate& one) { return side.fate(one); });
            });
        }
    };
    for (const SegmentEntry& entry : store.living()) segments += question.overlaps(entry.summary);
    each_segment([&](const traces::Segment& segment, const auto& sources, const auto& fates) {
        hits += static_cast<std::int64_t>(segment.count(sources, fates));
    });
    std::string more = "\"by_key\":\"other\"";
    for (const char* key : {"user", "institution", "message", "recipient"})
        if (arguments.has(key))
            more += ",\"" + std::string(key) + "\":" + json_quoted(arguments.get(key));
    const AskedEntry asked = enter_question(home, question, more, hits, segments);
    TraceListing listing(home, format);
    each_segment([&](const traces::Segment& segment, const auto& sources, const auto& fates) {
        segment.scan(sources, fates, [&](const traces::Trace& trace) { listing.add(trace); });
    });
    listing.end(question, asked, segments);
    return 0;
}

static constexpr Option options[] = {
    {"from", "D", "first day (YYYY-MM-DD) on which data were sent"},
    {"to", "D", "last day"},
    {"purpose", "TEXT", "why this is asked; it stands in the journal with your name (required)"},
    {"user", "U", "sent by this user or application, as the log names it"},
    {"institution", "N", "sent by or to this partner"},
    {"message", "M", "of this type of message: the name of a job"},
    {"recipient", "N", "sent to, or withheld from, this partner"},
    {"request", "REF", "their reference of the request that this answers; it gets a number"},
    {"received", "D", "day on which the request came (default: today); due a month later"},
    {"format", "F", "table (default), json or csv"},
    {"json", "", "short for --format json: one object a line"},
};

const Command traces_command{
    "traces",
    "",
    "search the privacy log by user, message or recipient",
    "Lists the traces of a period for which everything given holds. The persons do not appear: a\n"
    "trace leads to a file and a record. For one person: sluice person.\n"
    "\n"
    "All that is read is checked against the journal's digests; exit status 4 says that something\n"
    "does not hold. The question is journalled before anything is shown. Everything of the period\n"
    "is read, so it takes a few seconds for each 100 million traces.",
    "sluice traces --institution 100101 --from 2026-04-01 --to 2026-04-30 --purpose audit "
    "--format csv",
    options,
    0,
    0,
    run_traces};

}  // namespace app
