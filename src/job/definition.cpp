#include "job/definition.hpp"

#include "job/attributes.hpp"
#include "job/maintenance.hpp"
#include "job/read_attachments.hpp"
#include "job/read_enrich.hpp"
#include "job/read_questions.hpp"

namespace job {
namespace {

constexpr std::string_view space = "urn:sluice:job:1";

class Reader {
  public:
    Reader(Report& report, Definition& definition)
        : report_(report), job_(definition.job), at_(definition.at), definition_(definition) {}

    void job(const xml::Element& element);

  private:
    void child(const xml::Element& element);
    void input(const xml::Element& element);
    void version(const xml::Element& element, const xml::Attribute& file);
    void document(const xml::Element& element);
    void record(const xml::Element& element);
    void field(const xml::Element& element);
    void unique(const xml::Element& element);
    void total(const xml::Element& element);
    void authorise(const xml::Element& element);
    void mandate(const xml::Element& element);
    void group(const xml::Element& element);
    void enrich(const xml::Element& element);
    void maintain(const xml::Element& element);
    void questions(const xml::Element& element);
    void attachment(const xml::Element& element);
    void answers(const xml::Element& element);
    void route(const xml::Element& element);
    void to(const xml::Element& element);
    void carry(const xml::Element& element);
    void recount(const xml::Element& element);
    void accept(const xml::Element& element);
    void deadline(const xml::Element& element);
    void answer(const xml::Element& element);
    void keep(const xml::Element& element);
    void limits(const xml::Element& element);

    Total::Of added_up(const Attributes& attributes, std::string& field) const;
    void receipt(const Attributes& attributes);
    void once(const xml::Element& element);
    void required();
    void resolve_absolute();

    Report& report_;
    Job& job_;
    Places& at_;
    Definition& definition_;
    std::vector<std::string> seen_;
};

void Reader::once(const xml::Element& element) {
    for (const std::string& name : seen_)
        if (name == element.local)
            return report_.error(element, "a job has only one <" + element.local + ">");
    seen_.push_back(element.local);
}

void Reader::job(const xml::Element& element) {
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

void Reader::child(const xml::Element& element) {
    using Read = void (Reader::*)(const xml::Element&);
    struct Row {
        std::string_view name;
        Read read;
        bool many;
    };
    static constexpr Row rows[] = {
        {"input", &Reader::input, false},         {"document", &Reader::document, false},
        {"record", &Reader::record, false},       {"field", &Reader::field, true},
        {"unique", &Reader::unique, true},        {"total", &Reader::total, true},
        {"authorise", &Reader::authorise, false}, {"mandate", &Reader::mandate, false},
        {"group", &Reader::group, true},          {"enrich", &Reader::enrich, true},
        {"route", &Reader::route, true},          {"carry", &Reader::carry, true},
        {"recount", &Reader::recount, true},      {"accept", &Reader::accept, false},
        {"deadline", &Reader::deadline, false},   {"answer", &Reader::answer, false},
        {"keep", &Reader::keep, false},           {"limits", &Reader::limits, false},
        {"maintain", &Reader::maintain, false},   {"questions", &Reader::questions, false},
        {"answers", &Reader::answers, false},     {"attachment", &Reader::attachment, true},
    };
    for (const Row& row : rows) {
        if (row.name != element.local) continue;
        if (!row.many) once(element);
        (this->*row.read)(element);
    }
}

void Reader::required() {
    const auto demand = [&](const xml::Element* found, const char* name, const char* example) {
        if (found == nullptr)
            report_.error(*at_.job, std::string("a job needs <") + name + ">: write " + example);
    };
    demand(at_.input, "input", "<input format=\"xml\" schema=\"...\"/>");
    demand(at_.document, "document", "<document path=\"/Root/Form\"/>");
    demand(at_.record, "record", "<record path=\"...\"/> (\".\": the document is the record)");
    if (job_.maintenance && job_.limits.file_bytes_max > maintenance_bytes_max)
        job_.limits.file_bytes_max = maintenance_bytes_max;
    definition_.has_chain = !job_.document.steps.empty() && job_.record.text != "";
}

void Reader::input(const xml::Element& element) {
    at_.input = &element;
    const Attributes a(element, report_);
    job_.format = a.token("format") == "flat" ? Format::flat : Format::xml;
    a.size("max-bytes", job_.limits.file_bytes_max);
    const std::string duplicates = a.token("duplicate-content");
    if (duplicates == "warn") job_.duplicate_content = DuplicateContent::warn;
    if (duplicates == "accept") job_.duplicate_content = DuplicateContent::accept;
    const xml::Attribute* single = element.attribute("schema");
    bool listed = false;
    if (single != nullptr) version(element, *single);
    for (const xml::Element* each : element.children) {
        if (!each->is(space, "schema")) continue;
        listed = true;
        if (const xml::Attribute* file = each->attribute("file")) version(*each, *file);
    }
    if (single != nullptr && listed)
        report_.error(*single,
                      "schemas are either listed as <schema file=\"...\"/> or named in "
                      "this attribute, not both");
    if (single == nullptr && !listed)
        report_.error(element,
                      "the input names no schema: write schema=\"...\" or a <schema "
                      "file=\"...\"/> for each version");
}

void Reader::version(const xml::Element& element, const xml::Attribute& file) {
    const Attributes a(element, report_);
    SchemaVersion version;
    version.file = a.token(file.local);
    version.base_name = version.file.filename().string();
    version.when = a.condition("when");
    version.valid_from = a.date("valid-from");
    version.valid_to = a.date("valid-to");
    if (version.valid_from && version.valid_to && *version.valid_to < *version.valid_from)
        report_.error(*a.find("valid-to"),
                      "this version ends (" + core::to_string(*version.valid_to) +
                          ") before it begins (" + core::to_string(*version.valid_from) + ")");
    if (version.base_name.empty()) report_.error(file, "this is not the name of a schema file");
    job_.schemas.push_back(std::move(version));
    at_.schemas.push_back(&file);
    at_.whens.push_back(a.find("when"));
}

void Reader::document(const xml::Element& element) {
    if (at_.document != nullptr) return;
    at_.document = &element;
    const Attributes a(element, report_);
    if (auto path = a.path("path")) {
        const xml::Attribute& place = *a.find("path");
        if (!path->absolute)
            report_.error(place, "the path of a document begins at the root: write '/Root/...'");
        else if (path->attribute)
            report_.error(place, "a document is an element, not an attribute");
        else
            job_.document = std::move(*path);
    }
    if (auto id = a.path("id")) {
        if (id->absolute || id->up > 0)
            report_.error(*a.find("id"),
                          "the id stands inside its document: write a path that is "
                          "relative to the document");
        else
            job_.document_id = std::move(*id);
    }
    const std::string unique = a.token("unique");
    job_.document_unique_in_sender = unique.empty() ? a.find("id") != nullptr : unique == "sender";
    if (unique == "sender" && a.find("id") == nullptr)
        report_.error(*a.find("unique"), "documents without an id cannot be told apart: add id=");
}

void Reader::record(const xml::Element& element) {
    if (at_.record != nullptr) return;
    at_.record = &element;
    const Attributes a(element, report_);
    auto path = a.path("path");
    if (!path) return;
    const xml::Attribute& place = *a.find("path");
    if (path->absolute || path->up > 0)
        report_.error(place,
                      "the path of a record is relative to its document: write child steps, "
                      "or '.' where the document is the record");
    else if (path->attribute)
        report_.error(place, "a record is an element, not an attribute");
    else
        job_.record = std::move(*path);
}

void Reader::field(const xml::Element& element) {
    const Attributes a(element, report_);
    Field field;
    field.name = a.token("name");
    if (auto path = a.path("path")) field.path = std::move(*path);
    field.type = core::parse_identifier_kind(a.token("type"));
    field.severity = a.severity("severity", core::Severity::B);
    field.required = a.boolean("required");
    field.personal = a.boolean("personal") || field.type == core::IdentifierKind::insz;
    job_.fields.push_back(std::move(field));
    at_.fields.push_back(&element);
}

void Reader::unique(const xml::Element& element) {
    const Attributes a(element, report_);
    Unique unique;
    unique.field = a.token("field");
    if (a.token("within") == "file") unique.within = Scope::file;
    unique.severity = a.severity("severity", core::Severity::B);
    job_.uniques.push_back(std::move(unique));
    at_.uniques.push_back(&element);
}

// `of` is one of three words, or the field that is added up.
Total::Of Reader::added_up(const Attributes& attributes, std::string& field) const {
    const std::string of = attributes.token("of");
    field = attributes.token("field");
    if (of == "records") return Total::Of::records;
    if (of == "documents") return Total::Of::documents;
    if (of.empty() && field.empty()) return Total::Of::records;
    if (!of.empty() && of != "sum") field = of;
    return Total::Of::sum;
}

void Reader::total(const xml::Element& element) {
    const Attributes a(element, report_);
    Total total;
    if (auto path = a.path("path")) total.path = std::move(*path);
    total.of = added_up(a, total.field);
    if (a.token("within") == "file" || total.of == Total::Of::documents) total.within = Scope::file;
    total.severity = a.severity("severity", core::Severity::B);
    job_.totals.push_back(std::move(total));
    at_.totals.push_back(&element);
}

void Reader::authorise(const xml::Element& element) {
    at_.authorise = &element;
    const Attributes a(element, report_);
    Authorise authorise;
    authorise.path = a.token("path");
    if (authorise.path.empty()) authorise.path = "A";
    authorise.message = a.token("message");
    if (authorise.message.empty()) authorise.message = job_.subject;
    authorise.quality = a.token("quality");
    authorise.person = a.token("person");
    authorise.user = a.token("user");
    authorise.application = a.token("application");
    authorise.framework = a.token("framework");
    authorise.date = a.token("date");
    const std::string sender = a.token("sender");
    if (sender == "message") authorise.sender = SenderCheck::message;
    if (sender == "no") authorise.sender = SenderCheck::none;
    job_.authorise = std::move(authorise);
}

void Reader::mandate(const xml::Element& element) {
    at_.mandate = &element;
    const Attributes a(element, report_);
    Mandate mandate;
    mandate.employer = a.token("employer");
    mandate.capacity = a.token("capacity");
    mandate.subject = a.token("subject");
    if (mandate.subject.empty()) mandate.subject = job_.subject;
    mandate.date = a.token("date");
    job_.mandate = std::move(mandate);
}

void Reader::group(const xml::Element& element) {
    const Attributes a(element, report_);
    Group group;
    group.name = a.token("name");
    group.elements = a.paths("elements");
    job_.groups.push_back(std::move(group));
    at_.groups.push_back(&element);
}

void Reader::enrich(const xml::Element& element) {
    job_.enrichments.push_back(read_enrich(element, report_));
    at_.enrichments.push_back(&element);
}

void Reader::maintain(const xml::Element& element) {
    job_.maintenance = std::make_shared<const Maintenance>(read_maintenance(element, report_));
    at_.maintenance = &element;
}

void Reader::questions(const xml::Element& element) {
    Questions both = job_.questions ? *job_.questions : Questions{};
    both.asking = read_asking(element, report_);
    job_.questions = std::make_shared<const Questions>(std::move(both));
    at_.questions = &element;
}

void Reader::attachment(const xml::Element& element) {
    Attachments all = job_.attachments ? *job_.attachments : Attachments{};
    all.list.push_back(read_attachment(element, report_));
    job_.attachments = std::make_shared<const Attachments>(std::move(all));
    at_.attachments.push_back(&element);
}

void Reader::answers(const xml::Element& element) {
    Questions both = job_.questions ? *job_.questions : Questions{};
    both.answering = read_answering(element, report_);
    job_.questions = std::make_shared<const Questions>(std::move(both));
    at_.answers = &element;
}

void Reader::route(const xml::Element& element) {
    bool any = false;
    Attributes(element, report_).count("retry-days", job_.retry_days);
    for (const xml::Element* each : element.children) {
        if (each->is(space, "to")) {
            to(*each);
            any = true;
        }
        if (each->is(space, "carry")) carry(*each);
        if (each->is(space, "recount")) recount(*each);
    }
    if (!any) report_.error(element, "a route leads somewhere: write <to partner=\"NNNNNN\"/>");
}

void Reader::to(const xml::Element& element) {
    const Attributes a(element, report_);
    RouteTarget target;
    const std::string select = a.token("select");
    if (select == "holders") target.select = RouteTarget::Select::holders;
    if (select == "sources") target.select = RouteTarget::Select::sources;
    target.partner = a.token("partner");
    target.of = a.token("of");
    target.quality = a.token("quality");
    target.data = a.token("data");
    target.directory = a.token("directory");
    target.date = a.token("date");
    target.when = a.condition("when");
    job_.routes.push_back(std::move(target));
    at_.routes.push_back(&element);
}

void Reader::carry(const xml::Element& element) {
    auto path = Attributes(element, report_).path("path");
    if (!path) return;
    job_.carry.push_back(std::move(*path));
    at_.carry.push_back(&element);
}

void Reader::recount(const xml::Element& element) {
    const Attributes a(element, report_);
    auto path = a.path("path");
    if (!path) return;
    Recount recount;
    recount.path = std::move(*path);
    recount.of = added_up(a, recount.field);
    job_.recounts.push_back(std::move(recount));
    at_.recounts.push_back(&element);
}

void Reader::accept(const xml::Element& element) {
    const Attributes a(element, report_);
    const std::string unit = a.token("unit");
    if (unit == "document") job_.accept_unit = Unit::document;
    if (unit == "file") job_.accept_unit = Unit::file;
    if (a.find("percent-errors") != nullptr) job_.percent_errors = a.decimal("percent-errors");
}

void Reader::deadline(const xml::Element& element) {
    const Attributes a(element, report_);
    a.count("days", job_.deadline_days);
    job_.deadline_working_days = a.token("calendar") == "working";
}

void Reader::receipt(const Attributes& a) {
    const std::string when = a.token("receipt");
    if (when == "at-reception") job_.receipt = Receipt::at_reception;
    if (when == "final") job_.receipt = Receipt::final;
    if (when == "both") job_.receipt = Receipt::both;
}

void Reader::answer(const xml::Element& element) {
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

void Reader::keep(const xml::Element& element) {
    const Attributes a(element, report_);
    a.count("payload-days", job_.payload_days);
    a.count("trace-years", job_.trace_years);
}

void Reader::limits(const xml::Element& element) {
    const Attributes a(element, report_);
    Limits& limits = job_.limits;
    a.size("file-bytes-max", limits.file_bytes_max);
    a.size("record-bytes-max", limits.record_bytes_max);
    a.size("text-bytes-max", limits.text_bytes_max);
    a.size("name-bytes-max", limits.name_bytes_max);
    a.count("depth-max", limits.depth_max);
    a.count("attributes-max", limits.attributes_max);
    a.count("findings-per-file-max", limits.findings_per_file_max);
    a.count("findings-per-record-max", limits.findings_per_record_max);
    a.count("notification-forms-max", limits.notification_forms_max);
    a.size("notification-bytes-max", limits.notification_bytes_max);
    a.count("age-days-max", limits.age_days_max);
}

// What is kept or counted again lies outside the records, so it is named from the root.
void Reader::resolve_absolute() {
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

}  // namespace

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
    Reader(report, definition).job(document.root());
    return definition;
}

}  // namespace job
