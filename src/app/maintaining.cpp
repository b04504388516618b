#include "app/maintaining.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "app/directory_store.hpp"
#include "app/turn.hpp"
#include "core/fault.hpp"
#include "directory/codes.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "rules/access.hpp"

namespace app {

using core::Reason;
using directory::Known;

static std::string folder_name(const Home& home, const ledger::File& file, const job::Job& job) {
    return directory_folder(home, job.maintenance->directory, file.identity.environment)
        .filename()
        .string();
}

static io::Lock lock_of(Home& home, const std::string& name) {
    io::make_folders(home.spool() / "directory" / name);
    return turn_at(home, "directory." + name + ".lock", "maintain the directory");
}

Maintaining::Maintaining(Home& home, ledger::File file, const job::Job& job)
    : home_(home),
      file_(std::move(file)),
      job_(job),
      rule_(*job.maintenance),
      name_(folder_name(home, file_, job)),
      lock_(lock_of(home, name_)) {}

std::filesystem::path Maintaining::kept() const {
    return home_.work() / ("maintain." + std::to_string(file_.id) + ".csv");
}

// Says which attempt it was: a version of this origin is made once.
std::string Maintaining::origin() const {
    return "file:" + file_.identity.text() + ":" + std::to_string(file_.id);
}

// ---- one record ----

std::optional<directory::WantedChange> Maintaining::read(const parse::Outcome& outcome,
                                                         std::size_t record, Routed& routed) const {
    const auto& fields = job_.fields;
    bool good = true;
    const auto place = [&](const std::string& name) {
        const auto at = std::find_if(fields.begin(), fields.end(),
                                     [&](const job::Field& one) { return one.name == name; });
        return static_cast<std::size_t>(at - fields.begin());
    };
    const auto text = [&](const std::string& name) {
        std::string_view value =
            name.empty() ? std::string_view() : outcome.field(record, place(name)).text;
        while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
        while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
        return value;
    };
    const auto wrong = [&](const std::string& name, Reason reason, const char* code) {
        good = false;
        routed.findings.emplace_back(
            static_cast<std::uint32_t>(record),
            outcome.finding_at(record, place(name.empty() ? rule_.person : name), reason, code,
                               core::Severity::B));
    };
    directory::WantedChange wanted;
    const std::string_view action = text(rule_.action);
    if (!rule_.action.empty()) {
        if (action == rule_.change)
            wanted.action = directory::Action::change;
        else if (action == rule_.close)
            wanted.action = directory::Action::close;
        else if (action != rule_.insert)
            wrong(rule_.action, Reason::enumeration, "008");
    }
    if (const auto person = directory::parse_insz(text(rule_.person)))
        wanted.person = *person;
    else
        wrong(rule_.person, Reason::check_digits, "004");
    // Its own rows alone.
    const std::string& sender = file_.identity.sender;
    if (!rule_.partner.empty() && text(rule_.partner) != sender)
        wrong(rule_.partner, Reason::enumeration, "008");
    std::memcpy(wanted.holder.partner, sender.data(), sizeof wanted.holder.partner);
    const job::Partner* partner = home_.partners().find(sender);
    const auto code = [&](const std::string& name, const std::string& own, std::uint16_t& out) {
        const auto number =
            directory::parse_code(name.empty() ? std::string_view(own) : text(name));
        if (number)
            out = *number;
        else
            wrong(name, Reason::not_numeric, "002");
        return number.has_value();
    };
    auto& holder = wanted.holder;
    // Each is read, so that all that is wrong is told.
    const bool sector =
        code(rule_.sector, partner == nullptr ? "" : partner->sector, holder.sector);
    const bool type = code(rule_.institution_type, partner == nullptr ? "" : partner->institution,
                           holder.institution_type);
    const bool quality = code(rule_.quality, "", holder.quality);
    if (sector && type && quality) {
        if (directory::know_sector(holder.sector) == Known::no)
            wrong(rule_.sector, Reason::enumeration, "008");
        else if (directory::know_type(holder.sector, holder.institution_type) == Known::no)
            wrong(rule_.institution_type, Reason::enumeration, "008");
        if (directory::know_quality(holder.sector, holder.quality) == Known::no)
            wrong(rule_.quality, Reason::enumeration, "008");
    }
    if (const auto from = rules::read_date(text(rule_.from)))
        wanted.from = *from;
    else
        wrong(rule_.from, Reason::pattern, "003");
    const std::string_view to = text(rule_.to);
    const auto end = rules::read_date(to);
    if (end)
        wanted.to = *end;
    else if (!to.empty() && to.find_first_not_of('0') != std::string_view::npos)
        wrong(rule_.to, Reason::pattern, "003");
    if (!good) return std::nullopt;
    return wanted;
}

void Maintaining::change(const parse::Outcome& outcome, std::size_t record,
                         directory::Changes& changes, Routed& routed) const {
    const auto wanted = read(outcome, record, routed);
    if (!wanted) return;
    const char* problem = changes.take(*wanted);
    if (problem == nullptr) return;
    const std::string_view word = problem;
    const auto& fields = job_.fields;
    const auto say = [&](const std::string& name, Reason reason, const char* code) {
        const std::string& wanted_name = name.empty() ? rule_.person : name;
        const auto at = std::find_if(fields.begin(), fields.end(), [&](const job::Field& one) {
            return one.name == wanted_name;
        });
        routed.findings.emplace_back(
            static_cast<std::uint32_t>(record),
            outcome.finding_at(record, static_cast<std::size_t>(at - fields.begin()), reason, code,
                               core::Severity::B));
    };
    if (word == "not-found") return say(rule_.person, Reason::person_not_integrated, "209");
    if (word == "overlap" || word == "ambiguous") return say(rule_.from, Reason::duplicate, "006");
    say(rule_.to, Reason::enumeration, "008");  // the period, or the end that a close needs
}

// ---- the file ----

void Maintaining::take(const DirectoryPin& pin,
                       const std::vector<std::unique_ptr<parse::Outcome>>& outcomes,
                       const std::vector<std::unique_ptr<parse::Product>>& products) {
    std::shared_ptr<const rules::VersionView> view = pin.main;
    if (!rule_.directory.empty()) {
        const auto at = pin.sectoral.find(rule_.directory);
        view = at == pin.sectoral.end() ? nullptr : at->second;
    }
    changes_.emplace(view ? view->shared() : nullptr);
    // A document that is refused as a whole changes nothing, wherever in it the reason stands.
    std::set<std::uint64_t> refused;
    bool whole = false;
    const auto blocks = [](const core::Finding& one) { return one.severity == core::Severity::B; };
    for (const auto& outcome : outcomes) {
        whole = whole ||
                std::any_of(outcome->file_findings.begin(), outcome->file_findings.end(), blocks);
        for (const parse::DocumentPart& part : outcome->documents)
            if (std::any_of(part.findings.begin(), part.findings.end(), blocks))
                refused.insert(part.ordinal);
    }
    for (std::size_t i = 0; i < outcomes.size() && !whole; ++i) {
        auto& routed = static_cast<Routed&>(*products[i]);
        const parse::Outcome& outcome = *outcomes[i];
        for (std::size_t record = 0; record < outcome.records.size(); ++record) {
            const parse::Record& one = outcome.records[record];
            const std::uint64_t document = outcome.documents[one.document].ordinal;
            if (one.accepted && refused.count(document) == 0)
                change(outcome, record, *changes_, routed);
        }
        std::stable_sort(routed.findings.begin(), routed.findings.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
    }
}

std::string Maintaining::too_many() const {
    const Settings& settings = home_.settings();
    const auto& counts = changes_->counts();
    const auto store = open_directory(home_, name_);
    const std::uint64_t before = store.rows_of_owner(file_.identity.sender);
    const std::uint64_t changes = counts.all();
    const double share =
        before == 0 ? 0 : static_cast<double>(changes) / static_cast<double>(before);
    if (before == 0 || changes < settings.directory_change_rows_min ||
        share <= settings.directory_change_share_max)
        return {};
    const auto entries = home_.ledger().entries(file_.id);
    const bool released = std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
        return entry.kind == ledger::EntryKind::released;
    });
    if (released) return {};
    return "it changes " + std::to_string(changes) + " of " + std::to_string(before) +
           " rows that " + file_.identity.sender + " has (" + std::to_string(counts.inserted) +
           " inserted, " + std::to_string(counts.changed) + " changed, " +
           std::to_string(counts.closed) + " closed): more than directory-change-share-max";
}

void Maintaining::keep() const {
    io::write_file(kept(), changes_->csv());
}

void Maintaining::make_version(bool again) {
    const auto csv = io::find_file(kept(), std::uint64_t{1} << 40);
    const bool any = csv && csv->find('\n') + 1 < csv->size();
    if (!any) return;
    directory::StoreOptions options = directory_options(home_);
    options.change_share_max = 1e18;  // decided before the file was
    directory::Store store(home_.spool() / "directory" / name_, options);
    enter_missing(home_, store, name_);
    if (again && store.find_origin(origin())) return;
    const directory::Change change =
        store.apply(kept(), file_.identity.sender, home_.today(), home_.now(), origin());
    io::crash_point("maintained");
    if (change.outcome != directory::Outcome::current)
        throw core::Fault(core::FaultKind::world, "apply the changes of", file_.identity.text(),
                          "the directory was changed between its decision and its version",
                          "its accepted changes are kept in " + kept().filename().string() +
                              " of the work folder; load what is missing, then remove that file");
    enter(home_, store, name_, change, "changes of " + file_.identity.text());
}

void Maintaining::forget() const {
    io::remove_file(kept());
}

}  // namespace app
