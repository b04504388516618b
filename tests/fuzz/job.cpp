// Job and partners files.
#include "fuzz.hpp"
#include "job/read.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::Folder folder;
    const std::filesystem::path file = folder.put("job.xml", fuzz::text(data, size));
    std::vector<job::Diagnostic> diagnostics;
    job::ReadOptions options;
    options.home = folder.path();
    options.load_schemas = false;
    const auto job = job::read_job(file, options, diagnostics);
    fuzz::check(job.has_value() || !diagnostics.empty(), "a job is refused without a word");
    diagnostics.clear();
    const auto partners = job::read_partners(file, diagnostics);
    fuzz::check(partners.has_value() || !diagnostics.empty(),
                "partners are refused without a word");
    return 0;
}
