#include "directory/store.hpp"

#include <algorithm>
#include <charconv>

#include "core/fault.hpp"
#include "directory/digesting.hpp"
#include "directory/draft.hpp"
#include "directory/version_content.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"

namespace directory {

Store::Store(fs::path folder, StoreOptions options)
    : folder_(std::move(folder)), options_(std::move(options)) {}

std::string Store::current_id() const {
    return Layout(folder_).current_id();
}

std::shared_ptr<const Version> Store::open_current() const {
    const std::string id = current_id();
    return id.empty() ? nullptr : open(id);
}

std::shared_ptr<const Version> Store::open(std::string_view id) const {
    const Layout layout(folder_);
    auto content = std::make_unique<Version::Content>();
    std::string text;
    content->manifest = layout.read(id, &text);
    content->id = content->manifest.id;
    content->digest = digest_of(text, options_);
    content->open(layout);
    return std::shared_ptr<const Version>(new Version(std::move(content)));
}

// When the version became the current one; none where it never did.
static std::optional<core::Instant> current_since(const Layout& layout, std::string_view id) {
    const auto text = io::find_file(layout.since(id), 64);
    if (!text && layout.current_id() == id) return layout.read(id).made_at;
    if (!text) return std::nullopt;
    core::Instant at;
    std::from_chars(text->data(), text->data() + text->size(), at.microseconds);
    return at;
}

std::shared_ptr<const Version> Store::open_at(core::Instant at) const {
    const Layout layout(folder_);
    std::string best;
    core::Instant since;
    for (const std::string& id : layout.ids()) {
        const auto begin = current_since(layout, id);
        if (!begin || *begin > at || (!best.empty() && *begin < since)) continue;
        best = id;
        since = *begin;
    }
    return best.empty() ? nullptr : open(best);
}

static std::uint64_t bytes_of(const fs::path& path) {
    const auto facts = io::facts(path);
    return facts ? facts->bytes : 0;
}

std::optional<VersionInfo> Store::find(std::string_view id) const {
    const Layout layout(folder_);
    if (!layout.has(id)) return std::nullopt;
    VersionInfo info;
    info.held = io::facts(layout.held(id)).has_value();
    info.current = layout.current_id() == id;
    // What a crash left half made is no version.
    if (!info.held && !info.current && !io::facts(layout.since(id))) return std::nullopt;
    std::string text;
    const Manifest manifest = layout.read(id, &text);
    info.id = manifest.id;
    info.digest = digest_of(text, options_);
    info.parent = manifest.parent;
    info.made_at = manifest.made_at;
    info.origin = manifest.origin;
    info.counts = manifest.counts;
    info.added = manifest.added;
    info.removed = manifest.removed;
    info.changed = manifest.changed;
    info.bytes = bytes_of(layout.manifest(id)) + bytes_of(layout.owners(id)) +
                 bytes_of(layout.delta(id)) + bytes_of(layout.base(id));
    return info;
}

std::vector<VersionInfo> Store::versions() const {
    std::vector<VersionInfo> list;
    for (const std::string& id : Layout(folder_).ids())
        if (auto info = find(id)) list.push_back(std::move(*info));
    return list;
}

void Store::make_current(std::string_view id, core::Instant now) {
    const Layout layout(folder_);
    io::write_file(layout.current(), std::string(id) + "\n");
    io::crash_point("directory.current");
    // Where a crash leaves this out, the next writer puts in the time at which it was made.
    io::write_file(layout.since(id), std::to_string(now.microseconds) + "\n");
    io::crash_point("directory.since");
}

// The files first, then the manifest, then that it counts: a crash in between leaves the old
// version.
Change Store::finish(Draft& draft, core::Instant now) {
    Change change;
    change.rows_read = draft.rows_read;
    change.errors = draft.findings.errors();
    change.warnings = draft.findings.warnings();
    change.findings = draft.findings.take();
    Manifest& manifest = draft.manifest;
    change.counts = manifest.counts;
    change.added = manifest.added;
    change.removed = manifest.removed;
    change.changed = manifest.changed;
    change.owners = draft.too_many;
    if (change.errors > 0) return change;
    const bool held = !draft.too_many.empty();
    const std::string owners = owners_text(draft.owners);
    manifest.made_at = now;
    manifest.owners_digest = digest_of(owners, options_);
    const std::string text = manifest.text();
    change.id = manifest.id;
    change.digest = digest_of(text, options_);
    draft.publish_files();
    io::write_file(draft.layout.owners(change.id), owners);
    if (held)
        io::write_file(draft.layout.held(change.id), "more rows changed than the share allows\n");
    io::write_file(draft.layout.manifest(change.id), text);
    io::crash_point("directory.manifest");
    change.outcome = held ? Outcome::held : Outcome::current;
    if (held) return change;
    lay_over(change.id);
    make_current(change.id, now);
    return change;
}

Change Store::load(const LoadFiles& files, core::Date today, core::Instant now) {
    Change change;
    {
        Draft draft(folder_, options_, today);
        draft.manifest.origin = "load";
        for (std::size_t i = 1; i < table_count; ++i)
            if (!files.file[i].empty()) draft.load_table(static_cast<TableName>(i), files.file[i]);
        if (!files.file[0].empty()) draft.load_persons(files.file[0]);
        change = finish(draft, now);
    }
    if (change.outcome == Outcome::current) tidy(today);
    return change;
}

std::optional<VersionInfo> Store::find_origin(std::string_view origin) const {
    const auto ids = Layout(folder_).ids();
    for (auto id = ids.rbegin(); id != ids.rend(); ++id)
        if (auto info = find(*id); info && info->origin == origin) return info;
    return std::nullopt;
}

std::uint64_t Store::rows_of_owner(std::string_view partner) const {
    const Layout layout(folder_);
    const std::string id = layout.current_id();
    if (id.empty()) return 0;
    const OwnerRows owners = parse_owners(io::find_file(layout.owners(id)).value_or(""));
    const auto at = owners.find(partner);
    return at == owners.end() ? 0 : at->second;
}

Change Store::apply(const fs::path& file, std::string_view owner, core::Date today,
                    core::Instant now, std::string_view origin) {
    Change change;
    {
        Draft draft(folder_, options_, today);
        draft.manifest.origin = origin;
        draft.apply(file, owner);
        change = finish(draft, now);
    }
    if (change.outcome == Outcome::current) tidy(today);
    return change;
}

static Change change_of(const Manifest& manifest) {
    Change change;
    change.id = manifest.id;
    change.counts = manifest.counts;
    change.added = manifest.added;
    change.removed = manifest.removed;
    change.changed = manifest.changed;
    return change;
}

Change Store::release(std::string_view id, core::Instant now) {
    const Layout layout(folder_);
    std::string text;
    const Manifest manifest = layout.read(id, &text);
    Change change = change_of(manifest);
    change.digest = digest_of(text, options_);
    const auto refuse = [&](const std::string& why, const std::string& advice) {
        return core::Fault(core::FaultKind::usage, "release the directory's version",
                           std::string(id), why, advice);
    };
    if (!io::facts(layout.held(id))) throw refuse("it is not held", "see: sluice directory list");
    if (layout.current_id() != manifest.parent)
        throw refuse("another version became current since it was made",
                     "load it again, so that it is compared with what counts now");
    lay_over(id);
    make_current(id, now);
    io::remove_file(layout.held(id));
    change.outcome = Outcome::current;
    return change;
}

void Store::drop_held(std::string_view id) {
    const Layout layout(folder_);
    if (!layout.has(id) || !io::facts(layout.held(id)))
        throw core::Fault(core::FaultKind::usage, "drop the directory's version", std::string(id),
                          "it is not held", "see: sluice directory list");
    for (const fs::path& path :
         {layout.manifest(id), layout.owners(id), layout.base(id), layout.delta(id)})
        io::remove_file(path);
    io::remove_file(layout.held(id));
}

}  // namespace directory
