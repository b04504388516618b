#include "job/definition.hpp"

#include "job/definition_reader.hpp"
#include "job/maintenance.hpp"

namespace job {

void DefinitionReader::once(const xml::Element& element) {
    for (const std::string& name : seen_)
        if (name == element.local)
            return report_.error(element, "a job has only one <" + element.local + ">");
    seen_.push_back(element.local);
}

void DefinitionReader::job(const xml::Element& element) {
    at_.job = &element;
    const Attributes a(element, report_);
    job_.name = a.token("name");
    job_.subject = a.token("subject");
    job_.service = element.value_or("service", "");
    job_.delivery_subject = a.token("delivery-subject");
    if (job_.delivery_subject.empty()) job_.delivery_subject = job_.subject;
    job_.answer_language = "sender";
    a.count("priority", job_.priority);
    receipt(a);
    for (const xml::Element* each : element.children)
        if (each->space == space) child(*each);
    required();
    resolve_absolute();
}

void DefinitionReader::child(const xml::Element& element) {
    using Read = void (DefinitionReader::*)(const xml::Element&);
    struct Row {
        std::string_view name;
        Read read;
        bool many;
    };
    static constexpr Row rows[] = {
        {"input", &DefinitionReader::input, false},
        {"document", &DefinitionReader::document, false},
        {"record", &DefinitionReader::record, false},
        {"field", &DefinitionReader::field, true},
        {"unique", &DefinitionReader::unique, true},
        {"total", &DefinitionReader::total, true},
        {"authorise", &DefinitionReader::authorise, false},
        {"mandate", &DefinitionReader::mandate, false},
        {"group", &DefinitionReader::group, true},
        {"enrich", &DefinitionReader::enrich, true},
        {"route", &DefinitionReader::route, true},
        {"carry", &DefinitionReader::carry, true},
        {"recount", &DefinitionReader::recount, true},
        {"accept", &DefinitionReader::accept, false},
        {"deadline", &DefinitionReader::deadline, false},
        {"answer", &DefinitionReader::answer, false},
        {"keep", &DefinitionReader::keep, false},
        {"limits", &DefinitionReader::limits, false},
        {"maintain", &DefinitionReader::maintain, false},
        {"questions", &DefinitionReader::questions, false},
        {"answers", &DefinitionReader::answers, false},
        {"attachment", &DefinitionReader::attachment, true},
    };
    for (const Row& row : rows) {
        if (row.name != element.local) continue;
        if (!row.many) once(element);
        (this->*row.read)(element);
    }
}

void DefinitionReader::required() {
    const auto demand = [&](const xml::Element* found, const char* name, const char* example) {
        if (found == nullptr)
            report_.error(*at_.job, std::string("a job needs <") + name + ">: write " + example);
    };
    demand(at_.input, "input", "<input format=\"xml\" schema=\"...\"/>");
    demand(at_.document, "document", "<document path=\"/Root/Form\"/>");
    demand(at_.record, "record", "<record path=\"...\"/> (\".\": the document is the record)");
    if (job_.maintenance && job_.limits.file_bytes_max > maintenance_bytes_max)
        job_.limits.file_bytes_max = maintenance_bytes_max;
    definition_.has_chain = !job_.document.steps.empty() && !job_.record.text.empty();
}

void DefinitionReader::accept(const xml::Element& element) {
    const Attributes a(element, report_);
    const std::string unit = a.token("unit");
    if (unit == "document") job_.accept_unit = Unit::document;
    if (unit == "file") job_.accept_unit = Unit::file;
    if (a.find("percent-errors") != nullptr) job_.percent_errors = a.decimal("percent-errors");
}

void DefinitionReader::deadline(const xml::Element& element) {
    const Attributes a(element, report_);
    a.count("days", job_.deadline_days);
    job_.deadline_working_days = a.token("calendar") == "working";
}

void DefinitionReader::receipt(const Attributes& a) {
    const std::string when = a.token("receipt");
    if (when == "at-reception") job_.receipt = Receipt::at_reception;
    if (when == "final") job_.receipt = Receipt::final;
    if (when == "both") job_.receipt = Receipt::both;
}

void DefinitionReader::answer(const xml::Element& element) {
    const Attributes a(element, report_);
    if (a.find("language") != nullptr) job_.answer_language = a.token("language");
    receipt(a);
    const std::string routing = a.token("routing");
    if (routing == "named") job_.disclosure = Disclosure::named;
    if (routing == "totals") job_.disclosure = Disclosure::totals;
    a.count("threshold", job_.disclosure_threshold);
    if (job_.disclosure == Disclosure::totals && job_.disclosure_threshold < 5)
        report_.error(element, "totals below 5 speak of persons: write a greater threshold");
    job_.evidence_of_delivery = a.token("evidence") == "delivery";
}

void DefinitionReader::keep(const xml::Element& element) {
    const Attributes a(element, report_);
    a.count("payload-days", job_.payload_days);
    a.count("trace-years", job_.trace_years);
}

void DefinitionReader::limits(const xml::Element& element) {
    const Attributes a(element, report_);
    Limits& limits = job_.limits;
    a.size("file-bytes-max", limits.file_bytes_max);
    a.size("record-bytes-max", limits.record_bytes_max);
    a.size("text-bytes-max", limits.text_bytes_max);
    a.size("name-bytes-max", limits.name_bytes_max);
    a.count("depth-max", limits.depth_max);
    a.count("attributes-max", limits.attributes_max);
    a.count("recounts-max", limits.recounts_max);
    a.count("findings-per-file-max", limits.findings_per_file_max);
    a.count("findings-per-record-max", limits.findings_per_record_max);
    a.count("notification-forms-max", limits.notification_forms_max);
    a.size("notification-bytes-max", limits.notification_bytes_max);
    a.count("age-days-max", limits.age_days_max);
    a.count("enclosures-max", limits.enclosures_max);
    a.size("enclosures-bytes-max", limits.enclosures_bytes_max);
    a.count("enclosures-ratio-max", limits.enclosures_ratio_max);
}

// What is kept or counted again lies outside the records, so it is named from the root.
void DefinitionReader::resolve_absolute() {
    if (!definition_.has_chain) return;
    const auto resolve = [&](Path& path, const xml::Element& place) {
        if (auto whole = absolute(job_, path))
            path = std::move(*whole);
        else
            report_.error(*place.attribute("path"), "this path climbs above the root");
    };
    for (std::size_t i = 0; i < job_.carry.size(); ++i) resolve(job_.carry[i], *at_.carry[i]);
    for (std::size_t i = 0; i < job_.recounts.size(); ++i)
        resolve(job_.recounts[i].path, *at_.recounts[i]);
}

std::optional<Path> absolute(const Job& job, const Path& path) {
    if (path.absolute) return path;
    Path whole = job.document;
    whole.steps.insert(whole.steps.end(), job.record.steps.begin(), job.record.steps.end());
    if (static_cast<std::size_t>(path.up) > whole.steps.size()) return std::nullopt;
    whole.steps.resize(whole.steps.size() - static_cast<std::size_t>(path.up));
    whole.steps.insert(whole.steps.end(), path.steps.begin(), path.steps.end());
    whole.attribute = path.attribute;
    whole.text = path.text;
    return whole;
}

Definition read_definition(const xml::Document& document, Report& report) {
    Definition definition;
    DefinitionReader(report, definition).job(document.root());
    return definition;
}

}  // namespace job
