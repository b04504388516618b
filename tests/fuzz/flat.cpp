// Flat files of the pension job: slices of any size come to the same records and findings.
#include "flat_run.hpp"
#include "job/read.hpp"

#ifndef SLUICE_TOP
#error "SLUICE_TOP names the root of the source tree"
#endif

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
    fuzz::check(fuzz::run(plan, bytes, 100) == fuzz::run(plan, bytes, 1 << 20),
                "small slices differ");
    return 0;
}
