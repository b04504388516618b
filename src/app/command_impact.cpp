// sluice impact: every record, recipient and parcel that one wrong thing touched.
#include <algorithm>
#include <iostream>
#include <map>

#include "app/command_list.hpp"
#include "app/report.hpp"
#include "app/report_print.hpp"
#include "app/target.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "ledger/impact.hpp"

namespace app {

using pages::Value;

static constexpr std::size_t ranges_shown = 20;  // of the records of one file and recipient

namespace {

class Impact {
  public:
    explicit Impact(Home& home);
    void file(const ledger::File& file, const std::string& authorisation);
    // Figures and what is short; the rest goes on behind it.
    pages::Sheet sheet(std::string what) const;
    std::vector<LongTable>& more() { return more_; }
    bool any() const { return more_[of_files].count() > 0; }

  private:
    enum : std::size_t { of_files, of_parcels, of_records };

    Home& home_;
    std::vector<LongTable> more_;
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> recipients_;  // parcels, records
    std::int64_t touched_ = 0;
};

const pages::Table tables[] = {
    {"files",
     "Files",
     {{"file", "FILE"},
      {"sender", "SENDER"},
      {"job", "JOB"},
      {"state", "STATE"},
      {"received", "RECEIVED"},
      {"records", "RECORDS"},
      {"touched", "TOUCHED"}},
     {}},
    {"parcels",
     "Parcels",
     {{"parcel", "PARCEL"},
      {"recipient", "RECIPIENT"},
      {"number", "NUMBER"},
      {"file", "FILE"},
      {"records", "RECORDS"},
      {"touched", "TOUCHED"},
      {"state", "STATE"},
      {"sha256", "SHA-256"}},
     {}},
    {"records",
     "Records",
     {{"file", "FILE"}, {"recipient", "RECIPIENT"}, {"count", "COUNT"}, {"ranges", "ORDINALS"}},
     {}}};

Impact::Impact(Home& home) : home_(home) {
    io::make_folders(home.work());
    for (const pages::Table& table : tables) more_.emplace_back(home.work(), table);
}

std::int64_t count_of(const ledger::Ranges& ranges) {
    std::int64_t sum = 0;
    for (const auto& [first, last] : ranges) sum += last - first + 1;
    return sum;
}

std::string text_of_ranges(const ledger::Ranges& ranges) {
    std::string text;
    for (std::size_t i = 0; i < ranges.size() && i < ranges_shown; ++i) {
        text += (text.empty() ? "" : " ") + std::to_string(ranges[i].first);
        if (ranges[i].second > ranges[i].first) text += "-" + std::to_string(ranges[i].second);
    }
    if (ranges.size() > ranges_shown)
        text += " and " + std::to_string(ranges.size() - ranges_shown) + " ranges more";
    return text;
}

void Impact::file(const ledger::File& file, const std::string& authorisation) {
    const auto records = ledger::records_by_recipient(home_.ledger(), file.id, authorisation);
    if (!authorisation.empty() && records.empty()) return;
    std::int64_t most = 0;
    for (const auto& [recipient, ranges] : records) {
        const std::int64_t count = count_of(ranges);
        most = std::max(most, count);
        recipients_[recipient].second += count;
        more_[of_records].add(
            {file.identity.text(), recipient, Value::of(count), text_of_ranges(ranges)});
    }
    // A whole file: all its records; an authorisation: at least those that one recipient got.
    const std::int64_t touched = authorisation.empty() ? file.records.total : most;
    touched_ += touched;
    more_[of_files].add({file.identity.text(), file.identity.sender, file.job,
                         to_string(file.state), core::to_string(file.received_at),
                         Value::of(file.records.total), Value::of(touched)});
    for (const ledger::Outgoing& row : home_.ledger().outgoing(file.id)) {
        if (row.kind != ledger::OutgoingKind::parcel || row.name.empty()) continue;
        const auto at = records.find(row.recipient);
        if (at == records.end()) continue;
        ++recipients_[row.recipient].first;
        more_[of_parcels].add({row.name, row.recipient, Value::of(row.number), file.identity.text(),
                               Value::of(row.records), Value::of(count_of(at->second)),
                               to_string(row.state), row.digest});
    }
}

pages::Sheet Impact::sheet(std::string what) const {
    pages::Table recipients{
        "recipients",
        "Recipients",
        {{"recipient", "RECIPIENT"}, {"parcels", "PARCELS"}, {"records", "RECORDS"}},
        {}};
    for (const auto& [number, sum] : recipients_)
        recipients.rows.push_back({number, Value::of(sum.first), Value::of(sum.second)});
    pages::Sheet sheet;
    sheet.name = "impact";
    sheet.title = "Touched by " + std::move(what);
    sheet.figures = {
        {"files", "files", Value::of(more_[of_files].count())},
        {"records", "records", Value::of(touched_)},
        {"recipients", "recipients", Value::of(static_cast<std::int64_t>(recipients_.size()))},
        {"parcels", "parcels", Value::of(more_[of_parcels].count())}};
    sheet.tables = {std::move(recipients)};
    return sheet;
}

core::Fault usage(const std::string& reason) {
    return {core::FaultKind::usage, "read the command line of", "sluice impact", reason,
            "see: sluice help impact"};
}

bool is_digest(const std::string& text) {
    return text.size() >= 8 && text.size() <= 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void each_of_schema(Home& home, const std::string& name,
                    const std::function<void(const ledger::File&)>& visit) {
    if (is_digest(name)) return ledger::each_file_of_schema(home.ledger(), name, visit);
    auto digests = ledger::schema_digests(home.ledger(), name);
    // A version's own digest covers all its documents: ask the jobs, too.
    for (const auto& job : home.jobs())
        for (const job::SchemaVersion& version : job->schemas)
            if (version.file.filename() == name) digests.push_back(version.digest);
    std::sort(digests.begin(), digests.end());
    digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
    for (const std::string& digest : digests)
        ledger::each_file_of_schema(home.ledger(), digest, visit);
}

}  // namespace

static int run_impact(const Arguments& arguments) {
    int asked = 0;
    for (const char* option : {"file", "schema", "directory-version", "authorisation"})
        asked += arguments.has(option) ? 1 : 0;
    if (asked != 1)
        throw usage("say one of --file, --schema, --directory-version and --authorisation");
    Home home(arguments);
    Impact impact(home);
    const auto whole = [&](const ledger::File& file) { impact.file(file, {}); };
    std::string what;
    if (arguments.has("file")) {
        what = arguments.get("file");
        for (const ledger::File& file : find_attempts(home, parse_target(what))) whole(file);
    } else if (arguments.has("schema")) {
        what = "schema " + arguments.get("schema");
        each_of_schema(home, arguments.get("schema"), whole);
    } else if (arguments.has("directory-version")) {
        what = "directory version " + arguments.get("directory-version");
        ledger::each_file_of_directory_version(home.ledger(), arguments.get("directory-version"),
                                               whole);
    } else {
        const std::string id = arguments.get("authorisation");
        what = "authorisation " + id;
        Period period;
        period.from = core::Instant{INT64_MIN};
        period.to = core::Instant{INT64_MAX};
        if (arguments.has("period")) period = parse_period(home, arguments.get("period"));
        ledger::each_delivered_file(home.ledger(), period.from, period.to,
                                    [&](const ledger::File& file) { impact.file(file, id); });
    }
    const pages::Sheet sheet = impact.sheet(what);
    const std::string format = arguments.get("format", arguments.has("json") ? "json" : "table");
    if (format == "json")
        print_json(std::cout, sheet, impact.more());
    else if (format == "csv")
        print_csv(std::cout, sheet, impact.more());
    else if (format == "table")
        print_text(std::cout, sheet, impact.more());
    else
        throw usage("'" + format + "' is not table, json or csv");
    return impact.any() ? 0 : 1;
}

static constexpr Option options[] = {
    {"file", "F", "a file, by any name of its set"},
    {"schema", "S", "a schema, by its file name or (the beginning of) its SHA-256"},
    {"directory-version", "V", "a version of the reference directory"},
    {"authorisation", "A", "a row of the authorisations, by its id"},
    {"period", "P", "of --authorisation: only files received in it (as in sluice report)"},
    {"format", "F", "table (default), json or csv"},
    {"json", "", "short for --format json: one object a line, a summary last"},
};

const Command impact_command{
    "impact",
    "",
    "list everything that one wrong thing touched",
    "Lists the files that one wrong thing touched, the recipients and parcels that their records\n"
    "went out in, and which records those were, by their ordinals. Of --authorisation only the\n"
    "records that were delivered on its ground.\n"
    "\n"
    "Exit status 1 says that it touched nothing.",
    "sluice impact --schema DmfAOriginal_20224.xsd --json",
    options,
    0,
    0,
    run_impact};

}  // namespace app
