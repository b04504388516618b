// sluice person: whose data went where. The number is read from standard input and nowhere kept.
#include <algorithm>
#include <iostream>
#include <map>
#include <tuple>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/trace_keys.hpp"
#include "app/trace_projection.hpp"
#include "app/trace_query.hpp"
#include "app/trace_retention.hpp"
#include "core/fault.hpp"
#include "core/identifiers.hpp"
#include "seal/digest.hpp"

namespace app {

static constexpr std::size_t line_bytes_max = 256;

static std::string read_number() {
    std::string line, digits;
    for (char c = 0; line.size() < line_bytes_max && std::cin.get(c) && c != '\n';) line += c;
    for (const char c : line)
        if (c >= '0' && c <= '9') digits += c;
    const bool shaped = line.find_first_not_of("0123456789.-/ \t\r") == std::string::npos;
    if (!shaped || digits.find_first_not_of('0') == std::string::npos ||
        core::check_identifier(core::IdentifierKind::insz, digits) != core::IdentifierVerdict::good)
        throw core::Fault(core::FaultKind::usage, "read the number of the person from",
                          "standard input", "the first line is not an INSZ",
                          "write its 11 digits, and nothing else, to standard input");
    return digits;
}

namespace {

// The pseudonyms of one person, by the year of the key.
class Person {
  public:
    Person(const Home& home, std::string number)
        : keys_(period_keys_folder(home)), number_(std::move(number)) {}

    // None where the persons of that year were erased.
    std::optional<std::uint64_t> in(int year) {
        const auto known = pseudonyms_.find(year);
        if (known != pseudonyms_.end()) return known->second;
        const auto key = keys_.find(year);
        if (!key && !keys_.destroyed(year))
            throw core::Fault(core::FaultKind::world, "read the pseudonym key of",
                              std::to_string(year), "it is missing, and was not destroyed",
                              "restore spool/keys/pseudonym from the backup of the keys");
        std::optional<std::uint64_t> pseudonym;
        if (key) pseudonym = traces::person_pseudonym(*key, number_);
        return pseudonyms_[year] = pseudonym;
    }
    // Under the key of the year in which the question is asked.
    std::string name_in_journal(int year) {
        return pseudonym_text(traces::person_pseudonym(keys_.make(year), number_));
    }
    std::vector<int> erased() const {
        std::vector<int> years;
        for (const auto& [year, pseudonym] : pseudonyms_)
            if (!pseudonym) years.push_back(year);
        return years;
    }

  private:
    static std::string pseudonym_text(std::uint64_t value) {
        std::string bytes;
        for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
        return seal::hex(bytes);
    }
    traces::PeriodKeys keys_;
    std::string number_;
    std::map<int, std::optional<std::uint64_t>> pseudonyms_;
};

}  // namespace

static std::vector<traces::Trace> find_traces(const Home& home, const TraceStore& store,
                                              const TraceQuestion& question, Person& person,
                                              std::int64_t& segments) {
    std::vector<traces::Trace> found;
    for (const SegmentEntry& entry : store.living()) {
        if (!question.overlaps(entry.summary)) continue;
        const auto pseudonym = person.in(entry.summary.period);
        if (!pseudonym) continue;
        ++segments;
        store.open(entry).find(*pseudonym, [&](const traces::Trace& trace) {
            if (question.wants(trace.source.sent)) found.push_back(trace);
        });
        if (found.size() > home.settings().trace_hits_max)
            throw core::Fault(core::FaultKind::usage, "answer for", "a person",
                              "there are more traces than trace-hits-max allows",
                              "ask for a shorter period");
    }
    std::sort(found.begin(), found.end(), [](const traces::Trace& a, const traces::Trace& b) {
        return std::tie(a.source.sent, a.source.file, a.record, a.fate) <
               std::tie(b.source.sent, b.source.file, b.record, b.fate);
    });
    return found;
}

static int ask(Home& home, const Arguments& arguments) {
    const TraceQuestion question = read_question(home, arguments);
    const TraceFormat format = trace_format(arguments);
    Person person(home, read_number());
    TraceStore store(home, "person");
    project_traces(home, store);  // the answer is of all that was closed until now
    std::int64_t segments = 0;
    const auto found = find_traces(home, store, question, person, segments);
    const int year = core::civil(home.today()).year;
    const AskedEntry asked = enter_question(
        home, question,
        "\"by_key\":\"person\",\"pseudonym\":" + json_quoted(person.name_in_journal(year)) +
            ",\"pseudonym_year\":" + std::to_string(year),
        static_cast<std::int64_t>(found.size()), segments);
    TraceListing listing(home, format);
    for (const traces::Trace& trace : found) listing.add(trace);
    listing.end(question, asked, segments);
    for (const int erased : person.erased())
        std::cerr << "sluice: person: the persons of " << erased
                  << " were erased: nothing of that year can be found\n";
    return 0;
}

static int forget(Home& home, const Arguments& arguments) {
    const int year = static_cast<int>(arguments.number("forget-period", 0, 1900, 9999));
    const std::string reason = arguments.get("reason");
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, "forget the persons of", std::to_string(year),
                          "no reason is given",
                          "add --reason with words that your successor will understand");
    TraceStore store(home, "forget");
    const traces::PeriodKeys keys(period_keys_folder(home));
    const auto refuse = [&](const std::string& why) {
        std::cerr << "sluice: person: the persons of " << year << " are not forgotten: " << why
                  << '\n';
        return 1;
    };
    if (!keys.find(year) && keys.destroyed(year)) {
        keys.destroy(year);  // what a crash left of it
        return refuse("they were already");
    }
    if (!keys.find(year)) return refuse("there is no key of that year");
    const std::string why = why_not_forgotten(home, store, year);
    if (!why.empty()) return refuse(why);
    forget_period(home, year, reason);
    std::cout << "forgot the persons of " << year
              << ": the key of their pseudonyms is destroyed, every proof still holds\n";
    return 0;
}

static int run_person(const Arguments& arguments) {
    Home home(arguments);
    return arguments.has("forget-period") ? forget(home, arguments) : ask(home, arguments);
}

static constexpr Option options[] = {
    {"from", "D", "first day (YYYY-MM-DD) on which data were sent"},
    {"to", "D", "last day"},
    {"purpose", "TEXT", "why this is asked; it stands in the journal with your name (required)"},
    {"request", "REF", "their reference of the request that this answers; it gets a number"},
    {"received", "D", "day on which the request came (default: today); due a month later"},
    {"format", "F", "table (default), json or csv"},
    {"json", "", "short for --format json: one object a line"},
    {"forget-period", "YEAR", "destroy the key of a year: erases its persons for good"},
    {"reason", "TEXT", "why; for --forget-period"},
};

const Command person_command{
    "person",
    "",
    "show to whom the data of one person went, and why",
    "Reads the number of the person (INSZ) from the first line of standard input, never from the\n"
    "command line, and finds every trace of it in the privacy log: what was sent, when, by whom, "
    "to\n"
    "whom, in which quality, what was withheld and why, on which authorisation and under which\n"
    "version of the directory. All that is read is checked against the journal's digests; exit\n"
    "status 4 says that something does not hold.\n"
    "\n"
    "The question itself is journalled, with its purpose and a pseudonym, before anything is "
    "shown.\n"
    "With --request it gets a number and a due date of one month; see: sluice traces requests.\n"
    "\n"
    "--forget-period destroys the pseudonym key of a year whose traces may go (trace-years): "
    "nobody\n"
    "can be found in its traces any more, and all proofs of the journal still hold. It cannot be\n"
    "undone. Exit status 1 says that it was refused.",
    "echo 85073003328 | sluice person --from 2026-01-01 --to 2026-12-31 --purpose \"request of "
    "the person\"",
    options,
    0,
    0,
    run_person};

}  // namespace app
