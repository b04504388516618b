// Flat files of the pension job: slices of any size come to the same records and findings.
#include "fuzz.hpp"
#include "job/read.hpp"
#include "parse/pipeline.hpp"

#ifndef SLUICE_TOP
#error "SLUICE_TOP names the root of the source tree"
#endif

namespace {

std::string run(const std::shared_ptr<const parse::Plan>& plan, const std::string& bytes,
                std::uint64_t slice_bytes) {
    std::string records, findings, whole;
    const auto shown = [](const core::Finding& finding) {
        return finding.code + " " + std::to_string(finding.place.offset) + " " + finding.path +
               "\n";
    };
    parse::PipelineOptions options;
    options.slice_bytes = slice_bytes;
    const auto source = parse::memory_source(bytes);
    const parse::End end = parse::run_pipeline(
        plan, *source, {}, options, [&](std::unique_ptr<parse::Outcome> outcome) {
            for (const parse::Record& record : outcome->records)
                records += std::to_string(record.ordinal) + (record.accepted ? "+" : "-") +
                           std::string(outcome->text(record)) + "\n";
            for (const core::Finding& finding : outcome->findings) findings += shown(finding);
            for (const core::Finding& finding : outcome->file_findings) findings += shown(finding);
            whole += outcome->bytes;
            return true;
        });
    if (end == parse::End::complete) fuzz::check(whole == bytes, "bytes were lost");
    return records + findings + std::to_string(static_cast<int>(end));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto job = [] {
        std::vector<job::Diagnostic> diagnostics;
        job::ReadOptions options;
        options.home = SLUICE_TOP;
        auto read = job::read_job(std::filesystem::path(SLUICE_TOP) / "jobs/pension.xml", options,
                                  diagnostics);
        fuzz::check(read.has_value(), "the job of the target");
        return std::move(*read);
    }();
    static const auto plan = parse::make_plan(job, 0, {parse::PlanOptions::Referee::no});
    if (size > 20'000) return 0;
    const std::string bytes(fuzz::text(data, size));
    fuzz::check(run(plan, bytes, 100) == run(plan, bytes, 1 << 20), "small slices differ");
    return 0;
}
