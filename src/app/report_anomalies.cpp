// sluice report anomalies: findings by cause: what recurs, since when, at whom, and what share of
// all one cause explains. From the tallies of the ledger.
#include <algorithm>
#include <map>
#include <set>

#include "app/report.hpp"
#include "core/code_table.hpp"
#include "ledger/figures.hpp"

namespace app {

using ledger::FindingGroup;
using pages::Value;

namespace {

struct Sum {
    std::int64_t findings = 0, files = 0, before = 0;
    core::Instant first{INT64_MAX}, last{};
    std::set<std::string> senders, jobs, schemas;
    std::map<std::string, std::int64_t> by_sender;

    void add(const FindingGroup& group) {
        findings += group.findings;
        files += group.files;
        first = std::min(first, group.first);
        last = std::max(last, group.last);
        senders.insert(group.sender);
        jobs.insert(group.job);
        if (!group.schema_digest.empty()) schemas.insert(group.schema_digest);
        by_sender[group.sender] += group.findings;
    }
    std::string worst() const {
        const auto at =
            std::max_element(by_sender.begin(), by_sender.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; });
        return at == by_sender.end() ? "" : at->first;
    }
};

using Sums = std::map<std::string, Sum>;

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

ledger::HistoryFilter filter_of(const ReportRequest& request, const Period& period) {
    ledger::HistoryFilter filter;
    filter.from = period.from;
    filter.to = period.to;
    filter.as_of = request.home.now();
    filter.sender = request.sender;
    filter.job = request.job;
    return filter;
}

// What recurs is told by the period of the same length before this one.
Period before(const ReportRequest& request) {
    const int days = request.period.last.days - request.period.first.days + 1;
    Period period = request.period;
    period.first.days -= days;
    period.last.days -= days;
    period.from = request.home.zone().start_of_day(period.first);
    period.to = request.period.from;
    return period;
}

std::string trend(const Sum& sum) {
    if (sum.before == 0) return "new";
    if (sum.findings > sum.before * 3 / 2) return "rising";
    return sum.findings * 3 / 2 < sum.before ? "falling" : "recurs";
}

// The severities that reject, or may reject, a record: the others do not explain a rejection.
bool rejects(const std::string& severity) {
    return severity == "B" || severity == "P";
}

pages::Table causes(const Home& home, const Sums& sums, std::int64_t rejecting) {
    pages::Table table{"causes",
                       "By cause",
                       {{"code", "CODE"},
                        {"severity", "SEVERITY"},
                        {"meaning", "MEANING"},
                        {"findings", "FINDINGS"},
                        {"files", "FILES"},
                        {"percent_of_rejecting", "SHARE"},
                        {"before", "BEFORE"},
                        {"trend", "TREND"},
                        {"since", "SINCE"},
                        {"last", "LAST"},
                        {"senders", "SENDERS"},
                        {"worst_sender", "MOST AT"},
                        {"jobs", "JOBS"},
                        {"schema_versions", "SCHEMAS"}},
                       {}};
    std::vector<const Sums::value_type*> order;
    for (const auto& one : sums) order.push_back(&one);
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return a->second.findings > b->second.findings;
    });
    for (const auto* one : order) {
        const std::size_t blank = one->first.find(' ');
        const std::string code = one->first.substr(0, blank),
                          severity = one->first.substr(blank + 1);
        const Sum& sum = one->second;
        table.rows.push_back(
            {code, severity, core::label(code, core::Language::en), Value::of(sum.findings),
             Value::of(sum.files),
             rejects(severity) ? Value::share(sum.findings, rejecting) : Value(),
             Value::of(sum.before), trend(sum), core::to_string(home.zone().date(sum.first)),
             core::to_string(home.zone().date(sum.last)),
             Value::of(static_cast<std::int64_t>(sum.senders.size())), sum.worst(),
             joined(sum.jobs), Value::of(static_cast<std::int64_t>(sum.schemas.size()))});
    }
    return table;
}

pages::Table details(const Home& home, std::string key, std::string title,
                     const std::vector<FindingGroup>& groups, bool schemas) {
    pages::Table table{std::move(key),
                       std::move(title),
                       {{"code", "CODE"}, {"job", "JOB"}, {"sender", "SENDER"}},
                       {}};
    if (schemas) table.columns.push_back({"schema", "SCHEMA"});
    for (const auto& [name, heading] : {std::pair{"findings", "FINDINGS"},
                                        {"files", "FILES"},
                                        {"since", "SINCE"},
                                        {"last", "LAST"}})
        table.columns.push_back({name, heading});
    for (const FindingGroup& group : groups) {
        std::vector<Value> row{group.code, group.job.empty() ? Value() : Value(group.job),
                               group.sender};
        if (schemas) row.push_back(group.schema_digest.substr(0, 12));
        row.push_back(Value::of(group.findings));
        row.push_back(Value::of(group.files));
        row.push_back(core::to_string(home.zone().date(group.first)));
        row.push_back(core::to_string(home.zone().date(group.last)));
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace

pages::Sheet report_anomalies(const ReportRequest& request) {
    Home& home = request.home;
    const auto filter = filter_of(request, request.period);
    auto groups = ledger::finding_groups(home.ledger(), filter);
    Sums sums;
    std::int64_t findings = 0, rejecting = 0;
    for (const FindingGroup& group : groups) {
        sums[group.code + " " + group.severity].add(group);
        findings += group.findings;
        if (rejects(group.severity)) rejecting += group.findings;
    }
    for (const FindingGroup& group :
         ledger::finding_groups(home.ledger(), filter_of(request, before(request))))
        if (const auto at = sums.find(group.code + " " + group.severity); at != sums.end())
            at->second.before += group.findings;
    auto refusals = ledger::refusal_groups(home.ledger(), filter);
    std::int64_t refused = 0;
    for (const FindingGroup& group : refusals) refused += group.files;
    const std::size_t limit = request.limit > 0 ? static_cast<std::size_t>(request.limit) : 200;
    pages::Sheet sheet;
    sheet.name = "anomalies";
    sheet.title = "What goes wrong, where and since when";
    sheet.period = request.period.text();
    sheet.figures = {{"findings", "findings", Value::of(findings)},
                     {"findings_rejecting", "of a rejecting severity", Value::of(rejecting)},
                     {"causes", "causes", Value::of(static_cast<std::int64_t>(sums.size()))},
                     {"records_rejected", "records rejected",
                      Value::of(ledger::records_rejected(home.ledger(), filter))},
                     {"files_refused", "files refused", Value::of(refused)}};
    if (groups.size() > limit) {
        sheet.notes.push_back(std::to_string(groups.size() - limit) +
                              " more lines of details are not shown (--limit).");
        groups.resize(limit);
    }
    sheet.tables = {causes(home, sums, rejecting),
                    details(home, "details", "By cause, job, sender and schema", groups, true),
                    details(home, "refusals", "Files refused, by codes", refusals, false)};
    return sheet;
}

}  // namespace app
