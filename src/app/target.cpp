#include "app/target.hpp"

#include <algorithm>
#include <set>

#include "app/supplement.hpp"
#include "core/fault.hpp"
#include "ledger/facts.hpp"

namespace app {

static core::Fault bad_records(const std::string& text) {
    return {core::FaultKind::usage, "read the records of", text,
            "records are whole numbers from 1, like #3 or #3,7-9",
            "write them as `sluice show` prints them"};
}

static std::int64_t read_ordinal(const std::string& text, const std::string& whole) {
    const bool digits =
        !text.empty() && text.size() <= 12 &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    const std::int64_t value = digits ? std::stoll(text) : 0;
    if (value == 0) throw bad_records(whole);
    return value;
}

static std::vector<std::int64_t> read_records(const std::string& text, const std::string& whole) {
    std::set<std::int64_t> records;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t end = std::min(text.find(',', from), text.size());
        const std::string item = text.substr(from, end - from);
        const std::size_t dash = item.find('-');
        const std::int64_t first = read_ordinal(item.substr(0, dash), whole);
        const std::int64_t last =
            dash == std::string::npos ? first : read_ordinal(item.substr(dash + 1), whole);
        if (last < first || last - first >= static_cast<std::int64_t>(target_records_max))
            throw bad_records(whole);
        for (std::int64_t record = first; record <= last; ++record) records.insert(record);
        if (records.size() > target_records_max) throw bad_records(whole);
        from = end + 1;
    }
    return {records.begin(), records.end()};
}

Target parse_target(const std::string& text) {
    Target target;
    target.text = text;
    if (const std::size_t mark = text.find('#'); mark != std::string::npos) {
        target.records = read_records(text.substr(mark + 1), text);
        target.text = text.substr(0, mark);
    }
    core::FileIdentity identity;
    const std::size_t slash = target.text.find('/');
    if (slash != std::string::npos &&
        core::parse_identity(target.text.substr(0, slash), identity)) {
        target.document = target.text.substr(slash + 1);
        target.text.resize(slash);
    } else if (slash != std::string::npos) {
        // Where it lies is of no meaning: its name is.
        target.text = target.text.substr(target.text.rfind('/') + 1);
    }
    if (core::parse_identity(target.text, identity)) target.identity = identity;
    return target;
}

// Names outside the grammar are rare: their attempts are sought among all files, newest first.
static std::vector<ledger::File> scan(Home& home, const std::string& name) {
    std::vector<ledger::File> found;
    ledger::FileFilter filter;
    for (;;) {
        const auto page = home.ledger().files(filter);
        for (const ledger::File& file : page)
            if (file.go_name == name || file.identity.text() == name) found.push_back(file);
        if (page.size() < static_cast<std::size_t>(filter.limit)) return found;
        filter.before = page.back().id;
    }
}

std::vector<ledger::File> find_attempts(Home& home, const Target& target) {
    if (!target.identity) return scan(home, target.text);
    auto files = home.ledger().attempts(*target.identity);
    std::erase_if(files, is_supplement);
    std::stable_partition(files.begin(), files.end(),
                          [](const ledger::File& file) { return file.owns_name; });
    return files;
}

std::optional<ledger::File> find_target(Home& home, const Target& target) {
    if (target.identity) return home.ledger().find_file(*target.identity);
    auto files = scan(home, target.text);
    if (files.empty()) return std::nullopt;
    return std::move(files.front());
}

core::Instant parse_since(const Home& home, const std::string& text) {
    if (const auto instant = core::parse_instant(text)) return *instant;
    if (const auto date = core::parse_date(text)) return home.zone().start_of_day(*date);
    throw core::Fault(core::FaultKind::usage, "read the option", "--since",
                      "'" + text + "' is neither a date nor an RFC 3339 instant",
                      "write it like 2026-04-01 or 2026-04-01T02:00:00Z");
}

DocumentOfRecord document_of_record(const ledger::Ledger& book, const ledger::File& file,
                                    std::int64_t record) {
    DocumentOfRecord found;
    const auto slice = book.slice_of_record(file.id, record);
    if (!slice) return found;
    const auto facts = ledger::SliceFacts::unpack(slice->facts);
    const auto& fact = facts.records.at(static_cast<std::size_t>(record - slice->first_record));
    if (fact.document >= facts.documents.size()) return found;
    found.ordinal = static_cast<std::int64_t>(facts.documents[fact.document].ordinal);
    found.id = facts.documents[fact.document].id;
    if (!found.id.empty()) return found;
    // A document that runs over several slices bears its id in the one where it stood.
    book.each_slice(file.id, [&](const ledger::Slice& each) {
        if (each.first_document > found.ordinal) return false;
        for (const auto& document : ledger::documents_in(each.facts))
            if (static_cast<std::int64_t>(document.ordinal) == found.ordinal &&
                !document.id.empty())
                found.id = document.id;
        return found.id.empty();
    });
    return found;
}

}  // namespace app
