// sluice check: the sender's rehearsal, or validation alone.
#include "app/checking.hpp"
#include "app/command_list.hpp"
#include "core/fault.hpp"

namespace app {

static int run_check(const Arguments& given) {
    Arguments arguments = given;
    const std::string format = arguments.get("format", "text");
    if (format != "text" && format != "json" && format != "html")
        throw core::Fault(core::FaultKind::usage, "read the option", "--format",
                          "'" + format + "' is not text, json or html", "see: sluice help check");
    if (format == "html" && arguments.has("schema"))
        throw core::Fault(core::FaultKind::usage, "read the command line of", "sluice check",
                          "--format html needs a job", "leave --schema out, or use --json");
    if (format == "json" && !arguments.has("json")) arguments.values.emplace("json", "");
    if (arguments.has("schema") || (arguments.has("follow-hints") && !arguments.has("job"))) {
        if (arguments.has("job"))
            throw core::Fault(core::FaultKind::usage, "read the command line of", "sluice check",
                              "--schema and --job exclude each other", "see: sluice help check");
        return check_with_schema(arguments);
    }
    if (arguments.operands().empty())
        throw core::Fault(core::FaultKind::usage, "read the command line of", "sluice check",
                          "FILE... is missing", "see: sluice help check");
    return check_with_job(arguments);
}

static constexpr Option options[] = {
    {"job", "J", "name of a job of the home, or path of a job file"},
    {"schema", "XSD",
     "validate against this schema, without a job; several: again, or FILEs that end in .xsd",
     true},
    {"threads", "N", "workers (default: one per core)"},
    {"json", "", "one JSON object a finding, then a summary"},
    {"format", "F", "text (default), json or html (a page grouped by cause)"},
    {"language", "L", "of the sentences: en (default), fr, nl or de"},
    {"allow-doctype", "", "with --schema: read internal subsets, never external entities"},
    {"follow-hints", "", "with --schema or alone: follow schemaLocation inside the folder of FILE"},
    {"fix-file", "OUT", "write the rejected records, each under its findings, to be mended"},
    {"quiet", "", "no progress"},
};

const Command check_command{
    "check",
    "FILE...",
    "rehearse: the findings of the night, nothing written",
    "Checks files with the engine of the night and gives the same findings: code, severity, line,\n"
    "column, path and what is wrong. Nothing is recorded. What only the night can know (channel,\n"
    "duplicates, mandates, directory) is named in the summary.\n"
    "\n"
    "A ZIP archive is taken for the documents beside the records of the file before it.\n"
    "\n"
    "--fix-file writes what was rejected, in the context of its documents and with its findings "
    "as\n"
    "comments: mend it and send it under a new name.\n"
    "\n"
    "The job is chosen by the name of the file (FI.SUBJ...); --job names it for other names. With "
    "a\n"
    "job file no home is needed: schemas are sought beside it first. With --schema files are\n"
    "validated alone: 0 valid, 1 an instance is invalid, 2 a schema is invalid; without FILE the\n"
    "schemas themselves are checked.",
    "sluice check --job jobs/dmfa.xml samples/dmfa/bad-several.xml",
    options,
    0,
    1'000'000,
    run_check};

}  // namespace app
