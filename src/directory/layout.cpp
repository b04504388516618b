#include "directory/layout.hpp"

#include <algorithm>
#include <charconv>

#include "core/fault.hpp"
#include "io/file.hpp"

namespace directory {

static constexpr std::size_t versions_max = 100'000;

static std::uint32_t counter_of(std::string_view id) {
    std::uint32_t counter = 0;
    if (id.size() > 11) std::from_chars(id.data() + 11, id.data() + id.size(), counter);
    return counter;
}

bool is_id(std::string_view text) {
    if (text.size() < 12 || text.size() > 17 || text[10] != '.') return false;
    return core::parse_date(text.substr(0, 10)) &&
           text.find_first_not_of("0123456789", 11) == std::string_view::npos;
}

bool id_before(std::string_view a, std::string_view b) {
    const auto day_a = a.substr(0, 10), day_b = b.substr(0, 10);
    return day_a != day_b ? day_a < day_b : counter_of(a) < counter_of(b);
}

fs::path Layout::table(TableName name, std::string_view digest) const {
    return folder_ / "tables" /
           (std::string(to_string(name)) + "-" + std::string(digest) + ".table");
}

std::string Layout::current_id() const {
    auto text = io::find_file(current(), 64);
    if (!text) return {};
    while (!text->empty() && text->back() == '\n') text->pop_back();
    if (!is_id(*text))
        throw core::Fault(core::FaultKind::integrity, "read the current version",
                          io::shown(current()), "it holds no version's name");
    return *text;
}

std::vector<std::string> Layout::ids() const {
    std::vector<std::string> ids;
    if (!io::facts(folder_ / "versions")) return ids;
    for (const std::string& name : io::list(folder_ / "versions", 4 * versions_max)) {
        if (name.size() < 5 || name.substr(name.size() - 4) != ".txt") continue;
        std::string id = name.substr(0, name.size() - 4);
        if (is_id(id)) ids.push_back(std::move(id));
    }
    std::sort(ids.begin(), ids.end(), id_before);
    return ids;
}

bool Layout::has(std::string_view id) const {
    return is_id(id) && io::facts(manifest(id)).has_value();
}

Manifest Layout::read(std::string_view id, std::string* text) const {
    if (!has(id))
        throw core::Fault(core::FaultKind::usage, "open the directory's version", std::string(id),
                          "there is none of this name", "see: sluice directory list");
    const std::string bytes = io::read_file(manifest(id));
    if (text != nullptr) *text = bytes;
    return Manifest::parse(bytes, io::shown(manifest(id)));
}

void Layout::make_folders() const {
    for (const char* name : {"versions", "bases", "deltas", "overlays", "tables", "work"})
        io::make_folders(folder_ / name);
}

Layout::Parts Layout::parts(std::string_view wanted) const {
    Parts parts;
    std::vector<std::string> overlays;  // names, read once
    if (io::facts(folder_ / "overlays")) overlays = io::list(folder_ / "overlays", versions_max);
    for (std::string id(wanted);;) {
        if (io::facts(base(id))) {
            parts.base = id;
            break;
        }
        if (parts.deltas.empty() && parts.overlay.empty()) {
            for (const std::string& name : overlays) {
                if (name.rfind(id + "~", 0) != 0) continue;
                const std::string under = name.substr(id.size() + 1, name.size() - id.size() - 9);
                if (!io::facts(base(under))) continue;
                parts.base = under;
                parts.overlay = id;
                return parts;
            }
        }
        const Manifest manifest = read(id);
        if (manifest.persons == PersonsForm::none) break;
        if (manifest.persons == PersonsForm::delta) parts.deltas.push_back(id);
        if (manifest.persons == PersonsForm::delta && manifest.parent.empty()) break;
        if (manifest.persons == PersonsForm::base)
            throw core::Fault(core::FaultKind::integrity, "open the directory's version",
                              std::string(wanted), "its base " + id + " is not there",
                              "restore spool/directory from the backup");
        id = manifest.parent;
    }
    std::reverse(parts.deltas.begin(), parts.deltas.end());
    return parts;
}

Chain Layout::chain(std::string_view id) const {
    const Parts files = parts(id);
    std::shared_ptr<const PersonsFile> under;
    std::vector<std::shared_ptr<const PersonsFile>> deltas;
    if (!files.base.empty()) under = PersonsFile::open(base(files.base));
    if (!files.overlay.empty())
        deltas.push_back(PersonsFile::open(overlay(files.overlay, files.base)));
    for (const std::string& one : files.deltas) deltas.push_back(PersonsFile::open(delta(one)));
    return Chain(std::move(under), std::move(deltas));
}

}  // namespace directory
