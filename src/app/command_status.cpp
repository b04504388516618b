// sluice status: where every file stands, and who has to act.
#include <algorithm>
#include <functional>
#include <iostream>

#include "app/command_list.hpp"
#include "app/notified.hpp"
#include "app/obstacles.hpp"
#include "app/standing.hpp"
#include "app/target.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"

namespace app {

namespace {

enum class Format : unsigned char { table, json, csv };

Format format_of(const Arguments& arguments) {
    const std::string text = arguments.get("format", arguments.has("json") ? "json" : "table");
    if (text == "json") return Format::json;
    if (text == "csv") return Format::csv;
    if (text == "table") return Format::table;
    throw core::Fault(core::FaultKind::usage, "read the option", "--format",
                      "'" + text + "' is not table, json or csv", "see: sluice help status");
}

Colour colour_of(std::string_view state) {
    if (state == "closed") return Colour::green;
    if (state == "refused" || state == "quarantined") return Colour::red;
    if (state == "held" || state == "cancelled") return Colour::yellow;
    return Colour::none;
}

const char* const columns[] = {"file",     "sender",   "job",        "state",    "records",
                               "accepted", "rejected", "deliveries", "received", "deadline",
                               "actor",    "action",   "final",      "codes",    "journal_index"};

using Row = std::vector<std::string>;

std::string joined(const Row& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

// Files as they are asked for, in the format that was asked for.
class Listing {
  public:
    Listing(Home& home, Format format) : home_(home), format_(format) {
        if (format_ == Format::csv) print_csv({std::begin(columns), std::end(columns)});
        if (format_ == Format::table) {
            std::vector<TextTable::Cell> cells;
            for (const char* name : {"FILE", "STATE", "JOB", "RECORDS", "ACCEPTED", "REJECTED",
                                     "DELIVERED", "RECEIVED", "DEADLINE", "NEXT"})
                cells.push_back({name, Colour::bold});
            table_.row(std::move(cells));
        }
    }

    void add(const Standing& standing) {
        ++count_;
        const ledger::File& file = standing.file;
        if (format_ == Format::json) {
            std::cout << standing_json(standing).str() << '\n';
            return;
        }
        std::size_t sent = 0;
        for (const Delivery& delivery : standing.deliveries)
            sent += delivery.state == "held" || delivery.state == "withheld" ||
                            delivery.state == "failed"
                        ? 0U
                        : 1U;
        const std::string delivered =
            std::to_string(sent) + "/" + std::to_string(standing.deliveries.size());
        const std::string deadline = file.deadline_at ? core::to_string(*file.deadline_at) : "";
        const std::string state(to_string(file.state));
        if (format_ == Format::csv) {
            print_csv({shown_name(file), file.identity.sender, file.job, state,
                       std::to_string(file.records.total), std::to_string(file.records.accepted),
                       std::to_string(file.records.rejected), delivered,
                       core::to_string(file.received_at), deadline, standing.actor, standing.action,
                       is_final(file.state) ? "true" : "false", joined(file.codes),
                       std::to_string(file.journal_index)});
            return;
        }
        std::string next = standing.action.empty() ? "" : standing.actor + ": " + standing.action;
        if (!file.codes.empty()) next = file.codes.front() + " " + next;
        table_.row({{shown_name(file)},
                    {state, colour_of(state)},
                    {file.job.empty() ? "-" : file.job},
                    {std::to_string(file.records.total), Colour::none, true},
                    {std::to_string(file.records.accepted), Colour::none, true},
                    {std::to_string(file.records.rejected),
                     file.records.rejected > 0 ? Colour::red : Colour::none, true},
                    {delivered, Colour::none, true},
                    {home_.zone().to_string(file.received_at).substr(0, 16)},
                    {last_day(file)},
                    {next}});
    }

    void add(const WaitingSet& set) {
        ++count_;
        if (format_ == Format::json) {
            std::cout << waiting_json(set).str() << '\n';
        } else if (format_ == Format::csv) {
            print_csv({set.identity, set.sender, "", "waiting", "", "", "", "", "", "",
                       std::string(set.actor()), set.action(), "false", "", ""});
        } else {
            table_.row({{set.identity},
                        {"waiting"},
                        {"-"},
                        {"-", Colour::none, true},
                        {"-", Colour::none, true},
                        {"-", Colour::none, true},
                        {"-", Colour::none, true},
                        {home_.zone().to_string(set.since).substr(0, 16)},
                        {"-"},
                        {std::string(set.actor()) + ": " + set.action()}});
        }
    }

    void end() {
        if (format_ != Format::table) return;
        if (count_ > 0) std::cout << table_.str();
    }
    std::size_t count() const { return count_; }
    Format format() const { return format_; }

  private:
    // People count in days: the one before midnight.
    std::string last_day(const ledger::File& file) const {
        if (!file.deadline_at) return "-";
        return core::to_string(
            home_.zone().date(core::Instant{file.deadline_at->microseconds - 1}));
    }
    static void print_csv(const Row& row) {
        std::string line;
        for (const std::string& field : row) line += (line.empty() ? "" : ",") + csv_field(field);
        std::cout << line << '\n';
    }
    Home& home_;
    Format format_;
    TextTable table_;
    std::size_t count_ = 0;
};

}  // namespace

// A set that came and was counted in a numbering without gaps; what is missing never arrived.
static void print_gaps(Home& home, const ledger::FileFilter& filter) {
    for (const auto& gap : home.ledger().sequence_gaps(filter.sender, filter.since)) {
        std::cout << coloured("missing", Colour::yellow) << "  " << gap.sender << " of " << gap.date
                  << ' ' << static_cast<char>(gap.environment) << ": number " << gap.first_missing;
        if (gap.last_missing != gap.first_missing) std::cout << " to " << gap.last_missing;
        std::cout << " never arrived\n";
    }
}

static void print_obstacles(Home& home, const std::string& sender) {
    for (const Obstacle& one : obstacles(home, sender))
        std::cout << coloured("in the way", Colour::red) << "  " << one.about << ": " << one.problem
                  << "; " << one.advice << '\n';
}

// What a recipient's own receipt refused waits for somebody to find out why.
static void print_refusals(Home& home, const std::string& sender) {
    for (const ledger::Outgoing& row : home.ledger().outgoing_in(ledger::OutgoingState::failed)) {
        const auto file = home.ledger().find_file(row.file);
        if (!file || (!sender.empty() && file->identity.sender != sender)) continue;
        const auto refusals = refusals_of(home.ledger(), row.file);
        const auto named = std::count_if(refusals.begin(), refusals.end(), [&](const Refusal& one) {
            return one.parcel == row.name;
        });
        std::cout << coloured("refused", Colour::red) << "  " << row.name << " by its recipient "
                  << row.recipient
                  << (named > 0 ? " (" + std::to_string(named) + " named: sluice show)"
                                : std::string())
                  << ": ask it why, then sluice redeliver " << shown_name(*file) << '\n';
    }
}

// One file by name: all that came under it, the one that owns the name first; else the half set
// that waits.
static int show_one(Home& home, const Arguments& arguments, Listing& listing) {
    const Target target = parse_target(arguments.operand(0));
    for (const ledger::File& file : find_attempts(home, target))
        if (!is_answered_duplicate(file)) listing.add(standing_of(home, file));
    if (listing.count() == 0) {
        const std::string name = target.identity ? target.identity->text() : target.text;
        const std::string sender = target.identity ? target.identity->sender : "";
        for (const WaitingSet& set : waiting_sets(home, sender))
            if (set.identity == name) listing.add(set);
    }
    listing.end();
    if (listing.count() > 0) return 0;
    std::cerr << "sluice: status: nobody knows a file " << target.text << '\n';
    return 1;
}

static ledger::FileFilter filter_of(const Home& home, const Arguments& arguments, bool& waiting,
                                    bool& recorded) {
    ledger::FileFilter filter;
    filter.sender = arguments.get("sender");
    filter.job = arguments.get("job");
    waiting = filter.job.empty() && !arguments.has("since");
    recorded = true;
    if (arguments.has("since")) filter.since = parse_since(home, arguments.get("since"));
    if (!arguments.has("state")) return filter;
    const std::string state = arguments.get("state");
    waiting = waiting && state == "waiting";
    recorded = state != "waiting";
    if (!recorded) return filter;
    filter.state = ledger::parse_file_state(state);
    if (!filter.state)
        throw core::Fault(core::FaultKind::usage, "read the option", "--state",
                          "there is no state '" + state + "'",
                          "they are waiting, received, verified, processing, decided, delivered, "
                          "closed, refused, cancelled, held, quarantined");
    return filter;
}

// A number or a name that nobody knows is mostly a slip.
static void note_unknown(Home& home, const ledger::FileFilter& filter) {
    if (!filter.sender.empty() && home.partners().find(filter.sender) == nullptr)
        std::cerr << "sluice: status: there is no partner " << filter.sender
                  << "; see: sluice partner list\n";
    if (!filter.job.empty() && !home.find_job(filter.job))
        std::cerr << "sluice: status: there is no job " << filter.job << " here\n";
}

static int run_status(const Arguments& arguments) {
    Home home(arguments);
    Listing listing(home, format_of(arguments));
    if (!arguments.operands().empty()) return show_one(home, arguments, listing);
    bool waiting = true, recorded = true;
    ledger::FileFilter filter = filter_of(home, arguments, waiting, recorded);
    if (waiting)
        for (const WaitingSet& set : waiting_sets(home, filter.sender)) listing.add(set);
    const auto limit = static_cast<std::size_t>(arguments.number("limit", 0, 1, 1'000'000'000));
    if (limit > 0) filter.limit = std::min(filter.limit, static_cast<std::int64_t>(limit));
    const auto full = [&] { return limit > 0 && listing.count() >= limit; };
    while (recorded && !full()) {
        const auto page = home.ledger().files(filter);
        for (const ledger::File& file : page) {
            if (full()) break;
            if (!is_answered_duplicate(file)) listing.add(standing_of(home, file));
        }
        if (page.size() < static_cast<std::size_t>(filter.limit)) break;
        filter.before = page.back().id;
    }
    listing.end();
    if (listing.count() == 0) note_unknown(home, filter);
    if (listing.format() == Format::table && waiting) print_obstacles(home, filter.sender);
    // What never arrived is known by all numbers of a sender: not asked where only some are.
    const bool all = recorded && limit == 0 && !filter.state && filter.job.empty();
    if (listing.format() == Format::table && all) {
        print_gaps(home, filter);
        print_refusals(home, filter.sender);
    }
    return 0;
}

static constexpr Option options[] = {
    {"sender", "N", "only files of this partner"},
    {"job", "J", "only files of this job"},
    {"state", "S", "only files in this state"},
    {"since", "T", "only files received since this date or RFC 3339 instant"},
    {"limit", "N", "only the newest N; without the list of numbers that never arrived"},
    {"format", "F", "table (default), json or csv"},
    {"json", "", "short for --format json: one object a line"},
};

const Command status_command{
    "status",
    "[FILE]",
    "show where files stand and who has to act",
    "Lists files, newest first, with their state, counts, deliveries, and who acts next. FILE is\n"
    "any name of the set (FI, FS, GO, with or without prefix and suffix). Sets that still lie in\n"
    "the landing zone are shown as waiting. Numbers that a sender left out are listed below the\n"
    "table, where all states and jobs are asked for.\n"
    "\n"
    "States: waiting, received, verified, processing, decided, delivered, closed; refused,\n"
    "cancelled, held, quarantined. Exit status 1 says that nobody knows FILE.",
    "sluice status --state held --json",
    options,
    0,
    1,
    run_status};

}  // namespace app
