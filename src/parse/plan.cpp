#include "parse/plan.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "job/attachments.hpp"
#include "parse/flat_layout.hpp"
#include "parse/plan_builder.hpp"
#include "parse/zone.hpp"
#include "schema/schema_impl.hpp"

namespace parse {

namespace {

using Wanted = PlanBuilder::Wanted;

// A slice with more of them than these, or than are kept of a file, is taken in pieces.
constexpr std::uint64_t findings_at_once_max = 20'000;

schema::WalkOptions walk_options(const job::Limits& limits, bool referee_decides) {
    schema::WalkOptions options;
    options.limits.text_bytes_max = limits.text_bytes_max;
    options.limits.name_bytes_max = limits.name_bytes_max;
    options.limits.depth_max = limits.depth_max;
    options.limits.attributes_max = limits.attributes_max;
    options.limits.findings_per_element_max = limits.findings_per_record_max;
    options.validate = !referee_decides;
    return options;
}

void ask_referee(Plan& plan, const PlanOptions& options) {
    if (plan.schema == nullptr || options.referee == PlanOptions::Referee::no) return;
    plan.grammar = plan.schema->grammar;
    plan.referee_decides = plan.grammar != nullptr && !plan.schema->fallback_reasons.empty();
}

void add_paths(Plan& plan, PlanBuilder& builder) {
    const job::Job& job = *plan.job;
    const std::uint32_t record = plan.record_level;
    for (const job::Field& field : job.fields) builder.add_query(field.path, record, Wanted::value);
    for (const job::RouteTarget& route : job.routes)
        if (route.when) builder.add_condition(*route.when, record);
    plan.condition_queries = plan.queries.size();
    if (job.document_id)
        plan.document_id = builder.add_query(*job.document_id, plan.document_level, Wanted::value);
    for (const job::Total& total : job.totals)
        plan.totals.push_back(builder.add_query(total.path, record, Wanted::value));
    if (job.attachments)
        for (const job::Attachment& attachment : job.attachments->list)
            for (const job::Path* path : job::paths_of(attachment))
                builder.add_query(*path, record, Wanted::value);
    std::vector<std::uint32_t> recounts, carried;
    for (const job::Recount& recount : job.recounts)
        recounts.push_back(builder.add_node(recount.path));
    for (const job::Path& path : job.carry) carried.push_back(builder.add_node(path));
    builder.finish();
    for (std::size_t i = 0; i < recounts.size(); ++i) {
        plan.watch[recounts[i]].value = true;
        plan.recount_of[recounts[i]] = static_cast<std::uint32_t>(i);
    }
    for (std::uint32_t node : carried) plan.is_carried[node] = true;
}

std::vector<std::filesystem::path> documents_of(const job::SchemaVersion& version) {
    if (version.documents.empty()) return {version.file};
    return version.documents;
}

}  // namespace

std::uint32_t Plan::query_of(const job::Path& path) const {
    const auto known = condition_paths.find(&path);
    if (known != condition_paths.end()) return known->second;
    for (std::size_t i = 0; i < queries.size(); ++i)
        if (queries[i].path == &path) return static_cast<std::uint32_t>(i);
    // A copy of the job's condition: the same words mean the same path.
    for (std::size_t i = 0; i < condition_queries; ++i)
        if (queries[i].path->text == path.text && !path.text.empty())
            return static_cast<std::uint32_t>(i);
    return none;
}

std::shared_ptr<const Plan> make_plan(const job::Job& job, std::size_t version,
                                      PlanOptions options) {
    ENSURE(version < job.schemas.size());
    auto plan = std::make_shared<Plan>();
    plan->job = &job;
    plan->version = version;
    plan->schema = job.schemas[version].schema;
    ask_referee(*plan, options);
    plan->walk = walk_options(job.limits, plan->referee_decides);
    if (job.format == job::Format::flat)
        plan->layout =
            flat::read_layout(documents_of(job.schemas[version]), flat::names_to_record(job));
    else
        plan->walk.rest_at_findings =
            std::clamp<std::uint64_t>(job.limits.findings_per_file_max, 1, findings_at_once_max);
    PlanBuilder builder(*plan, job.document, job.record);
    add_paths(*plan, builder);
    if (plan->schema)
        for (Query& query : plan->queries) query.zone = zone_of(*plan->schema, plan->watch, query);
    return plan;
}

std::shared_ptr<const Plan> make_plan(std::shared_ptr<const schema::Schema> schema,
                                      PlanOptions options) {
    auto plan = std::make_shared<Plan>();
    plan->schema = std::move(schema);
    ask_referee(*plan, options);
    plan->walk = walk_options(job::Limits{}, plan->referee_decides);
    // Nothing is watched: the whole input is content around records that never come.
    plan->watch.emplace_back();
    plan->chain.push_back(0);
    plan->document_level = plan->record_level = 0;
    plan->uses.resize(1);
    plan->chain_level.assign(1, 0);
    plan->recount_of.assign(1, none);
    plan->is_carried.assign(1, false);
    return plan;
}

}  // namespace parse
