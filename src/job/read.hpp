#pragma once
// Reading jobs/NAME.xml and jobs/partners.xml: every fault is reported with line and column, none
// stops at the first.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "job/job.hpp"
#include "job/partner.hpp"

namespace job {

struct Diagnostic {
    std::filesystem::path file;
    std::size_t line = 0, column = 0;  // from 1; 0 where the fault has no place
    bool error = true;  // false: advice ("validated by the referee, slower, because of ...")
    std::string text;   // what is wrong and what to write instead
};

struct ReadOptions {
    std::filesystem::path home;  // schemas are sought beside the job file first, then in home/xsd
    bool load_schemas = true;
    const Partners* partners = nullptr;  // where given: routes may only name partners of this list
};

// The job, or nothing where any diagnostic is an error. Missing or unreadable file: a diagnostic
// without a place.
std::optional<Job> read_job(const std::filesystem::path& file, const ReadOptions& options,
                            std::vector<Diagnostic>& diagnostics);
std::optional<Partners> read_partners(const std::filesystem::path& file,
                                      std::vector<Diagnostic>& diagnostics);

// A file of jobs/ that holds a job: *.xml, but not one of the definitions with names of their own
// (partners.xml, calendar.xml, agreements.xml).
bool is_job_file(const std::filesystem::path& file);

// "file:line:column: error: text"
std::string to_string(const Diagnostic& diagnostic);

}  // namespace job
