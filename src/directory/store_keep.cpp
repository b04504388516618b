// What is kept beside the deltas so that the newest versions are fast and the old ones within
// reach: overlays, new bases, and which of them may go.
#include <algorithm>
#include <set>

#include "directory/digesting.hpp"
#include "directory/draft.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"

namespace directory {

namespace {

fs::path write_base(const Layout& layout, const Manifest& manifest, const Chain& chain) {
    fs::path path = layout.work() / "new-base";
    io::remove_file(path);
    PersonsWriter writer(path, manifest.counts.rows);
    chain.each_person([&](PersonKey person, std::span<const Row> rows) {
        for (const Row row : rows) writer.add(person, row);
    });
    writer.finish(chain.holders(), 0, manifest.rows_sum);
    return path;
}

fs::path write_overlay(const Layout& layout, const Manifest& manifest, const Chain& chain) {
    fs::path path = layout.work() / "new-overlay";
    io::remove_file(path);
    const std::size_t known = chain.base()->holders().size();
    PersonsWriter writer(path, chain.delta_rows());
    chain.each_mutation([&](PersonKey person, std::span<const Row> rows) {
        for (const Row row : rows) writer.add(person, row);
    });
    writer.finish(chain.holders().subspan(known), known, manifest.rows_sum);
    return path;
}

// So few mutations on so small a table need no share to be worth a base.
constexpr std::uint64_t overlay_rows_min = 4096;

}  // namespace

// Makes the version's persons one base with at most one file over it. All of it can be made again,
// so it has no place in the manifest.
void Store::lay_over(std::string_view id) {
    const Layout layout(folder_);
    const Manifest manifest = layout.read(id);
    if (manifest.persons == PersonsForm::none) return;
    const Layout::Parts parts = layout.parts(id);
    if (parts.deltas.empty()) return;
    // The parent's overlay and this version's delta rather than every delta since the base.
    std::shared_ptr<const PersonsFile> base;
    std::vector<std::shared_ptr<const PersonsFile>> deltas;
    if (!parts.base.empty()) base = PersonsFile::open(layout.base(parts.base));
    if (manifest.persons == PersonsForm::delta && parts.deltas.size() > 1) {
        const Chain before = layout.chain(manifest.parent);
        base = before.base();
        deltas.assign(before.deltas().begin(), before.deltas().end());
        deltas.push_back(PersonsFile::open(layout.delta(id)));
    } else {
        for (const std::string& one : parts.deltas)
            deltas.push_back(PersonsFile::open(layout.delta(one)));
    }
    const Layout::Parts under = parts.deltas.size() > 1 && manifest.persons == PersonsForm::delta
                                    ? layout.parts(manifest.parent)
                                    : parts;
    const Chain chain(base, deltas);
    const auto share =
        static_cast<double>(base ? base->facts().rows : 0) * options_.overlay_share_max;
    const bool rebase =
        !base || chain.delta_rows() > std::max(overlay_rows_min, static_cast<std::uint64_t>(share));
    if (rebase)
        io::publish(write_base(layout, manifest, chain), layout.base(id));
    else
        io::publish(write_overlay(layout, manifest, chain), layout.overlay(id, under.base));
    io::crash_point("directory.overlay");
}

namespace {

struct Kept {
    std::set<std::string> bases, overlays, versions;
};

Kept to_keep(const Layout& layout, const StoreOptions& options, const std::string& current) {
    Kept kept;
    std::vector<std::string> ids;
    for (const std::string& id : layout.ids()) {
        const bool counts =
            id == current || io::facts(layout.since(id)) || io::facts(layout.held(id));
        if (!counts) continue;
        kept.versions.insert(id);
        ids.push_back(id);
    }
    std::optional<core::Date> last;
    for (const std::string& id : ids) {
        if (!io::facts(layout.base(id))) continue;
        const auto day = *core::parse_date(std::string_view(id).substr(0, 10));
        const bool own = layout.read(id).persons == PersonsForm::base;
        const bool step =
            !last || day.days - last->days >= static_cast<std::int32_t>(options.base_keep_days);
        if (!own && !step) continue;
        kept.bases.insert(id);
        last = day;
    }
    const std::size_t fast = std::min<std::size_t>(ids.size(), options.fast_versions_max);
    for (std::size_t i = ids.size() - fast; i < ids.size(); ++i) {
        const Layout::Parts parts = layout.parts(ids[i]);
        kept.bases.insert(parts.base);
        if (!parts.overlay.empty()) kept.overlays.insert(parts.overlay + "~" + parts.base);
    }
    return kept;
}

void keep_only(const fs::path& folder, const std::set<std::string>& kept) {
    static constexpr std::size_t suffix = 8;  // .persons
    for (const std::string& name : io::list(folder, 1'000'000))
        if (name.size() > suffix && kept.count(name.substr(0, name.size() - suffix)) == 0)
            io::remove_file(folder / name);
}

}  // namespace

// Readers that have a file open keep it; a version whose base went is had from an older one.
void Store::tidy(core::Date) {
    const Layout layout(folder_);
    const Kept kept = to_keep(layout, options_, layout.current_id());
    keep_only(folder_ / "bases", kept.bases);
    keep_only(folder_ / "overlays", kept.overlays);
    keep_only(folder_ / "deltas", kept.versions);
    for (const std::string& id : layout.ids()) {
        if (kept.versions.count(id) > 0) continue;
        io::remove_file(layout.owners(id));
        io::remove_file(layout.manifest(id));
    }
}

}  // namespace directory
