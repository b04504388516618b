// What a job reads: its input with the versions of its schema, documents, records, fields and what
// is counted over them.
#include "job/definition_reader.hpp"

namespace job {

void DefinitionReader::input(const xml::Element& element) {
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

void DefinitionReader::version(const xml::Element& element, const xml::Attribute& file) {
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

void DefinitionReader::document(const xml::Element& element) {
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

void DefinitionReader::record(const xml::Element& element) {
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

void DefinitionReader::field(const xml::Element& element) {
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

void DefinitionReader::unique(const xml::Element& element) {
    const Attributes a(element, report_);
    Unique unique;
    unique.field = a.token("field");
    if (a.token("within") == "file") unique.within = Scope::file;
    unique.severity = a.severity("severity", core::Severity::B);
    job_.uniques.push_back(std::move(unique));
    at_.uniques.push_back(&element);
}

// `of` is one of three words, or the field that is added up.
Total::Of DefinitionReader::added_up(const Attributes& attributes, std::string& field) const {
    const std::string of = attributes.token("of");
    field = attributes.token("field");
    if (of == "records") return Total::Of::records;
    if (of == "documents") return Total::Of::documents;
    if (of.empty() && field.empty()) return Total::Of::records;
    if (!of.empty() && of != "sum") field = of;
    return Total::Of::sum;
}

void DefinitionReader::total(const xml::Element& element) {
    const Attributes a(element, report_);
    Total total;
    if (auto path = a.path("path")) total.path = std::move(*path);
    total.of = added_up(a, total.field);
    if (a.token("within") == "file" || total.of == Total::Of::documents) total.within = Scope::file;
    total.severity = a.severity("severity", core::Severity::B);
    job_.totals.push_back(std::move(total));
    at_.totals.push_back(&element);
}

}  // namespace job
