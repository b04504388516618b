#include "core/fault.hpp"
#include "dfdl/layout.hpp"
#include "job/definition.hpp"
#include "schema/schema.hpp"

namespace job {
namespace {

namespace fs = std::filesystem;

// Beside the job file first, then in the home's xsd folder.
std::vector<fs::path> candidates(const fs::path& name, const ReadOptions& options,
                                 const fs::path& job_file) {
    if (name.is_absolute()) return {name};
    std::vector<fs::path> all{job_file.parent_path() / name};
    if (!options.home.empty()) all.push_back(options.home / "xsd" / name);
    return all;
}

fs::path find_schema(const fs::path& name, const ReadOptions& options, const fs::path& job_file) {
    std::error_code ignored;
    for (const fs::path& each : candidates(name, options, job_file))
        if (fs::is_regular_file(each, ignored)) return fs::absolute(each).lexically_normal();
    return {};
}

Diagnostic from_schema(const schema::Diagnostic& fault) {
    Diagnostic diagnostic;
    diagnostic.file = fault.file;
    diagnostic.line = fault.line;
    diagnostic.column = fault.column;
    diagnostic.text = fault.text;
    if (!fault.clause.empty()) diagnostic.text += " (" + fault.clause + ")";
    return diagnostic;
}

void compile(SchemaVersion& version, const xml::Attribute& place, const ReadOptions& options,
             Report& report, std::vector<Diagnostic>& diagnostics) {
    schema::LoadOptions load;
    load.documents = {version.file};
    load.folders = {report.file().parent_path()};
    if (!options.home.empty()) load.folders.push_back(options.home / "xsd");
    schema::Loaded loaded;
    try {
        loaded = schema::load(load);
    } catch (const core::Fault& fault) {
        return report.error(place, std::string(fault.what()));
    }
    version.digest = loaded.digest;
    version.documents = loaded.documents;
    version.fallback_reasons = loaded.fallback_reasons;
    version.schema = loaded.schema;
    for (const schema::Diagnostic& each : loaded.errors) diagnostics.push_back(from_schema(each));
    if (!loaded.errors.empty())
        for (const schema::Diagnostic& each : loaded.absent)
            diagnostics.push_back(from_schema(each));
    if (!loaded.errors.empty() || loaded.schema == nullptr)
        report.error(place, "the schema '" + version.base_name + "' is not valid");
    for (const std::string& reason : loaded.fallback_reasons)
        report.advice(place, "validated by the referee, slower, because of " + reason);
}

// How the bytes of a flat file are cut: the schema's DFDL annotations, each fault at its place.
void check_layout(const SchemaVersion& version, const Path& document, const xml::Attribute& place,
                  Report& report, std::vector<Diagnostic>& diagnostics) {
    if (version.schema == nullptr || document.steps.empty()) return;
    const dfdl::Loaded loaded = dfdl::load(version.documents, document.steps.front().name.local);
    for (const dfdl::Diagnostic& each : loaded.errors)
        diagnostics.push_back({each.file, each.line, each.column, true, each.text});
    if (!loaded.errors.empty())
        report.error(place, "the layout '" + version.base_name +
                                "' says what a flat file cannot be read by (docs/formats.md)");
}

}  // namespace

bool find_and_compile(SchemaVersion& version, const xml::Attribute& place,
                      const ReadOptions& options, Report& report,
                      std::vector<Diagnostic>& diagnostics) {
    const fs::path found = find_schema(version.file, options, report.file());
    if (found.empty()) {
        std::string text = "there is no schema '" + version.file.string() + "': sought";
        const char* between = " beside the job file";
        for (std::size_t n = candidates(version.file, options, report.file()).size(); n > 0; --n) {
            text += between;
            between = " and in the home's xsd folder";
        }
        report.error(place, version.file.is_absolute()
                                ? "there is no schema '" + version.file.string() + "'"
                                : text);
        return false;
    }
    version.file = found;
    if (options.load_schemas) compile(version, place, options, report, diagnostics);
    return true;
}

void load_schemas(Definition& definition, const ReadOptions& options, Report& report,
                  std::vector<Diagnostic>& diagnostics) {
    for (std::size_t i = 0; i < definition.job.schemas.size(); ++i) {
        SchemaVersion& version = definition.job.schemas[i];
        const xml::Attribute& place = *definition.at.schemas[i];
        if (version.base_name.empty()) continue;
        if (!find_and_compile(version, place, options, report, diagnostics)) continue;
        if (options.load_schemas && definition.job.format == Format::flat)
            check_layout(version, definition.job.document, place, report, diagnostics);
    }
}

}  // namespace job
