// sluice check --schema: validation alone, without a job. Exit 0 valid, 1 an instance is invalid, 2
// a schema is invalid, 3 fault.
#include <iostream>

#include "app/checking.hpp"
#include "app/json.hpp"
#include "app/progress.hpp"
#include "core/code_table.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "schema/schema.hpp"
#include "schema/validate.hpp"

namespace app {

namespace fs = std::filesystem;

static int report_schema(const schema::Loaded& loaded, bool json) {
    for (const schema::Diagnostic& error : loaded.errors) {
        if (json)
            std::cout << JsonObject()
                             .text("schema", error.file.string())
                             .number("line", static_cast<std::int64_t>(error.line))
                             .number("column", static_cast<std::int64_t>(error.column))
                             .text("clause", error.clause)
                             .text("message", error.text)
                             .str()
                      << '\n';
        else
            std::cerr << error.file.string() << ':' << error.line << ':' << error.column << ": "
                      << error.text << (error.clause.empty() ? "" : " (" + error.clause + ")")
                      << '\n';
    }
    return 2;
}

static void report_finding(const core::Finding& f, const std::string& file, bool json) {
    if (json)
        std::cout << JsonObject()
                         .text("code", f.code)
                         .text("severity", core::to_string(f.severity))
                         .number("line", static_cast<std::int64_t>(f.place.line))
                         .number("column", static_cast<std::int64_t>(f.place.column))
                         .number("offset", static_cast<std::int64_t>(f.place.offset))
                         .number("document", 0)
                         .number("record", 0)
                         .text("path", f.path)
                         .text("element", f.element)
                         .text("value", f.value)
                         .text("message", core::sentence(f, core::Language::en))
                         .text("file", file)
                         .str()
                  << '\n';
    else
        std::cout << file << ':' << f.place.line << ':' << f.place.column << ": " << f.code << ' '
                  << core::sentence(f, core::Language::en) << "\n    " << f.path << '\n';
}

int check_with_schema(const Arguments& arguments) {
    const bool json = arguments.has("json");
    schema::LoadOptions load;
    for (const std::string& file : arguments.all("schema"))
        load.documents.push_back(fs::absolute(file));
    schema::ValidateOptions options;
    options.allow_doctype = arguments.has("allow-doctype");
    options.follow_hints = arguments.has("follow-hints");
    const schema::Loaded loaded = schema::load(load);
    if (!loaded.schema) return report_schema(loaded, json);
    std::int64_t findings = 0, invalid = 0;
    const core::Instant begin = io::now();
    for (const std::string& file : arguments.operands()) {
        Progress progress(static_cast<std::int64_t>(io::InputFile::open(file).bytes()),
                          json || arguments.has("quiet"));
        std::int64_t here = 0;
        options.progress = [&](std::uint64_t bytes) {
            progress.add(static_cast<std::int64_t>(bytes), 0, here);
        };
        const bool valid =
            schema::validate_file(loaded, load, file, options, [&](const core::Finding& finding) {
                ++here;
                progress.end();
                report_finding(finding, fs::path(file).filename().string(), json);
            });
        progress.end();
        findings += here;
        invalid += valid ? 0 : 1;
    }
    if (json)
        std::cout << JsonObject()
                         .boolean("summary", true)
                         .number("files", static_cast<std::int64_t>(arguments.operands().size()))
                         .number("documents", 0)
                         .number("records", 0)
                         .number("accepted",
                                 static_cast<std::int64_t>(arguments.operands().size()) - invalid)
                         .number("rejected", invalid)
                         .number("findings", findings)
                         .texts("skipped", {})
                         .decimal(
                             "seconds",
                             static_cast<double>(io::now().microseconds - begin.microseconds) / 1e6)
                         .str()
                  << '\n';
    return invalid > 0 ? 1 : 0;
}

}  // namespace app
