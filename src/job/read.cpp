#include "job/read.hpp"

#include "job/definition.hpp"
#include "job/files.hpp"

namespace job {

std::optional<Job> read_job(const std::filesystem::path& file, const ReadOptions& options,
                            std::vector<Diagnostic>& diagnostics) {
    Report report(std::filesystem::absolute(file).lexically_normal(), diagnostics);
    const auto opened = open(Kind::job, "urn:sluice:job:1", "job", report);
    if (!opened) {
        report.finish();
        return std::nullopt;
    }
    Definition definition = read_definition(*opened->document, report);
    check_references(definition, options, report);
    load_schemas(definition, options, report, diagnostics);
    read_renditions(definition, options, report, diagnostics);
    check_paths(definition, report);
    report.finish();
    if (report.has_errors()) return std::nullopt;
    definition.job.file = report.file();
    definition.job.digest = opened->digest;
    return std::move(definition.job);
}

std::string to_string(const Diagnostic& diagnostic) {
    std::string text = diagnostic.file.string() + ":";
    if (diagnostic.line != 0)
        text += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ":";
    text += diagnostic.error ? " error: " : " advice: ";
    return text + diagnostic.text;
}

}  // namespace job
