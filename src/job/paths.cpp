#include <functional>
#include <memory>

#include "job/condition.hpp"
#include "job/definition.hpp"
#include "job/enrichment.hpp"
#include "job/outline.hpp"
#include "job/read_attachments.hpp"
#include "job/values.hpp"
#include "schema/schema_impl.hpp"

namespace job {
namespace {

// What a path must be able to do.
enum class Need : unsigned char {
    element,      // an element that may have children: documents, records, what is carried
    value,        // text or an attribute
    early_value,  // and, where it lies outside the record, it stands before the records
    early,        // an element or attribute that stands before the records
};

bool same_step(const Step& a, const Step& b) {
    return a.name == b.name;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    std::size_t count = 0;
    for (const std::string& name : names) {
        if (++count > 12) return text + " ...";
        text += (count == 1 ? "" : ", ") + name;
    }
    return text;
}

std::string instead(std::string_view word, const std::vector<std::string>& names) {
    const std::string like = nearest(word, names);
    if (!like.empty()) return ": did you mean '" + like + "'?";
    if (names.empty()) return "";
    return "; there are: " + listed(names);
}

// Follows one path through one schema version; the answer is a sentence, or empty where all is
// well.
class Follower {
  public:
    Follower(const Job& job, const Outline& outline, const std::string& schema_name)
        : outline_(outline), schema_name_(schema_name) {
        chain_ = job.document.steps;
        document_depth_ = chain_.size();
        chain_.insert(chain_.end(), job.record.steps.begin(), job.record.steps.end());
    }

    std::string follow(const Path& path, Need need) const;
    // Why the record is not valid without this element; empty where it is.
    std::string removal(const Path& path) const;
    // Why a value that is looked for from the level of `base` on belongs to no record or document:
    // it stands inside a record, and would be that of the first one for all. Empty: it does not.
    std::string inside_of_another(const Path& path, const Path& whole, std::size_t base) const;
    // Why this path does not lead to one place in each record; empty where it does.
    std::string repeats(const Path& path) const;
    std::size_t document_depth() const { return document_depth_; }
    const std::vector<Step>& chain() const { return chain_; }

  private:
    std::string step(Nodes& nodes, const std::vector<Step>& steps, std::size_t index) const;
    std::string predicate(const Nodes& nodes, const Step& step) const;
    std::string order(const Path& path, Need need) const;
    std::size_t common_with_chain(const Path& path) const;

    const Outline& outline_;
    const std::string& schema_name_;
    std::vector<Step> chain_;
    std::size_t document_depth_ = 0;
};

std::string Follower::step(Nodes& nodes, const std::vector<Step>& steps, std::size_t index) const {
    const Name& name = steps[index].name;
    const Nodes parents = nodes;
    nodes = index == 0 ? outline_.root(name) : outline_.children(parents, name);
    if (nodes.empty()) {
        const auto known = index == 0 ? outline_.root_names() : outline_.child_names(parents);
        const std::string where =
            index == 0 ? "no root element '" + name.local + "'"
                       : "no '" + name.local + "' in '" + steps[index - 1].name.local + "'";
        for (const std::string& each : known)
            if (each == name.local)
                return schema_name_ + " has " + where + " in " +
                       (name.space.empty()
                            ? "no namespace: write it with a prefix that is bound to "
                              "the namespace of the schema"
                            : "the namespace " + name.space);
        return schema_name_ + " has " + where + instead(name.local, known);
    }
    return steps[index].predicate ? predicate(nodes, steps[index]) : std::string();
}

std::string Follower::predicate(const Nodes& nodes, const Step& step) const {
    const Name& child = step.predicate->first;
    const Nodes found = outline_.children(nodes, child);
    if (found.empty())
        return schema_name_ + " has no '" + child.local + "' in '" + step.name.local + "'" +
               instead(child.local, outline_.child_names(nodes));
    if (!outline_.has_text(found)) return "'" + child.local + "' has no text of its own to compare";
    return {};
}

std::size_t Follower::common_with_chain(const Path& path) const {
    std::size_t common = 0;
    while (common < chain_.size() && common < path.steps.size() &&
           same_step(chain_[common], path.steps[common]))
        ++common;
    return common;
}

std::string Follower::inside_of_another(const Path& path, const Path& whole,
                                        std::size_t base) const {
    if (common_with_chain(whole) < chain_.size()) return {};
    std::size_t from = base - static_cast<std::size_t>(path.up);
    if (path.absolute)
        for (from = 0; from < chain_.size() && !whole.steps[from].predicate;) ++from;
    if (from >= chain_.size()) return {};
    return "'" + path.text + "' leads into '" + chain_.back().name.local +
           "', which is the record, from outside of it: a record's own value is written relative "
           "to the record, and what counts for several stands outside of them";
}

// Decisions: a field outside the record must stand before the records.
std::string Follower::order(const Path& path, Need need) const {
    const std::size_t common = common_with_chain(path);
    if (common == chain_.size()) return {};  // the record itself, or inside it
    if (common == path.steps.size())
        return path.attribute || need == Need::early
                   ? std::string()
                   : "'" + path.steps.back().name.local +
                         "' encloses the records: its text is complete only after them";
    Nodes parents;
    for (std::size_t i = 0; i < common; ++i)
        if (!step(parents, chain_, i).empty()) return {};
    const Name &wanted = path.steps[common].name, &marker = chain_[common].name;
    if (common == 0 || parents.anything || !outline_.can_come_after(parents, wanted, marker))
        return {};
    return "in " + schema_name_ + " '" + wanted.local + "' can come after '" + marker.local +
           "': what is needed for each record must stand before the records";
}

std::string Follower::follow(const Path& path, Need need) const {
    Nodes nodes;
    for (std::size_t i = 0; i < path.steps.size(); ++i) {
        std::string fault = step(nodes, path.steps, i);
        if (!fault.empty()) return fault;
    }
    if (path.attribute) {
        if (!outline_.has_attribute(nodes, *path.attribute))
            return schema_name_ + " has no attribute '" + path.attribute->local + "' of '" +
                   path.steps.back().name.local + "'" +
                   instead(path.attribute->local, outline_.attribute_names(nodes));
    } else if (need != Need::element && need != Need::early && !outline_.has_text(nodes)) {
        return "'" + path.steps.back().name.local + "' has no text of its own" +
               (outline_.child_names(nodes).empty()
                    ? std::string()
                    : "; it has: " + listed(outline_.child_names(nodes)));
    }
    return need == Need::early_value || need == Need::early ? order(path, need) : std::string();
}

std::string Follower::removal(const Path& path) const {
    std::string fault = follow(path, Need::element);
    if (!fault.empty()) return fault;
    Nodes parents;
    for (std::size_t i = 0; i + 1 < path.steps.size(); ++i) step(parents, path.steps, i);
    const Name& name = path.steps.back().name;
    if (parents.anything || outline_.is_optional(parents, name)) return {};
    return "in " + schema_name_ + " '" + name.local +
           "' must be there: a record is not valid without it, so it cannot be part of a group";
}

std::string Follower::repeats(const Path& path) const {
    Nodes nodes;
    for (std::size_t i = 0; i < path.steps.size(); ++i) {
        const Nodes parents = nodes;
        const Step& each = path.steps[i];
        if (!step(nodes, path.steps, i).empty()) return {};
        if (i < chain_.size() || each.predicate || parents.anything ||
            !outline_.can_repeat(parents, each.name))
            continue;
        return "in " + schema_name_ + " '" + each.name.local +
               "' can stand in a record more than once, and only the first would be checked: make "
               "it the record, or choose one with [child='literal']";
    }
    return {};
}

class Checker {
  public:
    Checker(const Definition& definition, Report& report)
        : definition_(definition), job_(definition.job), at_(definition.at), report_(report) {
        for (const SchemaVersion& version : job_.schemas) {
            if (version.schema == nullptr) continue;
            outlines_.push_back(std::make_unique<Outline>(version.schema->components));
            followers_.push_back(
                std::make_unique<Follower>(job_, *outlines_.back(), version.base_name));
            versions_.push_back(&version);
        }
    }

    void check();

  private:
    using Bad = std::function<std::string(const Follower&)>;
    void hold(const xml::Attribute* place, const Bad& bad);
    void path(const xml::Attribute* place, const Path& path, Need need);
    void condition(const xml::Attribute* place, const Condition& condition);
    bool chain();
    void document_id();
    void versions();
    void enrichments();
    void attachments();
    std::optional<Path> in_document(const Path& path) const;

    const Definition& definition_;
    const Job& job_;
    const Places& at_;
    Report& report_;
    std::vector<std::unique_ptr<Outline>> outlines_;
    std::vector<std::unique_ptr<Follower>> followers_;
    std::vector<const SchemaVersion*> versions_;
};

// Wrong in every version: a fault. Wrong in some: they may differ, but people should know.
void Checker::hold(const xml::Attribute* place, const Bad& bad) {
    if (place == nullptr || followers_.empty()) return;
    std::vector<std::string> faults;
    for (const auto& follower : followers_) {
        std::string fault = bad(*follower);
        if (!fault.empty()) faults.push_back(std::move(fault));
    }
    if (faults.empty()) return;
    if (faults.size() == followers_.size())
        report_.error(*place, faults.front());
    else
        for (const std::string& each : faults) report_.advice(*place, each);
}

void Checker::path(const xml::Attribute* place, const Path& path, Need need) {
    if (place == nullptr || path.text.empty()) return;
    const auto whole = absolute(job_, path);
    if (!whole) {
        report_.error(*place,
                      "this path climbs above the root: there are " +
                          std::to_string(job_.document.steps.size() + job_.record.steps.size()) +
                          " levels from the root to the record");
        return;
    }
    if (whole->steps.empty()) {
        report_.error(*place, "this path leads to no element");
        return;
    }
    const std::size_t base = job_.document.steps.size() + job_.record.steps.size();
    hold(place, [&](const Follower& follower) {
        std::string fault = follower.follow(*whole, need);
        if (fault.empty() && need != Need::element)
            fault = follower.inside_of_another(path, *whole, base);
        return fault;
    });
}

void Checker::condition(const xml::Attribute* place, const Condition& condition) {
    const bool exists = condition.kind == Condition::Kind::exists;
    path(place, condition.path, exists ? Need::early : Need::early_value);
    for (const Condition& each : condition.parts) this->condition(place, each);
}

// Document and record in every version; false where the rest would only repeat their fault.
bool Checker::chain() {
    const auto plain = [&](const Path& path, const xml::Element& element) {
        for (const Step& step : path.steps)
            if (step.predicate) {
                report_.error(*element.attribute("path"),
                              "documents and records are told by their names alone: predicates "
                              "cannot stand here (use when= or conditions of routes)");
                return false;
            }
        return true;
    };
    if (!plain(job_.document, *at_.document) || !plain(job_.record, *at_.record)) return false;
    bool good = true;
    Path whole;
    whole.absolute = true;
    for (const auto& follower : followers_) {
        whole.steps = job_.document.steps;
        std::string fault = follower->follow(whole, Need::element);
        const bool in_document = !fault.empty();
        whole.steps = follower->chain();
        if (fault.empty()) fault = follower->follow(whole, Need::element);
        if (fault.empty()) continue;
        report_.error(*(in_document ? at_.document : at_.record)->attribute("path"), fault);
        good = false;
    }
    return good;
}

std::optional<Path> Checker::in_document(const Path& path) const {
    if (path.absolute) return path;
    Path whole = path;
    whole.steps = job_.document.steps;
    if (static_cast<std::size_t>(path.up) > whole.steps.size()) return std::nullopt;
    whole.steps.resize(whole.steps.size() - static_cast<std::size_t>(path.up));
    whole.steps.insert(whole.steps.end(), path.steps.begin(), path.steps.end());
    return whole;
}

void Checker::document_id() {
    if (!job_.document_id) return;
    const auto whole = in_document(*job_.document_id);
    hold(at_.document->attribute("id"), [&](const Follower& follower) {
        std::string fault = follower.follow(*whole, Need::value);
        return fault.empty() ? follower.inside_of_another(*job_.document_id, *whole,
                                                          job_.document.steps.size())
                             : fault;
    });
}

// A version's own condition has to fit that version; the others are asked it too, so it should fit
// them, but a version may well lack what a newer one has.
void Checker::versions() {
    for (std::size_t i = 0; i < job_.schemas.size(); ++i) {
        if (!job_.schemas[i].when || job_.schemas[i].schema == nullptr) continue;
        for (const Path* each : paths_of(*job_.schemas[i].when)) {
            const auto whole = in_document(*each);
            if (!whole || whole->steps.empty()) {
                report_.error(*at_.whens[i], "'" + each->text + "' climbs above the root");
                continue;
            }
            for (std::size_t k = 0; k < versions_.size(); ++k) {
                if (versions_[k] != &job_.schemas[i]) continue;
                const std::string fault = followers_[k]->follow(*whole, Need::early_value);
                if (!fault.empty()) report_.error(*at_.whens[i], fault);
            }
        }
    }
}

// An element that cannot be inserted in one version would be missing without a word: a fault.
void Checker::enrichments() {
    for (std::size_t i = 0; i < job_.enrichments.size(); ++i)
        for (const SchemaVersion* version : versions_) {
            std::string fault;
            place_of(*version->schema, job_, job_.enrichments[i], fault);
            if (!fault.empty())
                report_.error(*at_.enrichments[i], "in " + version->base_name + " " + fault);
        }
}

void Checker::attachments() {
    for (std::size_t i = 0; i < at_.attachments.size(); ++i) {
        const xml::Element& element = *at_.attachments[i];
        const Attachment& attachment = job_.attachments->list[i];
        const bool is_inside = !attachment.path.absolute && attachment.path.up == 0;
        for (const AttachmentPath& each : attribute_paths(attachment))
            if (is_inside || each.path != &attachment.path)  // else it was told where it was read
                path(element.attribute(each.attribute), *each.path, Need::early_value);
        if (const auto whole = absolute(job_, attachment.path))
            hold(element.attribute(place_of(attachment)),
                 [&](const Follower& follower) { return follower.repeats(*whole); });
    }
}

void Checker::check() {
    if (!definition_.has_chain || !chain()) return;
    document_id();
    versions();
    for (std::size_t i = 0; i < job_.fields.size(); ++i)
        path(at_.fields[i]->attribute("path"), job_.fields[i].path, Need::early_value);
    for (std::size_t i = 0; i < job_.totals.size(); ++i)
        path(at_.totals[i]->attribute("path"), job_.totals[i].path, Need::value);
    for (std::size_t i = 0; i < job_.recounts.size(); ++i)
        path(at_.recounts[i]->attribute("path"), job_.recounts[i].path, Need::value);
    for (std::size_t i = 0; i < job_.carry.size(); ++i)
        path(at_.carry[i]->attribute("path"), job_.carry[i], Need::element);
    for (std::size_t i = 0; i < job_.groups.size(); ++i)
        for (const Path& each : job_.groups[i].elements)
            if (const auto whole = absolute(job_, each))
                hold(at_.groups[i]->attribute("elements"),
                     [&](const Follower& follower) { return follower.removal(*whole); });
    enrichments();
    attachments();
    for (std::size_t i = 0; i < job_.routes.size(); ++i)
        if (job_.routes[i].when) condition(at_.routes[i]->attribute("when"), *job_.routes[i].when);
}

}  // namespace

void check_paths(const Definition& definition, Report& report) {
    Checker(definition, report).check();
}

}  // namespace job
