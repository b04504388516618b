// Who gets what of the records: rights, routes, what is added, carried and counted again.
#include <memory>

#include "job/definition_reader.hpp"
#include "job/maintenance.hpp"
#include "job/read_attachments.hpp"
#include "job/read_enrich.hpp"
#include "job/read_questions.hpp"

namespace job {

void DefinitionReader::authorise(const xml::Element& element) {
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

void DefinitionReader::mandate(const xml::Element& element) {
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

void DefinitionReader::group(const xml::Element& element) {
    const Attributes a(element, report_);
    Group group;
    group.name = a.token("name");
    group.elements = a.paths("elements");
    job_.groups.push_back(std::move(group));
    at_.groups.push_back(&element);
}

void DefinitionReader::enrich(const xml::Element& element) {
    job_.enrichments.push_back(read_enrich(element, report_));
    at_.enrichments.push_back(&element);
}

void DefinitionReader::maintain(const xml::Element& element) {
    job_.maintenance = std::make_shared<const Maintenance>(read_maintenance(element, report_));
    at_.maintenance = &element;
}

void DefinitionReader::questions(const xml::Element& element) {
    Questions both = job_.questions ? *job_.questions : Questions{};
    both.asking = read_asking(element, report_);
    job_.questions = std::make_shared<const Questions>(std::move(both));
    at_.questions = &element;
}

void DefinitionReader::attachment(const xml::Element& element) {
    Attachments all = job_.attachments ? *job_.attachments : Attachments{};
    all.list.push_back(read_attachment(element, report_));
    job_.attachments = std::make_shared<const Attachments>(std::move(all));
    at_.attachments.push_back(&element);
}

void DefinitionReader::answers(const xml::Element& element) {
    Questions both = job_.questions ? *job_.questions : Questions{};
    both.answering = read_answering(element, report_);
    job_.questions = std::make_shared<const Questions>(std::move(both));
    at_.answers = &element;
}

void DefinitionReader::route(const xml::Element& element) {
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

void DefinitionReader::to(const xml::Element& element) {
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

void DefinitionReader::carry(const xml::Element& element) {
    auto path = Attributes(element, report_).path("path");
    if (!path) return;
    job_.carry.push_back(std::move(*path));
    at_.carry.push_back(&element);
}

void DefinitionReader::recount(const xml::Element& element) {
    const Attributes a(element, report_);
    auto path = a.path("path");
    if (!path) return;
    Recount recount;
    recount.path = std::move(*path);
    recount.of = added_up(a, recount.field);
    job_.recounts.push_back(std::move(recount));
    at_.recounts.push_back(&element);
}

}  // namespace job
