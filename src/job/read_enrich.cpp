// <enrich>: what is read from the directory, and what it becomes in a record.
#include "job/read_enrich.hpp"

namespace job {

namespace {

Name name_of(const xml::Element& element, std::string_view attribute, Report& report) {
    const std::string text = Attributes(element, report).token(attribute);
    const std::size_t colon = text.find(':');
    Name name;
    name.local = colon == std::string::npos ? text : text.substr(colon + 1);
    if (colon == std::string::npos) return name;
    const auto space = element.resolve(text.substr(0, colon));
    if (!space)
        report.error(*element.attribute(attribute), "the prefix of '" + text + "' is not bound");
    name.space = space.value_or("");
    return name;
}

Enrich::Value read_value(const xml::Element& element, Report& report) {
    Enrich::Value value;
    const bool named = element.attribute("element") != nullptr;
    value.attribute = element.attribute("attribute") != nullptr;
    if (named == value.attribute)
        report.error(element,
                     "a value becomes an element or an attribute: write element=\"...\" "
                     "or attribute=\"...\"");
    value.name = name_of(element, value.attribute ? "attribute" : "element", report);
    value.of = Attributes(element, report).token("of");
    return value;
}

}  // namespace

Enrich read_enrich(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    Enrich enrich;
    enrich.element = name_of(element, "element", report);
    if (element.attribute("item") != nullptr) enrich.item = name_of(element, "item", report);
    if (a.find("register") != nullptr) enrich.source = a.token("register");
    enrich.person = a.token("person");
    enrich.quality = a.token("quality");
    enrich.date = a.token("date");
    a.count("history-years", enrich.history_years);
    if (const xml::Attribute* of = a.find("of"); of != nullptr)
        enrich.values.push_back({{}, false, a.token("of")});
    for (const xml::Element* each : element.children)
        if (each->local == "value" && each->space == element.space)
            enrich.values.push_back(read_value(*each, report));
    return enrich;
}

void check_enrich(const Job& job, const Enrich& enrich, const xml::Element& element,
                  Report& report) {
    const auto field = [&](const char* attribute, const std::string& name) {
        if (!name.empty() && job.find_field(name) == nullptr)
            report.error(*element.attribute(attribute), "no <field> is called '" + name + "'");
    };
    field("person", enrich.person);
    field("date", enrich.date);
    if (enrich.person.empty())
        report.error(element,
                     "about whom? Add person=\"FIELD\", the field of the number by which "
                     "the directory is read");
    if (enrich.values.empty())
        report.error(element, "what is inserted? Add of=\"...\" or <value .../>");
    if (!job.authorise)
        report.error(element,
                     "what the directory knows is given by an authorisation: add "
                     "<authorise .../>");
    if (job.format == Format::flat)
        report.error(element, "nothing can be inserted into fixed lines");
    if (enrich.source == "holders") {
        static constexpr std::string_view known[] = {"partner", "sector", "institution",
                                                     "quality", "from",   "to"};
        for (const Enrich::Value& value : enrich.values) {
            bool found = false;
            for (const std::string_view one : known) found = found || one == value.of;
            if (!found)
                report.error(element,
                             "holders have partner, sector, institution, quality, from "
                             "and to, no '" +
                                 value.of + "'");
        }
    }
    if (enrich.source == "links")
        for (const Enrich::Value& value : enrich.values)
            if (value.of != "country" && value.of != "key")
                report.error(element, "links have country and key, no '" + value.of + "'");
}

}  // namespace job
