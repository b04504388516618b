#include "parse/plan_builder.hpp"

#include <algorithm>

#include "core/fault.hpp"

namespace parse {

namespace {
constexpr std::size_t predicates_max = 32;  // one bit each in the evaluator
}

PlanBuilder::PlanBuilder(Plan& plan, const job::Path& document, const job::Path& record)
    : plan_(plan) {
    plan_.watch.emplace_back();
    plan_.chain.push_back(0);
    if (!document.absolute || document.steps.empty()) refuse(document, "is no absolute path");
    if (record.absolute || record.up > 0) refuse(record, "is not below the document");
    for (const job::Path* path : {&document, &record}) {
        if (path->attribute) refuse(*path, "ends in an attribute");
        for (const job::Step& step : path->steps) {
            if (step.predicate) refuse(*path, "has a predicate");
            plan_.chain.push_back(child(plan_.chain.back(), step.name));
        }
    }
    plan_.document_level = static_cast<std::uint32_t>(document.steps.size());
    plan_.record_level = static_cast<std::uint32_t>(plan_.chain.size() - 1);
    plan_.watch[plan_.record_node()].record = true;
}

void PlanBuilder::refuse(const job::Path& path, std::string_view why) const {
    const std::string thing = plan_.job != nullptr ? plan_.job->name : std::string("the plan");
    throw core::Fault(core::FaultKind::job, "make a plan of the job", thing,
                      "the path '" + path.text + "' " + std::string(why));
}

std::uint32_t PlanBuilder::child(std::uint32_t parent, const job::Name& name) {
    for (std::size_t i = 1; i < plan_.watch.size(); ++i) {
        const schema::WatchNode& node = plan_.watch[i];
        if (node.parent == parent && node.space == name.space && node.local == name.local)
            return static_cast<std::uint32_t>(i);
    }
    schema::WatchNode node;
    node.space = name.space;
    node.local = name.local;
    node.parent = parent;
    plan_.watch.push_back(std::move(node));
    return static_cast<std::uint32_t>(plan_.watch.size() - 1);
}

std::uint32_t PlanBuilder::level_of(std::uint32_t node) const {
    const auto found = std::find(plan_.chain.begin(), plan_.chain.end(), node);
    return found == plan_.chain.end() ? none
                                      : static_cast<std::uint32_t>(found - plan_.chain.begin());
}

bool PlanBuilder::in_chain(std::uint32_t node) const {
    return level_of(node) != none;
}

std::uint32_t PlanBuilder::add_query(const job::Path& path, std::uint32_t base, Wanted wanted) {
    if (path.up > static_cast<int>(base) - 1 && !path.absolute)
        refuse(path, "leads above the root");
    const std::uint32_t start = path.absolute ? 0 : base - static_cast<std::uint32_t>(path.up);
    Query query;
    query.path = &path;
    query.level = start;
    std::uint32_t node = plan_.chain[start];
    for (const job::Step& step : path.steps) {
        node = child(node, step.name);
        // An absolute path that follows the chain is anchored where it leaves the chain.
        const std::uint32_t level = level_of(node);
        if (path.absolute && level != none && !step.predicate && query.predicates.empty())
            query.level = level;
        if (!step.predicate) continue;
        Query::Predicate predicate;
        predicate.element = node;
        predicate.child = child(node, step.predicate->first);
        predicate.literal = step.predicate->second;
        plan_.watch[predicate.child].value = true;
        query.predicates.push_back(std::move(predicate));
    }
    if (query.predicates.size() > predicates_max) refuse(path, "has too many predicates");
    query.anchor = plan_.chain[query.level];
    query.target = node;
    if (path.attribute) {
        auto& attributes = plan_.watch[node].attributes;
        const std::pair<std::string, std::string> name(path.attribute->space,
                                                       path.attribute->local);
        const auto found = std::find(attributes.begin(), attributes.end(), name);
        query.attribute = static_cast<std::uint32_t>(found - attributes.begin());
        if (found == attributes.end()) attributes.push_back(name);
    } else if (wanted == Wanted::value && !in_chain(node)) {
        plan_.watch[node].value = true;
    }
    plan_.queries.push_back(std::move(query));
    return static_cast<std::uint32_t>(plan_.queries.size() - 1);
}

static bool same_hit(const Query& a, const Query& b) {
    const auto same = [](const Query::Predicate& p, const Query::Predicate& q) {
        return p.element == q.element && p.child == q.child && p.literal == q.literal;
    };
    return a.target == b.target && a.attribute == b.attribute && a.anchor == b.anchor &&
           a.level == b.level &&
           std::equal(a.predicates.begin(), a.predicates.end(), b.predicates.begin(),
                      b.predicates.end(), same);
}

void PlanBuilder::add_condition_path(const job::Path& path, std::uint32_t base, Wanted wanted) {
    std::uint32_t index = add_query(path, base, wanted);
    for (std::uint32_t i = 0; i < index; ++i) {
        if (!same_hit(plan_.queries[i], plan_.queries[index])) continue;
        plan_.queries.pop_back();
        index = i;
        break;
    }
    plan_.condition_paths[&path] = index;
}

void PlanBuilder::add_condition(const job::Condition& condition, std::uint32_t base) {
    switch (condition.kind) {
        case job::Condition::Kind::all:
        case job::Condition::Kind::any:
        case job::Condition::Kind::none:
            for (const job::Condition& part : condition.parts) add_condition(part, base);
            break;
        case job::Condition::Kind::exists:
            add_condition_path(condition.path, base, Wanted::presence);
            break;
        default:
            add_condition_path(condition.path, base, Wanted::value);
    }
}

std::uint32_t PlanBuilder::add_node(const job::Path& path) {
    if (path.attribute) refuse(path, "ends in an attribute");
    const auto up = static_cast<std::uint32_t>(path.up);
    if (!path.absolute && up >= plan_.record_level) refuse(path, "leads above the root");
    std::uint32_t node = path.absolute ? 0 : plan_.chain[plan_.record_level - up];
    for (const job::Step& step : path.steps) {
        if (step.predicate) refuse(path, "has a predicate");
        node = child(node, step.name);
    }
    return node;
}

void PlanBuilder::finish() {
    using Role = Plan::Use::Role;
    const std::size_t nodes = plan_.watch.size();
    plan_.uses.resize(nodes);
    plan_.chain_level.assign(nodes, none);
    plan_.recount_of.resize(nodes, none);
    plan_.is_carried.resize(nodes, false);
    for (std::size_t level = 0; level < plan_.chain.size(); ++level)
        plan_.chain_level[plan_.chain[level]] = static_cast<std::uint32_t>(level);
    for (std::size_t i = 0; i < plan_.queries.size(); ++i) {
        const Query& query = plan_.queries[i];
        const auto index = static_cast<std::uint32_t>(i);
        plan_.uses[query.anchor].push_back({Role::anchor, index, 0});
        for (std::size_t p = 0; p < query.predicates.size(); ++p) {
            const auto at = static_cast<std::uint32_t>(p);
            plan_.uses[query.predicates[p].element].push_back({Role::predicate_element, index, at});
            plan_.uses[query.predicates[p].child].push_back({Role::predicate_child, index, at});
        }
        plan_.uses[query.target].push_back({Role::target, index, 0});
    }
}

}  // namespace parse
