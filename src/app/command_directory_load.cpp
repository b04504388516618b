// sluice directory load and apply: a new version of the reference directory.
#include <unistd.h>

#include <chrono>
#include <iterator>

#include "app/command_list.hpp"
#include "app/directory_store.hpp"
#include "app/directory_xml.hpp"
#include "app/journal.hpp"
#include "app/progress.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "job/registers.hpp"

namespace app {

namespace fs = std::filesystem;
using directory::TableName;

namespace {

// One writer at a time, and the version's entry right behind it.
class Writing {
  public:
    Writing(Home& home, const std::string& name, const std::string& verb)
        : lock_(io::Lock::take(lock_file(home, name), verb, std::chrono::seconds(30))) {}

  private:
    static fs::path lock_file(const Home& home, const std::string& name) {
        io::make_folders(home.spool() / "directory" / name);
        return home.work() / ("directory." + name + ".lock");
    }
    io::Lock lock_;
};

std::int64_t bytes_of(const fs::path& file) {
    const auto facts = io::facts(file);
    return facts ? static_cast<std::int64_t>(facts->bytes) : 0;
}

template <class Make>
int make_version(const Arguments& arguments, const std::string& verb, std::int64_t bytes,
                 const Make& make) {
    Home home(arguments);
    const std::string name = directory_name(arguments);
    const bool json = arguments.has("json");
    const Writing writing(home, name, verb);
    Progress progress(bytes, json);
    std::uint64_t seen_bytes = 0, seen_rows = 0;
    directory::StoreOptions options = directory_options(home);
    std::vector<job::Diagnostic> diagnostics;
    const auto registers =
        job::read_registers(home.folder() / "jobs" / "registers.xml", diagnostics);
    if (!registers) throw_diagnostics("read the registers in", "jobs/registers.xml", diagnostics);
    if (registers->given)
        options.register_fault = [&](std::string_view register_name, std::string_view key,
                                     std::string_view group, std::string_view field) {
            return registers->fault(register_name, key, group, field);
        };
    options.progress = [&](std::uint64_t at, std::uint64_t rows) {
        progress.add(static_cast<std::int64_t>(at - seen_bytes),
                     static_cast<std::int64_t>(rows - seen_rows), 0);
        seen_bytes = at;
        seen_rows = rows;
    };
    directory::Store store(home.spool() / "directory" / name, options);
    enter_missing(home, store, name);
    const directory::Change change = make(store, home);
    progress.end();
    enter(home, store, name, change);
    if (change.outcome != directory::Outcome::rejected) project_journal(home);
    print_change(change, home, json);
    return status_of(change);
}

// Files in XML become CSV beside the work of others, for as long as they are read.
class Converted {
  public:
    ~Converted() {
        std::error_code ignored;
        for (const fs::path& file : made_) fs::remove(file, ignored);
    }
    void convert(const Home& home, directory::Store::LoadFiles& files, directory::Change& change) {
        for (std::size_t i = 0; i < directory::table_count; ++i) {
            if (files.file[i].empty() || !is_xml_table(files.file[i])) continue;
            const auto table = static_cast<TableName>(i);
            made_.push_back(home.work() / ("load." + std::string(to_string(table)) + "." +
                                           std::to_string(::getpid()) + ".csv"));
            auto findings = table_as_csv(files.file[i], table, made_.back());
            change.errors += findings.size();
            std::move(findings.begin(), findings.end(), std::back_inserter(change.findings));
            files.file[i] = made_.back();
        }
    }

  private:
    std::vector<fs::path> made_;
};

directory::Change load(directory::Store& store, const Home& home,
                       directory::Store::LoadFiles files) {
    directory::Change change;
    Converted converted;
    converted.convert(home, files, change);
    return change.errors > 0 ? change : store.load(files, home.today(), home.now());
}

int run_load(const Arguments& arguments) {
    directory::Store::LoadFiles files;
    bool any = false;
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < directory::table_count; ++i) {
        const std::string option(to_string(static_cast<TableName>(i)));
        if (!arguments.has(option)) continue;
        files.file[i] = fs::absolute(arguments.get(option));
        bytes += i == 0 ? bytes_of(files.file[i]) : 0;
        any = true;
    }
    if (!any)
        throw core::Fault(core::FaultKind::usage, "load", "the directory", "no table is named",
                          "see: sluice help directory load");
    return make_version(
        arguments, "load the directory", bytes,
        [&](directory::Store& store, const Home& home) { return load(store, home, files); });
}

int run_apply(const Arguments& arguments) {
    const fs::path file = fs::absolute(arguments.operand(0));
    return make_version(arguments, "apply mutations", bytes_of(file),
                        [&](directory::Store& store, const Home& home) {
                            return store.apply(file, arguments.get("owner"), home.today(),
                                               home.now());
                        });
}

constexpr Option load_options[] = {
    {"persons", "FILE", "who holds a file on whom"},
    {"availability", "FILE", "which institutions have which data"},
    {"authorisations", "FILE", "who may get what"},
    {"mandates", "FILE", "who may speak for whom"},
    {"replaced", "FILE", "numbers that were replaced by others"},
    {"links", "FILE", "foreign keys of persons"},
    {"registers", "FILE", "values of registers"},
    directory_choice[0],
    directory_choice[1],
    {"json", "", "one JSON object a line: the findings, then a summary"},
};

constexpr Option apply_options[] = {
    {"owner", "PARTNER", "whose rows they may be; any other row is a finding"},
    directory_choice[0],
    directory_choice[1],
    {"json", "", "one JSON object a line: the findings, then a summary"},
};

}  // namespace

const Command directory_load_command{
    "directory load",
    "",
    "load tables of the reference directory",
    "Reads the tables named, checks every row, and makes a new version of the directory from "
    "them;\n"
    "tables that are not named are carried over. All or nothing: one error and nothing is loaded.\n"
    "Files are CSV (RFC 4180) whose first line is the header of the table:\n"
    "\n"
    "  persons         insz,partner,sector,institution_type,quality,from,to\n"
    "  availability    data,quality,partner\n"
    "  authorisations  id,subject_kind,subject,message,quality,fields,from,to,deliberation\n"
    "  mandates        sender,capacity,employer,subjects,from,to\n"
    "  replaced        old,new,at\n"
    "  links           insz,country,key\n"
    "  registers       register,key,from,to,group,name,value\n"
    "\n"
    "A file whose name ends in .xml is read as xsd/directory.xsd has it: <row> elements with the\n"
    "columns as attributes. Where there is a jobs/registers.xml, registers, keys, groups and "
    "fields\n"
    "that it does not declare are errors.\n"
    "\n"
    "Dates are YYYY-MM-DD, both ends included, an empty end is open. Runs in progress keep the\n"
    "version that they began with. A load that changes more than directory-change-share-max of\n"
    "an owner's rows is held, with a comparison, until `sluice directory release`.\n"
    "\n"
    "Exit status 1: rows were rejected and nothing was loaded, or the version is held.",
    "sluice directory load --persons persons.csv --authorisations rights.csv",
    load_options,
    0,
    0,
    run_load};

const Command directory_apply_command{
    "directory apply",
    "FILE",
    "apply mutations to the persons table",
    "Reads a CSV file with the header\n"
    "\n"
    "  action,insz,partner,sector,institution_type,quality,from,to\n"
    "\n"
    "and makes a new version from the current one. insert adds a period; change takes the place "
    "of\n"
    "the row that begins on the same day, or of the only one it overlaps; close gives the row "
    "that\n"
    "begins on that day its end. All or nothing. With --owner, rows of others are findings.",
    "sluice directory apply mutations.csv --owner 100102",
    apply_options,
    1,
    1,
    run_apply};

}  // namespace app
