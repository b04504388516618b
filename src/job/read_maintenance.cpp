// <maintain>: which field of a record is which column of the persons table.
#include "job/attributes.hpp"
#include "job/maintenance.hpp"

namespace job {

namespace {

// The attributes that name fields, and where each goes.
struct Column {
    const char* attribute;
    std::string Maintenance::*field;
    bool required;
};
constexpr Column columns[] = {
    {"action", &Maintenance::action, false},
    {"person", &Maintenance::person, true},
    {"holder", &Maintenance::partner, false},
    {"sector", &Maintenance::sector, false},
    {"institution-type", &Maintenance::institution_type, false},
    {"quality", &Maintenance::quality, true},
    {"from", &Maintenance::from, true},
    {"to", &Maintenance::to, false},
};

}  // namespace

Maintenance read_maintenance(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    Maintenance maintenance;
    const std::string directory = a.token("directory");
    if (directory != "main") maintenance.directory = directory;
    for (const Column& column : columns) maintenance.*column.field = a.token(column.attribute);
    const auto word = [&](const char* attribute, std::string& value) {
        if (a.find(attribute) != nullptr) value = a.token(attribute);
    };
    word("insert", maintenance.insert);
    word("change", maintenance.change);
    word("close", maintenance.close);
    return maintenance;
}

void check_maintenance(const Job& job, const xml::Element& element, Report& report) {
    const Maintenance& maintenance = *job.maintenance;
    for (const Column& column : columns) {
        const std::string& name = maintenance.*column.field;
        if (name.empty()) {
            if (column.required)
                report.error(element, std::string("which field is it? Add ") + column.attribute +
                                          "=\"FIELD\"");
            continue;
        }
        if (job.find_field(name) == nullptr)
            report.error(*element.attribute(column.attribute),
                         "no <field> is called '" + name + "'");
    }
    const Field* person = job.find_field(maintenance.person);
    if (person != nullptr && person->type != core::IdentifierKind::insz)
        report.error(*element.attribute("person"), "the person's field has type=\"insz\"");
    const bool each = job.uniques.empty() && job.totals.empty() && !job.mandate &&
                      job.accept_unit == Unit::record && !job.percent_errors &&
                      !job.document_unique_in_sender;
    if (!each)
        report.error(element,
                     "each change is decided for itself: no <unique>, <total>, <mandate> "
                     "or percent-errors, <accept unit=\"record\"/> and documents whose "
                     "id may come again (unique=\"none\")");
    if (!job.routes.empty())
        report.error(element,
                     "what changes the directory goes to nobody else: leave the routes "
                     "out");
}

}  // namespace job
