// sluice report access: who was refused what and why, which rows of the authorisations nobody used,
// which have no deliberation, and which are over. From the ledger's facts and the version that was
// current at the end of the period.
#include <algorithm>
#include <map>
#include <set>

#include "app/directories.hpp"
#include "app/directory_store.hpp"
#include "app/report.hpp"
#include "core/code_table.hpp"
#include "ledger/facts.hpp"
#include "ledger/figures.hpp"
#include "rules/access.hpp"

namespace app {

using directory::Authorisation;
using ledger::FindingGroup;
using pages::Value;

namespace {

ledger::HistoryFilter filter_of(const ReportRequest& request) {
    ledger::HistoryFilter filter;
    filter.from = request.period.from;
    filter.to = request.period.to;
    filter.as_of = request.home.now();
    filter.sender = request.sender;
    filter.job = request.job;
    return filter;
}

// ---- refusals ----

class Refusals {
  public:
    explicit Refusals(const Home& home) : home_(home) {}

    void add(std::string_view what, const std::string& reason, const FindingGroup& group) {
        const std::int64_t count = group.findings;
        total_ += count;
        table_.rows.push_back({what, reason, group.sender, group.job, Value::of(count),
                               Value::of(group.files),
                               core::to_string(home_.zone().date(group.first)),
                               core::to_string(home_.zone().date(group.last))});
    }
    std::int64_t total() const { return total_; }
    pages::Table table() && { return std::move(table_); }

  private:
    const Home& home_;
    std::int64_t total_ = 0;
    pages::Table table_{"refusals",
                        "Refusals by reason and actor",
                        {{"what", "WHAT"},
                         {"reason", "REASON"},
                         {"actor", "ACTOR"},
                         {"job", "JOB"},
                         {"count", "COUNT"},
                         {"files", "FILES"},
                         {"since", "SINCE"},
                         {"last", "LAST"}},
                        {}};
};

// What a finding of the access check or of mandates refuses; empty: it is another one.
std::string_view refused_by(const std::string& code) {
    const std::string_view number = std::string_view(code).substr(code.rfind('-') + 1);
    if (number == "101" || number == "155") return "document";
    return number == "209" ? "record" : "";
}

std::string in_words(const std::string& code) {
    return code + " " + core::label(code, core::Language::en);
}

Refusals refusals_of(const ReportRequest& request) {
    const ledger::Ledger& book = request.home.ledger();
    const auto filter = filter_of(request);
    Refusals refusals(request.home);
    for (const FindingGroup& group : ledger::withheld_groups(book, filter))
        refusals.add("delivery", group.code, group);
    for (const FindingGroup& group : ledger::refusal_groups(book, filter))
        if (group.code == "ACRF-103") refusals.add("file", in_words(group.code), group);
    for (const FindingGroup& group : ledger::finding_groups(book, filter))
        if (const auto what = refused_by(group.code); !what.empty())
            refusals.add(what, in_words(group.code), group);
    return refusals;
}

// ---- rights that were used ----

// Rows by which records went out, and those by which senders and recipients were let through.
class Used {
  public:
    explicit Used(const ReportRequest& request) : request_(request), directories_(request.home) {
        ledger::each_decided_file(request.home.ledger(), filter_of(request),
                                  [&](const ledger::File& file) {
                                      add(file);
                                      return true;
                                  });
    }
    bool has(const std::string& row) const { return rows_.count(row) > 0; }

  private:
    void add(const ledger::File& file) {
        const auto job = request_.home.find_job(file.job);
        const auto pin = directories_.pinned(file.directory_version, file.identity.environment);
        const core::Date day = request_.home.zone().date(file.received_at);
        const auto let_through = [&](const std::string& who, rules::Side side) {
            if (!job || !job->authorise || !pin.main) return;
            if (!asked_.insert({pin.text(), file.job, who, side, day.days}).second) return;
            const auto clearance = rules::clear(*pin.main, *job->authorise,
                                                request_.home.partners().find(who), side, day);
            for (const rules::RuleStep& step : clearance.steps)
                if (step.met && !step.row.empty()) rows_.insert(step.row);
            if (clearance.allowed) add_ground(clearance.ground);
        };
        if (job && job->authorise && job->authorise->sender != job::SenderCheck::none)
            let_through(file.identity.sender, rules::Side::sender);
        for (const auto& [recipient, ground] : delivered(file)) {
            add_ground(ground);
            let_through(recipient, rules::Side::recipient);
        }
    }

    // Recipients of records that count, each with its grounds.
    std::set<std::pair<std::string, std::string>> delivered(const ledger::File& file) const {
        std::set<std::pair<std::string, std::string>> all;
        const auto refused = request_.home.ledger().refused_documents(file.id);
        if (refused.count(0) > 0) return all;
        request_.home.ledger().each_slice(file.id, [&](const ledger::Slice& slice) {
            const auto facts = ledger::SliceFacts::unpack(slice.facts);
            std::vector<bool> taken(facts.routes.size(), false);
            for (const ledger::RecordFact& record : facts.records) {
                const bool fell = record.document < facts.documents.size() &&
                                  refused.count(static_cast<std::int64_t>(
                                      facts.documents[record.document].ordinal)) > 0;
                if (record.accepted && !fell && record.route < taken.size())
                    taken[record.route] = true;
            }
            for (std::size_t i = 0; i < taken.size(); ++i) {
                const ledger::Route& route = facts.routes[i];
                for (std::size_t k = 0; taken[i] && k < route.grounds.size(); ++k)
                    if (!route.grounds[k].empty())
                        all.emplace(route.recipients[k], route.grounds[k]);
            }
            return true;
        });
        return all;
    }

    // Several rows may have given the groups together: "A+B".
    void add_ground(const std::string& ground) {
        for (std::size_t from = 0; from < ground.size();) {
            const std::size_t end = std::min(ground.find('+', from), ground.size());
            rows_.insert(ground.substr(from, end - from));
            from = end + 1;
        }
    }

    const ReportRequest& request_;
    Directories directories_;
    std::set<std::string> rows_;
    std::set<std::tuple<std::string, std::string, std::string, rules::Side, int>> asked_;
};

// ---- the table of authorisations ----

pages::Table table_of_rows(std::string key, std::string title) {
    return {std::move(key),
            std::move(title),
            {{"id", "ROW"},
             {"subject_kind", "KIND"},
             {"subject", "SUBJECT"},
             {"message", "MESSAGE"},
             {"quality", "QUALITY"},
             {"from", "FROM"},
             {"to", "TO"},
             {"deliberation", "DELIBERATION"}},
            {}};
}

void add_row(pages::Table& table, const Authorisation& row) {
    const bool open = row.to >= directory::open_end;
    table.rows.push_back({row.id, to_string(row.kind), row.subject, row.message, row.quality,
                          core::to_string(row.from),
                          open ? Value() : Value(core::to_string(row.to)),
                          row.deliberation.empty() ? Value() : Value(row.deliberation)});
}

void add_rows(pages::Sheet& sheet, const ReportRequest& request,
              const directory::Version& version) {
    const core::Date first = request.period.first,
                     last = std::min(request.period.last, request.home.today());
    const Used used(request);
    auto unused = table_of_rows("unused", "Rights in force that nobody used in the period");
    auto bare = table_of_rows("no_deliberation", "Rows without a deliberation");
    auto over = table_of_rows("expired", "Rows that are over");
    for (const Authorisation& row : version.authorisations()) {
        if (row.from <= last && row.to >= first && !used.has(row.id)) add_row(unused, row);
        if (row.deliberation.empty()) add_row(bare, row);
        if (row.to < last) add_row(over, row);
    }
    const auto count = [](const pages::Table& table) {
        return Value::of(static_cast<std::int64_t>(table.rows.size()));
    };
    sheet.figures.push_back({"version", "Version at the end", Value(version.id())});
    sheet.figures.push_back(
        {"authorisations", "Rows of the authorisations",
         Value::of(static_cast<std::int64_t>(version.counts().authorisations))});
    sheet.figures.push_back({"unused", "Not used", count(unused)});
    sheet.figures.push_back({"no_deliberation", "Without a deliberation", count(bare)});
    sheet.figures.push_back({"expired", "Over", count(over)});
    for (pages::Table* table : {&unused, &bare, &over}) sheet.tables.push_back(std::move(*table));
}

}  // namespace

pages::Sheet report_access(const ReportRequest& request) {
    pages::Sheet sheet;
    sheet.name = "access";
    sheet.title = "Access to data: refusals and rights";
    sheet.period = request.period.text();
    Refusals refusals = refusals_of(request);
    sheet.figures.push_back({"refusals", "Refusals", Value::of(refusals.total())});
    sheet.tables.push_back(std::move(refusals).table());
    const auto store = open_directory(request.home, "main");
    const auto version = store.open_at(core::Instant{request.period.to.microseconds - 1});
    if (version)
        add_rows(sheet, request, *version);
    else
        sheet.notes.emplace_back(
            "No version of the directory was loaded by the end of the period.");
    sheet.notes.emplace_back(
        "Of files received in the period. Delivery: a record withheld from the actor. File, "
        "document, record: refused to the sender. Used: a record went out by the row, or a sender "
        "was let through by it. Over: before the last day of the period.");
    return sheet;
}

}  // namespace app
