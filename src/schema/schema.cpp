#include "schema/schema.hpp"

#include <algorithm>

#include "schema/correctness.hpp"
#include "schema/program.hpp"
#include "schema/reader.hpp"
#include "schema/referee.hpp"
#include "schema/resolve.hpp"
#include "schema/schema_impl.hpp"

namespace schema {

namespace {

void take_documents(const ReadSet& read, Loaded& loaded) {
    for (const SchemaFile& file : read.files) {
        if (!file.builtin) loaded.documents.push_back(file.path);
    }
    loaded.remarks = read.remarks;
    loaded.absent = read.absent;
    loaded.digest = read.digest;
}

void report_ambiguities(const Compiled& compiled, const Components& components, Report& report) {
    for (const auto& [type, ambiguity] : compiled.ambiguities) {
        report.add(components, ambiguity.source, "cos-nonambig",
                   "two particles of " + shown(components.types[type].name) +
                       " can take the same element '" + ambiguity.name + "'");
    }
}

// Whether a model is ambiguous does not depend on how large its bounds are, only on whether they
// differ: a model too large to compile is judged with small ones.
Components with_small_bounds(Components components) {
    for (ModelGroup& group : components.groups) {
        for (Particle& particle : group.particles) {
            const bool fixed = particle.min == particle.max;
            particle.min = std::min<std::uint64_t>(particle.min, 2);
            if (particle.max != unbounded) {
                particle.max = fixed ? particle.min : particle.min + 1;
            }
        }
    }
    return components;
}

// So that selectors and fields compare numbers, not names.
void number_steps(Components& components, const NameIndex& names) {
    const auto number = [&](ConstraintPath& path) {
        for (PathBranch& branch : path)
            for (PathStep& step : branch.steps)
                step.id = names.find(step.name.space, step.name.local);
    };
    for (IdentityConstraint& constraint : components.constraints) {
        number(constraint.selector);
        for (ConstraintPath& field : constraint.fields) number(field);
    }
}

void compile_into(Schema& schema, const LoadOptions& options, Report& report) {
    ProgramLimits limits;
    limits.states_max = options.states_max;
    Compiled compiled = compile(schema.components, limits);
    schema.program = std::move(compiled.program);
    if (schema.program) number_steps(schema.components, schema.program->names());
    report_ambiguities(compiled, schema.components, report);
    if (!compiled.fallback_reasons.empty() && report.empty()) {
        const Components small = with_small_bounds(schema.components);
        report_ambiguities(compile(small, limits), small, report);
    }
    schema.fallback_reasons.insert(schema.fallback_reasons.end(), compiled.fallback_reasons.begin(),
                                   compiled.fallback_reasons.end());
}

// Only for instances that the program cannot judge. On schemas our own verdict stands: wherever
// Xerces-C++ refuses a schema of the W3C suite that we accept, it is wrong.
void add_referee(Schema& schema, const LoadOptions& options, const Loaded& loaded) {
    const RefereeLimits limits;
    if (schema.fallback_reasons.empty()) {
        schema.grammar = grammar_when_asked(options.documents, limits, loaded.documents);
        return;
    }
    std::vector<RefereeFault> faults;
    std::string refused;
    schema.grammar = load_grammar(options.documents, limits, faults, refused, loaded.documents);
    if (schema.grammar == nullptr)
        schema.fallback_reasons.push_back("the referee does not take the schema either" +
                                          (refused.empty() ? std::string() : ": " + refused));
}

}  // namespace

Loaded load(const LoadOptions& options) {
    Loaded loaded;
    Report report;
    const ReadSet read = read_documents(options, report);
    take_documents(read, loaded);
    auto schema = std::make_shared<Schema>();
    schema->entries = options.documents;
    if (report.empty()) {
        Drafts drafts;
        resolve(read, options, report, schema->components, drafts);
        schema->fallback_reasons = std::move(drafts.fallback_reasons);
        if (report.empty()) {
            check_correctness(read, options, schema->components, drafts, report);
        }
    }
    if (report.empty()) {
        compile_into(*schema, options, report);
    }
    if (report.empty() && options.ask_referee) add_referee(*schema, options, loaded);
    loaded.errors = report.take();
    if (loaded.errors.empty()) {
        loaded.fallback_reasons = schema->fallback_reasons;
        loaded.schema = std::move(schema);
    }
    return loaded;
}

}  // namespace schema
