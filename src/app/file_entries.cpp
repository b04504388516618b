#include "app/file_entries.hpp"

#include "ledger/figures.hpp"
#include "ledger/reading.hpp"

namespace app {

using ledger::EntryKind;

FileEntries::FileEntries(const std::vector<ledger::FileId>& decided) {
    for (const ledger::FileId file : decided) find(file, Of::parcels);
}

FileEntries::Group& FileEntries::find(ledger::FileId file, Of of) {
    const auto [at, fresh] = places_.try_emplace({file, of}, groups_.size());
    if (fresh) groups_.push_back({file, of, {}});
    return groups_[at->second];
}

void FileEntries::add(const ledger::Outgoing& row, const std::string& list,
                      const JsonObject& item) {
    const bool parcel = row.kind == ledger::OutgoingKind::parcel;
    find(row.file, parcel ? Of::parcels : Of::answers).lists[list].push_back(item.str());
}

void FileEntries::append(ledger::Step& step, EntryKind kind, core::Instant at,
                         const std::optional<std::int64_t>& checkpoint) const {
    for (const Group& group : groups_) {
        JsonObject body;
        body.text("of", group.of == Of::parcels ? "parcels" : "answers");
        if (checkpoint) body.number("checkpoint", *checkpoint);
        if (group.lists.count("files") == 0) body.raw("files", "[]");
        for (const auto& [name, items] : group.lists) body.raw(name, json_array(items));
        step.append(kind, group.file, at, body.str());
    }
}

// Of these files, those without an entry of this kind about their parcels since they were decided.
std::vector<ledger::FileId> without_entry(const ledger::Ledger& book, EntryKind kind,
                                          const std::vector<ledger::FileId>& files) {
    const ledger::Reading reading(book);
    std::vector<ledger::FileId> without;
    for (const ledger::FileId file : files) {
        if (!ledger::has_entry(book, file, kind)) {
            without.push_back(file);
            continue;
        }
        bool there = false;
        for (const ledger::Entry& entry : book.entries(file)) {
            if (entry.kind == EntryKind::decided) there = false;
            if (entry.kind == kind && ledger::body_text(entry.body, "of") == "parcels")
                there = true;
        }
        if (!there) without.push_back(file);
    }
    return without;
}

}  // namespace app
