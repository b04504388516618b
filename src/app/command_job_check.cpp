// sluice job check: what is wrong with jobs and partners, with line and column.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "job/questions.hpp"
#include "job/registers.hpp"
#include "job/roles.hpp"

namespace app {

namespace fs = std::filesystem;

// A name of the home's, or the path of a job file, which needs no home.
static std::vector<fs::path> job_files(const Arguments& arguments, const fs::path& home) {
    if (!arguments.operands().empty()) {
        std::vector<fs::path> files;
        for (const std::string& name : arguments.operands()) {
            const bool path =
                name.find('/') != std::string::npos || name.find(".xml") != std::string::npos;
            files.push_back(path ? fs::absolute(name) : home / "jobs" / (name + ".xml"));
        }
        return files;
    }
    if (!fs::is_directory(home / "jobs"))
        throw core::Fault(core::FaultKind::usage, "check the jobs in", home.string(),
                          "it has no folder jobs", "name a job file, or a home with --home");
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(home / "jobs"))
        if (job::is_job_file(entry.path())) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

static bool print(const std::vector<job::Diagnostic>& diagnostics, const fs::path& home) {
    bool errors = false;
    for (job::Diagnostic diagnostic : diagnostics) {
        const fs::path shown = diagnostic.file.lexically_relative(home);
        if (!shown.empty() && shown.native().rfind("..", 0) != 0) diagnostic.file = shown;
        std::cout << coloured(job::to_string(diagnostic),
                              diagnostic.error ? Colour::red : Colour::yellow)
                  << '\n';
        errors = errors || diagnostic.error;
    }
    return errors;
}

static void print_good(const job::Job& job) {
    if (!is_terminal()) return;
    std::cout << coloured("good", Colour::green) << "  " << job.name << ": subject " << job.subject
              << ", " << counted(static_cast<long long>(job.schemas.size()), "schema", "schemas")
              << ", " << counted(static_cast<long long>(job.routes.size()), "route", "routes")
              << '\n';
}

static int run_job_check(const Arguments& arguments) {
    const fs::path home = home_folder(arguments);
    const auto files = job_files(arguments, home);
    bool errors = false;
    std::optional<job::Partners> partners;
    const fs::path partners_file = home / "jobs" / "partners.xml";
    if (io::facts(partners_file)) {
        std::vector<job::Diagnostic> diagnostics;
        partners = job::read_partners(partners_file, diagnostics);
        // Asked about one job, silence about the partners' file is the answer people expect.
        if (arguments.operands().empty()) errors = print(diagnostics, home);
    }
    if (arguments.operands().empty()) {
        std::vector<job::Diagnostic> diagnostics;
        const io::Zone zone =
            io::Zone::load(read_settings(home / "jobs" / "sluice.conf").time_zone);
        job::read_calendar(home / "jobs" / "calendar.xml", zone, diagnostics);
        job::read_agreements(home / "jobs" / "agreements.xml", diagnostics);
        job::read_roles(home / "jobs" / "roles.xml", diagnostics);
        job::read_registers(home / "jobs" / "registers.xml", diagnostics);
        errors = print(diagnostics, home) || errors;
    }
    std::vector<job::Job> good;
    for (const fs::path& file : files) {
        std::vector<job::Diagnostic> diagnostics;
        job::ReadOptions options;
        options.home = home;
        options.partners = partners ? &*partners : nullptr;
        auto job = job::read_job(file, options, diagnostics);
        errors = print(diagnostics, home) || errors || !job;
        if (job) print_good(*job);
        if (job) good.push_back(std::move(*job));
    }
    // What jobs say of each other can be said where all of them are there.
    if (arguments.operands().empty() && good.size() == files.size()) {
        std::vector<const job::Job*> all;
        for (const job::Job& job : good) all.push_back(&job);
        std::vector<job::Diagnostic> diagnostics;
        job::check_questions(all, diagnostics);
        errors = print(diagnostics, home) || errors;
    }
    return errors ? 2 : 0;
}

const Command job_check_command{
    "job check",
    "[JOB]...",
    "lint jobs: every fault with line and column",
    "Reads the jobs of the home (or those named: a name, or the path of a job file) with their\n"
    "schemas, and jobs/partners.xml, and prints everything that is wrong as\n"
    "file:line:column: error: what, and what to write instead. Advice does not fail: for instance\n"
    "a schema that the slower referee must validate, and why.\n"
    "\n"
    "Silence and exit status 0 say that all is well; 2 that something must be mended.",
    "sluice job check dmfa",
    {},
    0,
    1'000,
    run_job_check};

}  // namespace app
