// sluice report orphans: rejected documents that nobody sent again after some days: behind each is
// a person who waits for a right. A document's successor is a later accepted one of the same
// sender, subject and document id.
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "app/report.hpp"
#include "ledger/facts.hpp"
#include "ledger/figures.hpp"

namespace app {

using pages::Value;

namespace {

constexpr std::int64_t days_default = 14;
constexpr std::size_t orphans_max = 200'000;  // held in memory; beyond it the sheet says so

struct Rejected {
    std::string id;
    std::uint64_t ordinal = 0;
    std::int64_t records = 0;  // rejected ones
    bool whole = false;        // the document, not only records of it
};

struct DocumentCount {
    std::string id;
    std::uint64_t records = 0, accepted = 0;
};

// Documents of a file with what became of their records, over all slices.
std::map<std::uint64_t, DocumentCount> documents_of(const ledger::Ledger& book,
                                                    const ledger::File& file) {
    std::map<std::uint64_t, DocumentCount> documents;
    book.each_slice(file.id, [&](const ledger::Slice& slice) {
        for (const ledger::DocumentFact& fact : ledger::documents_in(slice.facts)) {
            DocumentCount& count = documents[fact.ordinal];
            if (!fact.id.empty()) count.id = fact.id;
            count.records += fact.records;
            count.accepted += fact.accepted;
        }
        return true;
    });
    return documents;
}

class Orphans {
  public:
    explicit Orphans(const ReportRequest& request) : request_(request) {}
    pages::Sheet sheet();

  private:
    void look_at(const ledger::File& file);
    bool has_successor(const ledger::File& file, const std::string& id);
    const std::set<std::string>& accepted_ids(const ledger::File& file);

    const ReportRequest& request_;
    std::map<ledger::FileId, std::set<std::string>> accepted_;
    std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::int64_t>> senders_;
    std::int64_t rejected_ = 0, mended_ = 0, records_ = 0, unnamed_ = 0, left_out_ = 0;
    pages::Table table_{"orphans",
                        "Rejected and not sent again",
                        {{"sender", "SENDER"},
                         {"job", "JOB"},
                         {"file", "FILE"},
                         {"document", "DOCUMENT"},
                         {"document_id", "ID"},
                         {"rejected", "REJECTED"},
                         {"records", "RECORDS"},
                         {"decided", "DECIDED"},
                         {"days", "DAYS"},
                         {"deadline", "DEADLINE"}},
                        {}};
};

const std::set<std::string>& Orphans::accepted_ids(const ledger::File& file) {
    const auto [at, fresh] = accepted_.try_emplace(file.id);
    if (!fresh) return at->second;
    const auto refused = request_.home.ledger().refused_documents(file.id);
    for (const auto& [ordinal, count] : documents_of(request_.home.ledger(), file)) {
        const bool whole = refused.count(static_cast<std::int64_t>(ordinal)) > 0;
        if (count.accepted > 0 && !whole && !count.id.empty()) at->second.insert(count.id);
    }
    return at->second;
}

bool Orphans::has_successor(const ledger::File& file, const std::string& id) {
    ledger::Ledger& book = request_.home.ledger();
    // The quick way: jobs whose documents are unique keep who has an id.
    const ledger::FileId owner = book.document_owner(file.identity, id);
    if (owner > file.id) return true;
    for (const ledger::File& behind : ledger::files_behind(book, file))
        if (accepted_ids(behind).count(id) > 0) return true;
    return false;
}

void Orphans::look_at(const ledger::File& file) {
    Home& home = request_.home;
    ledger::Ledger& book = home.ledger();
    const auto refused = book.refused_documents(file.id);
    const bool all = refused.count(0) > 0;
    const int today = home.today().days;
    for (const auto& [ordinal, count] : documents_of(book, file)) {
        const bool whole = all || refused.count(static_cast<std::int64_t>(ordinal)) > 0;
        const auto rejected =
            static_cast<std::int64_t>(whole ? count.records : count.records - count.accepted);
        if (rejected == 0 && !whole) continue;
        ++rejected_;
        if (count.id.empty()) ++unnamed_;
        if (!count.id.empty() && has_successor(file, count.id)) {
            ++mended_;
            continue;
        }
        records_ += rejected;
        auto& [documents, records] = senders_[{file.identity.sender, file.job}];
        ++documents;
        records += rejected;
        if (table_.rows.size() >= orphans_max) {
            ++left_out_;
            continue;
        }
        const core::Date decided = home.zone().date(file.decided_at.value_or(file.received_at));
        table_.rows.push_back(
            {file.identity.sender, file.job, file.identity.text(),
             Value::of(static_cast<std::int64_t>(ordinal)),
             count.id.empty() ? Value() : Value(count.id), whole ? "document" : "records",
             Value::of(rejected), core::to_string(decided),
             Value::of(static_cast<std::int64_t>(today - decided.days)),
             file.deadline_at ? Value(core::to_string(*file.deadline_at)) : Value()});
    }
}

pages::Sheet Orphans::sheet() {
    Home& home = request_.home;
    const std::int64_t days = request_.days >= 0 ? request_.days : days_default;
    ledger::HistoryFilter filter;
    // Without --period everything that is old enough; with it, what was received in it.
    filter.from = request_.period_given ? request_.period.from : core::Instant{INT64_MIN};
    filter.to = request_.period_given ? request_.period.to : core::Instant{INT64_MAX};
    filter.sender = request_.sender;
    filter.job = request_.job;
    const core::Date today = home.today();
    const core::Instant before =
        home.zone().start_of_day(core::Date{today.days - static_cast<int>(days) + 1});
    for (const ledger::File& file : ledger::files_with_rejections(home.ledger(), filter))
        if (file.decided_at.value_or(file.received_at) < before) look_at(file);
    pages::Table senders{
        "senders",
        "By sender",
        {{"sender", "SENDER"}, {"job", "JOB"}, {"documents", "DOCUMENTS"}, {"records", "RECORDS"}},
        {}};
    for (const auto& [key, sum] : senders_)
        senders.rows.push_back(
            {key.first, key.second, Value::of(sum.first), Value::of(sum.second)});
    std::stable_sort(table_.rows.begin(), table_.rows.end(),
                     [](const auto& a, const auto& b) { return a[8].number > b[8].number; });
    const auto limit = static_cast<std::size_t>(request_.limit);
    if (limit > 0 && table_.rows.size() > limit) {
        left_out_ += static_cast<std::int64_t>(table_.rows.size() - limit);
        table_.rows.resize(limit);
    }
    pages::Sheet sheet;
    sheet.name = "orphans";
    sheet.title = "Rejected documents without a successor after " + std::to_string(days) + " days";
    if (request_.period_given) sheet.period = request_.period.text();
    sheet.figures = {{"rejected", "documents with rejections", Value::of(rejected_)},
                     {"mended", "sent again and accepted", Value::of(mended_)},
                     {"orphans", "without a successor", Value::of(rejected_ - mended_)},
                     {"records", "rejected records in them", Value::of(records_)},
                     {"without_id", "documents without an id", Value::of(unnamed_)}};
    sheet.tables = {std::move(senders), std::move(table_)};
    if (left_out_ > 0)
        sheet.notes.push_back(std::to_string(left_out_) + " more are counted, not listed.");
    return sheet;
}

}  // namespace

pages::Sheet report_orphans(const ReportRequest& request) {
    return Orphans(request).sheet();
}

}  // namespace app
