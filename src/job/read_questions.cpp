#include "job/read_questions.hpp"

#include <algorithm>

#include "job/attributes.hpp"
#include "job/values.hpp"

namespace job {
namespace {

constexpr std::string_view space = "urn:sluice:job:1";
constexpr std::size_t statuses_max = 200;

// "36h", "2d"; the schema has seen to the form.
int hours_of(const std::string& text) {
    if (text.size() < 2 || text.size() > 5) return 0;
    const int number = std::atoi(text.substr(0, text.size() - 1).c_str());
    return text.back() == 'd' ? number * 24 : number;
}

StandIn::Manner manner_of(const std::string& text) {
    if (text == "slow") return StandIn::Manner::slow;
    if (text == "late") return StandIn::Manner::late;
    if (text == "wrong") return StandIn::Manner::wrong;
    return StandIn::Manner::fast;
}

void field(const Job& job, const xml::Element& element, std::string_view attribute,
           const std::string& name, Report& report) {
    const xml::Attribute* place = element.attribute(attribute);
    if (place == nullptr || name.empty() || job.find_field(name) != nullptr) return;
    std::vector<std::string> known;
    for (const Field& each : job.fields) known.push_back(each.name);
    const std::string like = nearest(name, known);
    report.error(*place, "no <field> is called '" + name + "'" +
                             (like.empty() ? "" : ": did you mean '" + like + "'?"));
}

bool is_required(const Job& job, const std::string& name) {
    const Field* found = job.find_field(name);
    return found == nullptr || found->required;
}

}  // namespace

const StandIn* Asking::stand_in(std::string_view source) const {
    for (const StandIn& one : stand_ins)
        if (one.source == source) return &one;
    return nullptr;
}

std::optional<std::size_t> Answering::find_status(std::string_view value) const {
    for (std::size_t i = 0; i < statuses.size(); ++i)
        if (statuses[i].value == value) return i;
    return std::nullopt;
}

Asking read_asking(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    Asking asking;
    asking.reference = a.token("reference");
    asking.answers = a.token("answers");
    asking.after_hours = hours_of(a.token("after"));
    if (a.find("lead") != nullptr) asking.lead_hours = hours_of(a.token("lead"));
    a.count("follow-up-days", asking.follow_up_days);
    a.count("remind-days", asking.remind_days);
    if (a.find("subject") != nullptr) asking.subject = a.token("subject");
    if (a.find("open") != nullptr) asking.open = a.token("open");
    if (a.find("timed-out") != nullptr) asking.timed_out = a.token("timed-out");
    for (const xml::Element* each : element.children) {
        if (!each->is(space, "stand-in")) continue;
        const Attributes child(*each, report);
        asking.stand_ins.push_back({manner_of(child.token("manner")), child.token("source")});
    }
    return asking;
}

Answering read_answering(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    Answering answering;
    answering.to = a.token("to");
    answering.reference = a.token("reference");
    answering.parcel = a.token("parcel");
    answering.status = a.token("status");
    if (const std::string file = a.token("stand-in"); !file.empty())
        answering.stand_in = (report.file().parent_path() / file).lexically_normal();
    for (const xml::Element* each : element.children) {
        if (!each->is(space, "status")) continue;
        const Attributes child(*each, report);
        AnswerStatus status{child.token("value"), child.token("word")};
        if (status.word.empty()) status.word = status.value;
        if (answering.find_status(status.value))
            report.error(*each, "the status '" + status.value + "' stands above already");
        answering.statuses.push_back(std::move(status));
    }
    if (answering.statuses.size() > statuses_max)
        report.error(element, "there are at most 200 statuses");
    if (answering.statuses.empty())
        answering.statuses = {{"found", "found"}, {"none", "none"}, {"refused", "refused"}};
    return answering;
}

void check_asking(const Job& job, const xml::Element& element, Report& report) {
    const Asking& asking = *asking_of(job);
    field(job, element, "reference", asking.reference, report);
    const bool unique =
        std::any_of(job.uniques.begin(), job.uniques.end(), [&](const Unique& rule) {
            return rule.field == asking.reference && rule.within == Scope::file &&
                   rule.severity == core::Severity::B;
        });
    if (!unique || !is_required(job, asking.reference))
        report.error(element,
                     "answers are matched by the reference: give its field required=\"true\" and "
                     "add <unique field=\"" +
                         asking.reference + "\" within=\"file\" severity=\"B\"/>");
    if (job.retry_days > 0)
        report.error(element,
                     "a question is put once: leave retry-days= out of <route>, and have it asked "
                     "again");
    if (job.routes.empty())
        report.error(element, "questions go to somebody: add <route> with the sources");
    for (const RouteTarget& target : job.routes)
        if ((target.select == RouteTarget::Select::holders || !target.of.empty()) &&
            job.disclosure != Disclosure::named)
            return report.error(element,
                                "the answers name their sources, and here a source is one because "
                                "it holds a file on the person: allow it with <answer "
                                "routing=\"named\"/>, or select sources without of=");
}

void check_answering(const Job& job, const xml::Element& element, Report& report) {
    const Answering& answering = *answering_of(job);
    field(job, element, "reference", answering.reference, report);
    field(job, element, "parcel", answering.parcel, report);
    field(job, element, "status", answering.status, report);
    if (!job.routes.empty())
        report.error(element, "answers go back to whom the questions came from: leave <route> out");
    if (!answering.stand_in.empty() && !std::filesystem::exists(answering.stand_in))
        report.error(*element.attribute("stand-in"), "there is no file " +
                                                         answering.stand_in.filename().string() +
                                                         " at this place beside the job");
    for (const std::string& name : {answering.reference, answering.parcel, answering.status})
        if (!is_required(job, name))
            report.error(element, "an answer without '" + name +
                                      "' answers nothing: give the field required=\"true\"");
}

bool check_questions(const std::vector<const Job*>& jobs, std::vector<Diagnostic>& diagnostics) {
    const std::size_t before = diagnostics.size();
    const auto find = [&](const std::string& name) -> const Job* {
        for (const Job* job : jobs)
            if (job->name == name) return job;
        return nullptr;
    };
    const auto wrong = [&](const Job& job, std::string text) {
        diagnostics.push_back({job.file, 0, 0, true, std::move(text)});
    };
    for (const Job* job : jobs) {
        if (const Asking* asking = asking_of(*job)) {
            const Job* other = find(asking->answers);
            const Answering* answering = other == nullptr ? nullptr : answering_of(*other);
            if (answering == nullptr || answering->to != job->name)
                wrong(*job, "its answers come in by the job '" + asking->answers +
                                "', which must hold <answers to=\"" + job->name + "\" .../>");
            else if (!asking->stand_ins.empty() && answering->stand_in.empty())
                wrong(*other, "its questions have stand-ins: say what they write with stand-in=");
        }
        if (const Answering* answering = answering_of(*job)) {
            const Job* other = find(answering->to);
            const Asking* asking = other == nullptr ? nullptr : asking_of(*other);
            if (asking == nullptr || asking->answers != job->name)
                wrong(*job, "it answers the questions of the job '" + answering->to +
                                "', which must hold <questions answers=\"" + job->name +
                                "\" .../>");
        }
    }
    return diagnostics.size() == before;
}

}  // namespace job
