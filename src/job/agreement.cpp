#include "job/agreement.hpp"

#include <algorithm>

#include "job/attributes.hpp"
#include "job/files.hpp"

namespace job {
namespace {

constexpr std::string_view space = "urn:sluice:agreements:1";

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

Contact contact_of(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    Contact contact{a.token("role"), a.token("name"), a.token("mail"), a.token("phone"), 0};
    a.count("after-minutes", contact.after_minutes);
    return contact;
}

Agreement agreement_of(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    Agreement one;
    one.partner = a.token("partner");
    one.job = a.token("job");
    one.from = a.date("from");
    one.to = a.date("to");
    if (one.from && one.to && *one.to < *one.from)
        report.error(*a.find("to"), "this agreement ends before it begins");
    if (a.find("days") != nullptr) {
        one.days = 4;
        a.count("days", *one.days);
    }
    if (a.find("calendar") != nullptr) one.working_days = a.token("calendar") == "working";
    if (a.find("priority") != nullptr) {
        one.priority = 5;
        a.count("priority", *one.priority);
    }
    one.target_percent = a.decimal("target-percent");
    one.reasons = words_of(a.token("reasons"));
    a.count("records-expected", one.records_expected);
    a.count("days-between", one.days_between);
    for (const xml::Element* each : element.children)
        if (each->is(space, "contact")) one.contacts.push_back(contact_of(*each, report));
    return one;
}

}  // namespace

const Agreement* Agreements::find(std::string_view partner, std::string_view job,
                                  core::Date day) const {
    const Agreement* best = nullptr;
    int best_rank = -1;
    for (const Agreement& one : list) {
        if (!one.partner.empty() && one.partner != partner) continue;
        if (!one.job.empty() && one.job != job) continue;
        if ((one.from && day < *one.from) || (one.to && day > *one.to)) continue;
        const int rank = (one.partner.empty() ? 0 : 2) + (one.job.empty() ? 0 : 1);
        if (rank < best_rank) continue;
        best = &one;
        best_rank = rank;
    }
    return best;
}

Deadline Agreements::deadline(const Job& job, std::string_view partner, core::Date day) const {
    Deadline deadline{job.deadline_days, job.deadline_working_days};
    const Agreement* agreed = find(partner, job.name, day);
    if (agreed == nullptr) return deadline;
    deadline.days = agreed->days.value_or(deadline.days);
    deadline.working_days = agreed->working_days.value_or(deadline.working_days);
    return deadline;
}

std::optional<Agreements> read_agreements(const std::filesystem::path& file,
                                          std::vector<Diagnostic>& diagnostics) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return Agreements{};
    Report report(std::filesystem::absolute(file).lexically_normal(), diagnostics);
    const auto opened = open(Kind::agreements, space, "agreements", report);
    std::optional<Agreements> agreements;
    if (opened) {
        agreements.emplace();
        for (const xml::Element* each : opened->document->root().children)
            if (each->is(space, "agreement"))
                agreements->list.push_back(agreement_of(*each, report));
    }
    report.finish();
    if (report.has_errors()) return std::nullopt;
    return agreements;
}

}  // namespace job
