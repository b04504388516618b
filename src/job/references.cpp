#include <algorithm>

#include "job/attachments.hpp"
#include "job/definition.hpp"
#include "job/maintenance.hpp"
#include "job/read_enrich.hpp"
#include "job/read_questions.hpp"
#include "job/values.hpp"

namespace job {
namespace {

class References {
  public:
    References(const Definition& definition, const ReadOptions& options, Report& report)
        : job_(definition.job), at_(definition.at), options_(options), report_(report) {}

    void check();

  private:
    void names();
    void field(const xml::Element& element, std::string_view attribute, const std::string& name);
    void uniques();
    void added_up(const xml::Element& element, Total::Of of, const std::string& field);
    void targets();
    void target(const xml::Element& element, const RouteTarget& target);
    void partner(const xml::Attribute& place, const std::string& number);
    void authorise();
    void mandate();
    void groups();
    void versions();

    const Job& job_;
    const Places& at_;
    const ReadOptions& options_;
    Report& report_;
};

void References::names() {
    const std::string stem = report_.file().stem().string();
    const xml::Attribute* name = at_.job->attribute("name");
    if (name != nullptr && !job_.name.empty() && job_.name != stem)
        report_.advice(*name, "the job is called '" + job_.name + "' and its file '" +
                                  report_.file().filename().string() +
                                  "': people will look for it in " + job_.name + ".xml");
    for (std::size_t i = 0; i < job_.fields.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            if (job_.fields[i].name.empty() || job_.fields[i].name != job_.fields[j].name) continue;
            report_.error(*at_.fields[i]->attribute("name"),
                          "another field is already called '" + job_.fields[i].name + "'");
            break;
        }
}

void References::field(const xml::Element& element, std::string_view attribute,
                       const std::string& name) {
    const xml::Attribute* place = element.attribute(attribute);
    if (place == nullptr || name.empty() || job_.find_field(name) != nullptr) return;
    std::vector<std::string> known;
    for (const Field& each : job_.fields) known.push_back(each.name);
    const std::string like = nearest(name, known);
    std::string text = "no <field> is called '" + name + "'";
    if (!like.empty()) {
        text += ": did you mean '" + like + "'?";
    } else if (!known.empty()) {
        text += "; there are";
        for (const std::string& each : known) text += " " + each;
    }
    report_.error(*place, text);
}

void References::uniques() {
    for (std::size_t i = 0; i < job_.uniques.size(); ++i) {
        const Unique& unique = job_.uniques[i];
        field(*at_.uniques[i], "field", unique.field);
        for (std::size_t j = 0; j < i; ++j)
            if (job_.uniques[j].field == unique.field && job_.uniques[j].within == unique.within) {
                report_.error(*at_.uniques[i], "this is already demanded above");
                break;
            }
    }
}

void References::added_up(const xml::Element& element, Total::Of of, const std::string& name) {
    const bool named_by_of = element.value_or("of", "sum") != "sum";
    if (of != Total::Of::sum) {
        if (!name.empty())
            report_.error(*element.attribute("field"),
                          "counting needs no field: write of=\"sum\", or leave the field out");
    } else if (name.empty()) {
        report_.error(element, "which field is added up? Add field=\"...\"");
    } else {
        field(element, named_by_of ? "of" : "field", name);
    }
}

void References::partner(const xml::Attribute& place, const std::string& number) {
    if (options_.partners == nullptr || number.size() != 6) return;
    const Partner* found = options_.partners->find(number);
    if (found == nullptr)
        report_.error(place, "no partner has the number " + number + " in partners.xml");
    else if (found->state == PartnerState::closed)
        report_.advice(place, "partner " + number + " is closed: what is routed there is withheld");
}

void References::target(const xml::Element& element, const RouteTarget& target) {
    const xml::Attribute* number = element.attribute("partner");
    if (target.select == RouteTarget::Select::partner) {
        if (number == nullptr)
            report_.error(element,
                          "to whom? Write partner=\"NNNNNN\", or select=\"holders\" "
                          "of=\"FIELD\" quality=\"...\"");
        else
            partner(*number, target.partner);
        return;
    }
    if (number != nullptr)
        report_.error(*number, "partners are either named or selected, not both");
    if (target.select == RouteTarget::Select::holders && target.of.empty())
        report_.error(element, "whose holders? Add of=\"FIELD\", the field that names the person");
    if (target.select == RouteTarget::Select::sources && target.data.empty())
        report_.error(element, "sources of what? Add data=\"...\", the data class or message");
    field(element, "of", target.of);
    field(element, "date", target.date);
}

void References::authorise() {
    if (!job_.authorise || at_.authorise == nullptr) {
        for (std::size_t i = 0; i < job_.routes.size(); ++i)
            if (job_.routes[i].select != RouteTarget::Select::partner)
                report_.advice(*at_.routes[i],
                               "whoever is selected gets the records without a further check: add "
                               "<authorise .../>");
        return;
    }
    field(*at_.authorise, "person", job_.authorise->person);
    field(*at_.authorise, "date", job_.authorise->date);
    if (job_.authorise->path == "A" && job_.authorise->person.empty())
        report_.error(*at_.authorise, "path A asks who the person is: add person=\"FIELD\"");
    if (job_.authorise->path == "B" &&
        !(job_.authorise->user.empty() && job_.authorise->application.empty()))
        report_.error(*at_.authorise,
                      "users and applications belong to path A; path B knows framework=\"...\"");
    if (job_.authorise->path == "A" && !job_.authorise->framework.empty())
        report_.error(*at_.authorise, "a legal framework belongs to path B");
}

void References::mandate() {
    if (!job_.mandate || at_.mandate == nullptr) return;
    field(*at_.mandate, "employer", job_.mandate->employer);
    field(*at_.mandate, "date", job_.mandate->date);
}

void References::groups() {
    for (std::size_t i = 0; i < job_.groups.size(); ++i) {
        const Group& group = job_.groups[i];
        for (std::size_t j = 0; j < i; ++j)
            if (job_.groups[j].name == group.name)
                report_.error(*at_.groups[i],
                              "another group is already called '" + group.name + "'");
        if (i == 64) report_.error(*at_.groups[i], "a job has at most 64 groups");
        for (const Path& path : group.elements)
            if (path.absolute || path.up > 0 || path.attribute || path.steps.empty() ||
                std::any_of(path.steps.begin(), path.steps.end(),
                            [](const Step& step) { return step.predicate.has_value(); }))
                report_.error(*at_.groups[i]->attribute("elements"),
                              "'" + path.text +
                                  "': a group is made of elements inside the record, without "
                                  "predicates");
        if (!job_.authorise)
            report_.error(*at_.groups[i],
                          "a group is given by an authorisation: add <authorise .../>");
        if (job_.format == Format::flat)
            report_.error(*at_.groups[i], "fields of fixed lines cannot be left out");
    }
}

void References::targets() {
    for (std::size_t i = 0; i < job_.routes.size(); ++i) {
        target(*at_.routes[i], job_.routes[i]);
        for (std::size_t j = 0; j < i; ++j) {
            const RouteTarget &a = job_.routes[i], &b = job_.routes[j];
            const auto text = [](const RouteTarget& t) { return t.when ? t.when->text : ""; };
            if (a.select == b.select && a.partner == b.partner && a.of == b.of &&
                a.quality == b.quality && text(a) == text(b)) {
                report_.advice(*at_.routes[i], "the same target stands above; one is enough");
                break;
            }
        }
    }
}

bool overlap(const SchemaVersion& a, const SchemaVersion& b) {
    const bool before = a.valid_to && b.valid_from && *a.valid_to < *b.valid_from;
    const bool after = b.valid_to && a.valid_from && *b.valid_to < *a.valid_from;
    return !before && !after;
}

// Versions are told apart by the schema that a file names, or by `when`, among those in force.
void References::versions() {
    for (std::size_t i = 0; i < job_.schemas.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const SchemaVersion &a = job_.schemas[i], &b = job_.schemas[j];
            if (!overlap(a, b)) continue;
            const bool same_name = a.base_name == b.base_name;
            const xml::Attribute& place = at_.whens[i] != nullptr ? *at_.whens[i] : *at_.schemas[i];
            if (a.when && b.when && a.when->text == b.when->text) {
                report_.error(place, "the version '" + b.file.filename().string() +
                                         "' is chosen by the same condition at the same time");
                break;
            }
            if (!a.when && !b.when && same_name) {
                report_.error(place,
                              "two versions of the same name are in force at the same time "
                              "and have no condition: add when=\"...\"");
                break;
            }
            if (!a.when && !b.when) {
                report_.advice(place,
                               "only the schema that a file names tells this version from '" +
                                   b.base_name +
                                   "': files that name none are refused; add "
                                   "when=\"...\"");
                break;
            }
        }
}

void References::check() {
    names();
    uniques();
    for (std::size_t i = 0; i < job_.totals.size(); ++i)
        added_up(*at_.totals[i], job_.totals[i].of, job_.totals[i].field);
    for (std::size_t i = 0; i < job_.recounts.size(); ++i)
        added_up(*at_.recounts[i], job_.recounts[i].of, job_.recounts[i].field);
    authorise();
    mandate();
    groups();
    for (std::size_t i = 0; i < job_.enrichments.size(); ++i)
        check_enrich(job_, job_.enrichments[i], *at_.enrichments[i], report_);
    if (job_.maintenance) check_maintenance(job_, *at_.maintenance, report_);
    if (asking_of(job_) != nullptr) check_asking(job_, *at_.questions, report_);
    if (answering_of(job_) != nullptr) check_answering(job_, *at_.answers, report_);
    if (answering_of(job_) != nullptr && encloses(job_))
        report_.error(*at_.answers,
                      "answers are merged into one file: their documents stand inside the records "
                      "(<attachment path=...>)");
    targets();
    versions();
}

}  // namespace

void check_references(const Definition& definition, const ReadOptions& options, Report& report) {
    References(definition, options, report).check();
}

const Field* Job::find_field(std::string_view field_name) const {
    for (const Field& each : fields)
        if (each.name == field_name) return &each;
    return nullptr;
}

}  // namespace job
