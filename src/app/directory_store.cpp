#include "app/directory_store.hpp"

#include <algorithm>
#include <iostream>

#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/digest.hpp"

namespace app {

using directory::Change;
using directory::Outcome;

namespace {

class Sha256Digester final : public directory::Digester {
  public:
    void add(std::string_view bytes) override { sha_.update(bytes); }
    std::string hex() override { return seal::hex(sha_.value()); }

  private:
    seal::Sha256 sha_;
};

std::string_view state_of(Outcome outcome) {
    if (outcome == Outcome::current) return "current";
    return outcome == Outcome::held ? "held" : "rejected";
}

// The version whose entry was made last.
std::filesystem::path entered_file(const Home& home, const std::string& name) {
    return home.spool() / "directory" / name / "entered";
}

std::string body_of(const std::string& name, const Change& change, const std::string& reason) {
    JsonObject body;
    body.text("directory", name)
        .text("version", change.id)
        .text("digest", change.digest)
        .text("state", state_of(change.outcome))
        .raw("counts", counts_json(change.counts))
        .number("added", static_cast<std::int64_t>(change.added))
        .number("removed", static_cast<std::int64_t>(change.removed))
        .number("changed", static_cast<std::int64_t>(change.changed))
        .text("operator", operator_name());
    if (!reason.empty()) body.text("reason", reason);
    return body.str();
}

void append(Home& home, const std::string& body) {
    auto step = home.ledger().begin();
    step->append(ledger::EntryKind::directory, 0, home.now(), body);
    step->commit();
}

}  // namespace

std::string directory_name(const Arguments& arguments) {
    const bool synthetic = arguments.has("synthetic");
    const std::string name = arguments.get("name");
    if (name.empty()) return synthetic ? "synthetic" : "main";
    const bool plain = name.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789-_") == std::string::npos;
    if (!plain || name.size() > 40)
        throw core::Fault(core::FaultKind::usage, "read the option", "--name",
                          "a directory's name has letters, digits, - and _, 40 at most");
    return synthetic ? name + "-synthetic" : name;
}

directory::StoreOptions directory_options(const Home& home) {
    const Settings& settings = home.settings();
    directory::StoreOptions options;
    options.memory_budget_bytes = settings.memory_budget_bytes;
    options.change_share_max = settings.directory_change_share_max;
    options.change_rows_min = settings.directory_change_rows_min;
    options.overlay_share_max = settings.directory_overlay_share_max;
    options.base_keep_days = settings.directory_base_keep_days;
    options.fast_versions_max = settings.directory_fast_versions_max;
    options.findings_shown_max = settings.directory_findings_shown_max;
    options.make_digester = [] { return std::make_unique<Sha256Digester>(); };
    return options;
}

directory::Store open_directory(const Home& home, const std::string& name) {
    return directory::Store(home.spool() / "directory" / name, directory_options(home));
}

std::shared_ptr<const directory::Version> asked_version(const directory::Store& store,
                                                        const Arguments& arguments) {
    if (arguments.has("version")) return store.open(arguments.get("version"));
    auto version = store.open_current();
    if (!version)
        throw core::Fault(core::FaultKind::usage, "open", "the directory", "nothing was loaded yet",
                          "load it with: sluice directory load --persons FILE ...");
    return version;
}

std::string counts_json(const directory::VersionCounts& counts) {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    return JsonObject()
        .number("persons", number(counts.persons))
        .number("rows", number(counts.rows))
        .number("availability", number(counts.availability))
        .number("authorisations", number(counts.authorisations))
        .number("mandates", number(counts.mandates))
        .number("replaced", number(counts.replaced))
        .number("links", number(counts.links))
        .number("registers", number(counts.register_values))
        .str();
}

void enter_missing(Home& home, const directory::Store& store, const std::string& name) {
    const std::string current = store.current_id();
    if (current.empty() || io::find_file(entered_file(home, name)).value_or("") == current) return;
    const auto info = store.find(current);
    Change change;
    change.outcome = Outcome::current;
    change.id = info->id;
    change.digest = info->digest;
    change.counts = info->counts;
    change.added = info->added;
    change.removed = info->removed;
    change.changed = info->changed;
    append(home, body_of(name, change, {}));
    io::write_file(entered_file(home, name), current);
}

void enter(Home& home, const directory::Store&, const std::string& name, const Change& change,
           const std::string& reason) {
    if (change.outcome == Outcome::rejected) return;
    append(home, body_of(name, change, reason));
    if (change.outcome == Outcome::current) io::write_file(entered_file(home, name), change.id);
}

int status_of(const Change& change) {
    return change.outcome == Outcome::current ? 0 : 1;
}

static void print_json(const Change& change) {
    for (const directory::RowFinding& finding : change.findings)
        std::cout << JsonObject()
                         .text("table", to_string(finding.table))
                         .number("line", static_cast<std::int64_t>(finding.line))
                         .number("column", static_cast<std::int64_t>(finding.column))
                         .text("severity", finding.error ? "B" : "W")
                         .text("code", finding.code)
                         .text("message", finding.text)
                         .str()
                  << '\n';
    std::vector<std::string> owners;
    for (const directory::OwnerChange& owner : change.owners)
        owners.push_back(JsonObject()
                             .text("owner", owner.partner)
                             .number("before", static_cast<std::int64_t>(owner.before))
                             .number("added", static_cast<std::int64_t>(owner.added))
                             .number("removed", static_cast<std::int64_t>(owner.removed))
                             .number("changed", static_cast<std::int64_t>(owner.changed))
                             .decimal("share", owner.share())
                             .str());
    std::cout << JsonObject()
                     .boolean("summary", true)
                     .text("state", state_of(change.outcome))
                     .text_or_null("version", change.id)
                     .text_or_null("digest", change.digest)
                     .number("rows", static_cast<std::int64_t>(change.rows_read))
                     .number("errors", static_cast<std::int64_t>(change.errors))
                     .number("warnings", static_cast<std::int64_t>(change.warnings))
                     .number("added", static_cast<std::int64_t>(change.added))
                     .number("removed", static_cast<std::int64_t>(change.removed))
                     .number("changed", static_cast<std::int64_t>(change.changed))
                     .raw("counts", counts_json(change.counts))
                     .raw("over_share", json_array(owners))
                     .str()
              << '\n';
}

static void print_comparison(const Change& change) {
    TextTable table;
    table.row({{"OWNER", Colour::bold},
               {"BEFORE", Colour::bold, true},
               {"ADDED", Colour::bold, true},
               {"REMOVED", Colour::bold, true},
               {"CHANGED", Colour::bold, true},
               {"SHARE", Colour::bold, true}});
    for (const directory::OwnerChange& owner : change.owners) {
        const auto percent = static_cast<long long>(owner.share() * 100 + 0.5);
        table.row({{owner.partner},
                   {std::to_string(owner.before), Colour::none, true},
                   {std::to_string(owner.added), Colour::none, true},
                   {std::to_string(owner.removed), Colour::none, true},
                   {std::to_string(owner.changed), Colour::none, true},
                   {std::to_string(percent) + " %", Colour::yellow, true}});
    }
    std::cout << table.str();
}

void print_change(const Change& change, const Home&, bool json) {
    if (json) return print_json(change);
    for (const directory::RowFinding& finding : change.findings)
        std::cout << to_string(finding.table) << ':' << finding.line << ':' << finding.column
                  << ": " << (finding.error ? "error: " : "warning: ") << finding.text << " ["
                  << finding.code << "]\n";
    const std::uint64_t hidden = change.errors + change.warnings - change.findings.size();
    if (hidden > 0) std::cout << "and " << hidden << " more findings\n";
    if (change.outcome == Outcome::rejected) {
        std::cout << counted(static_cast<long long>(change.errors), "error", "errors")
                  << ": nothing was loaded\n";
        return;
    }
    std::cout << "version " << change.id << ' ' << state_of(change.outcome) << ": "
              << counted(static_cast<long long>(change.counts.rows), "row", "rows") << " about "
              << counted(static_cast<long long>(change.counts.persons), "person", "persons")
              << " (+" << change.added << " -" << change.removed << " ~" << change.changed << ")\n";
    if (change.owners.empty()) return;
    print_comparison(change);
    if (change.outcome == Outcome::held)
        std::cout << "it waits for: sluice directory release " << change.id << " --reason TEXT\n";
}

}  // namespace app
