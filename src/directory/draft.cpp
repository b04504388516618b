#include "directory/draft.hpp"

#include "directory/digesting.hpp"
#include "directory/table_rules.hpp"
#include "directory/text_table.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"

namespace directory {

static std::string next_id(const Layout& layout, core::Date today) {
    const std::string day = core::to_string(today);
    std::string last;
    for (const std::string& id : layout.ids())
        if (id.compare(0, 10, day) == 0) last = id;
    const unsigned long counter = last.empty() ? 0 : std::stoul(last.substr(11));
    return day + "." + std::to_string(counter + 1);
}

static void empty_work(const Layout& layout) {
    for (const std::string& name : io::list(layout.work(), 100'000))
        io::remove_file(layout.work() / name);
}

Store::Draft::Draft(const fs::path& folder, const StoreOptions& given, core::Date today)
    : layout(folder), options(given), findings(given.findings_shown_max) {
    layout.make_folders();
    empty_work(layout);
    manifest.id = next_id(layout, today);
    const std::string current = layout.current_id();
    if (current.empty()) return;
    std::string text;
    before = layout.read(current, &text);
    if (!io::facts(layout.since(current)))
        io::write_file(layout.since(current), std::to_string(before.made_at.microseconds) + "\n");
    const std::string id = manifest.id;
    manifest = before;
    manifest.id = id;
    manifest.parent = current;
    manifest.parent_digest = digest_of(text, options);
    manifest.persons_digest.clear();
    if (before.persons != PersonsForm::none) manifest.persons = PersonsForm::same;
    manifest.added = manifest.removed = manifest.changed = 0;
    owners = owners_before();
}

Store::Draft::~Draft() {
    std::error_code ignored;
    for (const auto& one : publications_) fs::remove(one.from, ignored);
}

OwnerRows Store::Draft::owners_before() const {
    if (before.id.empty()) return {};
    return parse_owners(io::find_file(layout.owners(before.id)).value_or(""));
}

// The smaller tables belong to us; each counts as one owner.
void Store::Draft::count_table_changes(TableName table, const fs::path& fresh) {
    const std::string& digest = before.tables[static_cast<std::size_t>(table)];
    if (digest.empty()) return;
    const auto old_rows = TextTable::open(layout.table(table, digest));
    const auto new_rows = TextTable::open(fresh);
    OwnerChange change;
    change.partner = to_string(table);
    change.before = old_rows->size();
    std::uint64_t a = 0, b = 0;
    while (a < old_rows->size() || b < new_rows->size()) {
        int order = 0;
        if (a == old_rows->size() || b == new_rows->size())
            order = b == new_rows->size() ? -1 : 1;
        else
            order = (*old_rows)[a].compare((*new_rows)[b]);
        if (order < 0) ++change.removed;
        if (order > 0) ++change.added;
        if (order <= 0) ++a;
        if (order >= 0) ++b;
    }
    const std::uint64_t changes = change.added + change.removed;
    if (change.before > 0 && changes >= options.change_rows_min &&
        change.share() > options.change_share_max)
        too_many.push_back(change);
}

void Store::Draft::load_table(TableName table, const fs::path& csv) {
    const fs::path out = work(std::string(to_string(table)) + ".table");
    const LoadedTable loaded =
        directory::load_table(table, csv, out, layout.work(), options, findings);
    rows_read += loaded.rows_read;
    if (loaded.digest.empty()) return;
    manifest.tables[static_cast<std::size_t>(table)] = loaded.digest;
    VersionCounts& counts = manifest.counts;
    std::uint64_t* const places[] = {
        nullptr,          &counts.availability, &counts.authorisations, &counts.mandates,
        &counts.replaced, &counts.links,        &counts.register_values};
    *places[static_cast<std::size_t>(table)] = loaded.rows;
    count_table_changes(table, out);
    publications_.push_back({out, layout.table(table, loaded.digest)});
}

void Store::Draft::publish_files() {
    for (const Publication& one : publications_) {
        // A table that an earlier version has already; its name holds its digest.
        if (!io::publish(one.from, one.to)) io::remove_file(one.from);
        io::crash_point("directory.file");
    }
    publications_.clear();
}

}  // namespace directory
