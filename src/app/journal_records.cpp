#include "app/journal_records.hpp"

#include <algorithm>

#include "app/json.hpp"
#include "app/parallel.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "journal/record.hpp"
#include "ledger/facts.hpp"

namespace app {

namespace {

std::string words_of(const ledger::Route& route) {
    std::vector<std::string> recipients, withheld;
    for (std::size_t i = 0; i < route.recipients.size(); ++i) {
        JsonObject one;
        one.text("partner", route.recipients[i]);
        if (i < route.grounds.size() && !route.grounds[i].empty())
            one.text("ground", route.grounds[i]);
        recipients.push_back(one.str());
    }
    for (const auto& [partner, why] : route.withheld)
        withheld.push_back(JsonObject().text("partner", partner).text("why", why).str());
    return "\"recipients\":" + json_array(recipients) + ",\"withheld\":" + json_array(withheld);
}

// The openings of the records of one slice, one after the other.
class Openings {
  public:
    Openings(std::string_view key, const ledger::Slice& slice,
             const std::vector<core::Finding>& findings)
        : key_(key), slice_(slice), facts_(ledger::SliceFacts::unpack(slice.facts)) {
        for (const ledger::Route& route : facts_.routes)
            routes_.push_back(journal::route_words(words_of(route)));
        if (routes_.empty()) routes_.push_back(journal::route_words(words_of({})));
        for (const core::Finding& finding : findings)
            if (finding.record != 0) codes_.emplace_back(finding.record, finding.code);
        std::stable_sort(codes_.begin(), codes_.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
    }
    std::size_t count() const { return facts_.records.size(); }
    const std::string& long_route(std::size_t index) const {
        return routes_.at(facts_.records[index].route).full;
    }

    std::string text(std::size_t index) const {
        std::string out;
        put(out, index, journal::salts(key_, ordinal(index), 1).front());
        return out;
    }

    std::vector<seal::Hash> leaves() const {
        std::vector<seal::Hash> leaves;
        leaves.reserve(count());
        std::string all;
        std::vector<std::size_t> ends;
        std::vector<std::string_view> openings;
        for (std::size_t first = 0; first < count(); first += journal::at_once) {
            const std::size_t size = std::min(journal::at_once, count() - first);
            const auto salts = journal::salts(key_, ordinal(first), size);
            all.clear();
            ends.clear();
            openings.clear();
            for (std::size_t i = 0; i < size; ++i) {
                put(all, first + i, salts[i]);
                ends.push_back(all.size());
            }
            std::size_t begin = 0;
            for (const std::size_t end : ends) {
                openings.push_back(std::string_view(all).substr(begin, end - begin));
                begin = end;
            }
            const auto more = journal::leaves_of(openings);
            leaves.insert(leaves.end(), more.begin(), more.end());
        }
        return leaves;
    }

  private:
    std::uint64_t ordinal(std::size_t index) const {
        return static_cast<std::uint64_t>(slice_.first_record) + index;
    }

    void put(std::string& out, std::size_t index, const journal::Salt& salt) const {
        const ledger::RecordFact& fact = facts_.records[index];
        journal::RecordWords words;
        words.record = ordinal(index);
        words.part = static_cast<std::uint32_t>(slice_.part);
        words.begin = static_cast<std::uint64_t>(slice_.begin) + fact.offset;
        if (!facts_.bytes.empty()) {
            words.end = words.begin + facts_.bytes[index].length;
            words.bytes = &facts_.bytes[index].digest;
        } else {
            words.end = index + 1 < count() ? static_cast<std::uint64_t>(slice_.begin) +
                                                  facts_.records[index + 1].offset
                                            : static_cast<std::uint64_t>(slice_.end);
        }
        if (fact.document < facts_.documents.size())
            words.document = facts_.documents[fact.document].ordinal;
        words.accepted = fact.accepted;
        words.route = routes_.at(fact.route).committed;
        const std::string codes = codes_of(words.record);
        words.codes = codes.empty() ? std::string_view("[]") : std::string_view(codes);
        journal::put_opening(out, salt, words);
    }

    std::string codes_of(std::uint64_t record) const {
        auto at = std::lower_bound(codes_.begin(), codes_.end(), record,
                                   [](const auto& one, std::uint64_t r) { return one.first < r; });
        if (at == codes_.end() || at->first != record) return {};
        std::vector<std::string> list;
        for (; at != codes_.end() && at->first == record; ++at)
            list.push_back(json_quoted(at->second));
        return json_array(list);
    }

    std::string_view key_;
    const ledger::Slice& slice_;
    ledger::SliceFacts facts_;
    std::vector<journal::RouteWords> routes_;
    std::vector<std::pair<std::uint64_t, std::string>> codes_;
};

}  // namespace

std::string slice_root(std::string_view key, const ledger::Slice& slice,
                       const std::vector<core::Finding>& findings) {
    const Openings openings(key, slice, findings);
    return JsonObject()
        .number("slice", slice.ordinal)
        .number("first_record", slice.first_record)
        .number("records", slice.records)
        .text("root", seal::hex(journal::root_of_leaves(openings.leaves())))
        .text("facts_sha256", seal::hex(seal::sha256(slice.facts)))
        .text("findings_sha256", seal::hex(seal::sha256(slice.findings)))
        .str();
}

std::vector<ledger::RecordBytes> bytes_of_records(std::string_view key,
                                                  const parse::Outcome& outcome) {
    std::vector<std::string_view> texts;
    texts.reserve(outcome.records.size());
    for (const parse::Record& record : outcome.records) texts.push_back(outcome.text(record));
    const auto digests = journal::bytes_digests(key, outcome.entry.records + 1, texts);
    std::vector<ledger::RecordBytes> bytes(texts.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = {texts[i].size(), digests[i]};
    return bytes;
}

void commit_slices(Home& home, std::vector<SliceToCommit>& slices) {
    const std::string& secret = home.keys().journal_key();
    on_workers(home.threads(), slices.size(), [&](std::size_t i) {
        SliceToCommit& one = slices[i];
        const std::string key = journal::file_key(secret, one.file->identity.text(), one.file->id);
        one.folded->slice.findings = ledger::pack_findings(one.folded->findings);
        one.root = slice_root(key, one.folded->slice, one.folded->findings);
    });
}

journal::RecordOpening open_record(Home& home, const ledger::File& file, const ledger::Slice& slice,
                                   std::int64_t record) {
    const std::string key =
        journal::file_key(home.keys().journal_key(), file.identity.text(), file.id);
    const auto findings = ledger::unpack_findings(slice.findings);
    const Openings openings(key, slice, findings);
    const auto index = static_cast<std::size_t>(record - slice.first_record);
    ENSURE(record >= slice.first_record && index < openings.count());
    journal::RecordOpening opened;
    opened.slice = static_cast<std::uint64_t>(slice.ordinal);
    opened.index = index;
    opened.size = openings.count();
    opened.opening = openings.text(index);
    opened.route = openings.long_route(index);
    opened.path = journal::path_of_leaf(openings.leaves(), index);
    return opened;
}

std::optional<ledger::Entry> entry_of_slice(const ledger::Ledger& book, ledger::FileId file,
                                            std::int64_t slice) {
    std::optional<ledger::Entry> newest;
    for (ledger::Entry& entry : book.entries(file))
        if (entry.kind == ledger::EntryKind::slice &&
            journal::root_in_body(entry.body, static_cast<std::uint64_t>(slice)))
            newest = std::move(entry);
    return newest;
}

}  // namespace app
