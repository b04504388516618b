#include "app/trace_store.hpp"

#include <algorithm>
#include <charconv>

#include "app/json.hpp"
#include "app/operate.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;

// ---- entries ----

static constexpr std::string_view digest_name_separator = "-";
static constexpr std::size_t digest_in_name = 16;
static constexpr std::size_t names_max = 1'000'000;
static constexpr std::int64_t entries_at_once = 10'000;

std::string segment_name(const traces::Summary& summary) {
    return std::to_string(summary.period) + std::string(digest_name_separator) +
           summary.digest.substr(0, digest_in_name) + ".traces";
}

std::string SegmentEntry::body() const {
    JsonObject json;
    json.text("action", action);
    if (!name.empty()) json.text("segment", name);
    if (action == "sealed" || action == "merged")
        json.text("sha256", summary.digest)
            .number("bytes", static_cast<std::int64_t>(summary.bytes))
            .number("traces", static_cast<std::int64_t>(summary.rows))
            .number("persons", static_cast<std::int64_t>(summary.persons))
            .number("files", static_cast<std::int64_t>(summary.sources))
            .number("period", summary.period)
            .number("from", summary.from.microseconds)
            .number("to", summary.to.microseconds);
    if (last >= first) json.number("first_entry", first).number("last_entry", last);
    if (action == "purged") json.text("operator", operator_name()).text("reason", reason);
    if (!replaces.empty()) json.texts("replaces", replaces);
    return json.str();
}

SegmentEntry SegmentEntry::read(const ledger::Entry& entry) {
    SegmentEntry read;
    read.index = entry.index;
    read.at = entry.at;
    read.action = json_text(entry.body, "action");
    read.name = json_text(entry.body, "segment");
    traces::Summary& summary = read.summary;
    summary.digest = json_text(entry.body, "sha256");
    summary.bytes = static_cast<std::uint64_t>(json_number(entry.body, "bytes"));
    summary.rows = static_cast<std::uint64_t>(json_number(entry.body, "traces"));
    summary.persons = static_cast<std::uint64_t>(json_number(entry.body, "persons"));
    summary.sources = static_cast<std::uint64_t>(json_number(entry.body, "files"));
    summary.period = static_cast<int>(json_number(entry.body, "period"));
    summary.from.microseconds = json_number(entry.body, "from");
    summary.to.microseconds = json_number(entry.body, "to");
    read.first = json_number(entry.body, "first_entry");
    read.last = json_number(entry.body, "last_entry", -1);
    read.reason = json_text(entry.body, "reason");
    read.replaces = json_texts(entry.body, "replaces");
    const bool makes = read.action == "sealed" || read.action == "merged";
    const bool good = makes                     ? segment_name(summary) == read.name
                      : read.action == "purged" ? !read.name.empty()
                                                : read.action == "none";
    if (!good)
        throw core::Fault(core::FaultKind::integrity, "read the privacy log's entry",
                          std::to_string(entry.index), "it says nothing that a segment can be",
                          "run: sluice journal verify");
    return read;
}

// ---- the store ----

static fs::path made_folder(const Home& home) {
    const fs::path folder = home.spool() / "traces";
    io::make_folders(folder);
    return folder;
}

TraceStore::TraceStore(Home& home, const std::string& purpose)
    : home_(home),
      folder_(made_folder(home)),
      lock_(io::Lock::take(home.work() / "traces.lock", purpose,
                           std::chrono::minutes(trace_lock_minutes_max))) {
    for (std::int64_t from = 0;;) {
        const auto page = home.ledger().entries_of(EntryKind::segment, from, entries_at_once);
        for (const ledger::Entry& entry : page) take(SegmentEntry::read(entry));
        if (page.size() < static_cast<std::size_t>(entries_at_once)) break;
        from = page.back().index + 1;
    }
}

void TraceStore::take(SegmentEntry entry) {
    const auto forget = [&](const std::string& name) {
        gone_.insert(name);
        std::erase_if(living_, [&](const SegmentEntry& one) { return one.name == name; });
    };
    next_entry_ = std::max(next_entry_, entry.last + 1);
    for (const std::string& name : entry.replaces) forget(name);
    if (entry.action == "purged") forget(entry.name);
    if (entry.action == "sealed" || entry.action == "merged") gone_.erase(entry.name);
    if (entry.action == "sealed" || entry.action == "merged") living_.push_back(std::move(entry));
}

traces::Segment TraceStore::open(const SegmentEntry& entry) const {
    if (!io::facts(file(entry.name)))
        throw core::Fault(core::FaultKind::integrity, "read the privacy log in",
                          io::shown(file(entry.name)),
                          "the segment is missing; entry " + std::to_string(entry.index) +
                              " of the journal says that it was sealed",
                          "restore it from a backup and call somebody");
    return {file(entry.name), entry.summary.digest};
}

std::string TraceStore::keep(const fs::path& draft, const traces::Summary& summary) const {
    const std::string name = segment_name(summary);
    io::crash_point("segment sealed");
    const io::Folder here = io::Folder::open_own(folder_);
    // The same traces make the same file: what a crash left under this name is this very content.
    here.rename(draft.filename().string(), here, name, io::Replace::yes);
    here.sync();
    io::crash_point("segment named");
    return name;
}

void TraceStore::commit(const std::vector<SegmentEntry>& entries) {
    if (entries.empty()) return;
    const core::Instant now = home_.now();
    auto step = home_.ledger().begin();
    std::vector<SegmentEntry> told = entries;
    for (SegmentEntry& entry : told) {
        entry.at = now;
        entry.index = step->append(EntryKind::segment, 0, now, entry.body());
    }
    step->commit();
    io::crash_point("segment entered");
    for (const SegmentEntry& entry : told) {
        for (const std::string& name : entry.replaces) io::remove_file(file(name));
        if (entry.action == "purged") io::remove_file(file(entry.name));
        take(entry);
    }
    io::sync_folder(folder_);
}

static bool is_segment(const std::string& name) {
    return fs::path(name).extension() == ".traces";
}

void TraceStore::sweep() const {
    for (const std::string& name : io::list(folder_, names_max))
        if (!is_segment(name) || gone_.count(name) > 0) fs::remove_all(folder_ / name);
}

std::vector<std::string> TraceStore::strangers() const {
    std::vector<std::string> names;
    for (std::string& name : io::list(folder_, names_max)) {
        const bool lives = std::any_of(living_.begin(), living_.end(),
                                       [&](const SegmentEntry& one) { return one.name == name; });
        if (is_segment(name) && !lives && gone_.count(name) == 0) names.push_back(std::move(name));
    }
    return names;
}

// ---- reading our own JSON ----

// Where the value of this key begins; the keys of an entry's body appear once and are no values.
static std::string_view value_of(std::string_view object, std::string_view key) {
    const std::string quoted = "\"" + std::string(key) + "\":";
    const std::size_t at = object.find(quoted);
    return at == std::string_view::npos ? std::string_view() : object.substr(at + quoted.size());
}

static std::string take_text(std::string_view& value) {
    std::string text;
    value.remove_prefix(1);
    while (!value.empty() && value.front() != '"') {
        if (value.front() == '\\' && value.size() > 1) value.remove_prefix(1);
        text += value.front();
        value.remove_prefix(1);
    }
    if (!value.empty()) value.remove_prefix(1);
    return text;
}

std::string json_text(std::string_view object, std::string_view key) {
    std::string_view value = value_of(object, key);
    return value.empty() || value.front() != '"' ? std::string() : take_text(value);
}

std::int64_t json_number(std::string_view object, std::string_view key, std::int64_t otherwise) {
    const std::string_view value = value_of(object, key);
    std::int64_t number = otherwise;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

std::vector<std::string> json_texts(std::string_view object, std::string_view key) {
    std::vector<std::string> texts;
    std::string_view value = value_of(object, key);
    if (value.empty() || value.front() != '[') return texts;
    value.remove_prefix(1);
    while (!value.empty() && value.front() != ']') {
        if (value.front() == '"')
            texts.push_back(take_text(value));
        else
            value.remove_prefix(1);
    }
    return texts;
}

}  // namespace app
