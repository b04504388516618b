// sluice check --schema: validation alone, without a job. Exit 0 valid, 1 an instance is invalid, 2
// a schema is invalid, 3 fault.
#include <iostream>
#include <optional>
#include <sstream>

#include "app/checking.hpp"
#include "app/json.hpp"
#include "app/progress.hpp"
#include "core/code_table.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/zone.hpp"
#include "parse/encoding.hpp"
#include "schema/schema.hpp"
#include "schema/walker.hpp"

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

namespace {

constexpr std::size_t block_bytes = 1U << 20;

struct Validated {
    bool valid = true;
    std::int64_t findings = 0;
};

// One instance through the walker, whatever its size: a window slides over the file.
class Instance {
  public:
    Instance(const std::string& path, const std::shared_ptr<const schema::Schema>& schema,
             const Arguments& arguments)
        : file_(io::InputFile::open(path)),
          name_(fs::path(path).filename().string()),
          json_(arguments.has("json")),
          progress_(static_cast<std::int64_t>(file_.bytes()), json_ || arguments.has("quiet")) {
        schema::WalkOptions options;
        options.allow_doctype = arguments.has("allow-doctype");
        options.limits.text_bytes_max = std::uint64_t{64} << 20;
        walker_.emplace(schema, schema::Watch{}, options);
    }

    Validated run() {
        encoding_ = parse::detect(file_.read(0, 1024));
        walker_->set_base(0, 1, 1);
        offset_ = encoding_.bom_bytes;
        if (encoding_.encoding == parse::Encoding::unsupported) return refuse_encoding();
        bool last = false;
        for (;;) {
            last = !fill();
            const schema::Stop stop = walk(last);
            if (stop == schema::Stop::end || stop == schema::Stop::malformed || last) break;
        }
        progress_.end();
        return result_;
    }

  private:
    Validated refuse_encoding() {
        core::Finding finding;
        finding.code = core::acrf(138);
        finding.reason = core::Reason::encoding;
        finding.details = {encoding_.declared};
        report_finding(finding, name_, json_);
        return {false, 1};
    }

    // More bytes behind the window; false at the end of the file.
    bool fill() {
        window_.erase(0, start_);
        start_ = 0;
        raw_ += file_.read(offset_ + raw_.size(), block_bytes);
        const std::size_t held = raw_.size();
        last_read_ = offset_ + held >= file_.bytes();
        if (encoding_.encoding == parse::Encoding::utf8) {
            window_ += raw_;
            offset_ += held;
            raw_.clear();
        } else {
            const std::size_t used = parse::decode(encoding_.encoding, raw_, last_read_, window_);
            raw_.erase(0, used);
            offset_ += used;
        }
        progress_.add(static_cast<std::int64_t>(held), 0, result_.findings);
        return !last_read_;
    }

    schema::Stop walk(bool last) {
        const schema::Stop stop = walker_->walk(std::string_view(window_).substr(start_), last);
        start_ += walker_->consumed();
        for (core::Finding& finding : walker_->findings()) {
            finding.place.offset += encoding_.bom_bytes;
            ++result_.findings;
            result_.valid = result_.valid && finding.severity != core::Severity::B;
            progress_.end();
            report_finding(finding, name_, json_);
        }
        walker_->clear_findings();
        walker_->clear_marks();
        return stop;
    }

    io::InputFile file_;
    std::string name_;
    bool json_;
    Progress progress_;
    std::optional<schema::Walker> walker_;
    parse::Detected encoding_;
    std::string window_, raw_;
    std::size_t start_ = 0;
    std::uint64_t offset_ = 0;
    bool last_read_ = false;
    Validated result_;
};

// The folder's own schemas that the instance points to (--follow-hints): each is read as a schema
// of its own.
std::shared_ptr<const schema::Schema> hinted_schema(const std::string& file,
                                                    schema::LoadOptions load) {
    const std::string head = io::InputFile::open(file).read(0, 64U << 10);
    for (const char* attribute : {"schemaLocation=", "noNamespaceSchemaLocation="}) {
        const std::size_t at = head.find(attribute);
        if (at == std::string::npos) continue;
        const std::size_t from = at + std::string_view(attribute).size();
        const std::size_t end =
            from < head.size() ? head.find(head[from], from + 1) : std::string::npos;
        if (end == std::string::npos) continue;
        std::istringstream words(head.substr(from + 1, end - from - 1));
        for (std::string word; words >> word;) {
            const fs::path hinted = fs::absolute(file).parent_path() / word;
            // Inside the folder of the instance only.
            if (word.find("..") == std::string::npos && word.find(':') == std::string::npos &&
                fs::is_regular_file(hinted))
                load.documents.push_back(hinted);
        }
    }
    return schema::load(load).schema;
}

}  // namespace

int check_with_schema(const Arguments& arguments) {
    const bool json = arguments.has("json");
    schema::LoadOptions load;
    for (const std::string& file : arguments.all("schema"))
        load.documents.push_back(fs::absolute(file));
    // --schema A.xsd B.xsd FILE...: what follows and is a schema by its name belongs to the schema.
    auto instance = arguments.operands().begin();
    const auto end = arguments.operands().end();
    for (; instance != end && fs::path(*instance).extension() == ".xsd"; ++instance)
        load.documents.push_back(fs::absolute(*instance));
    load.allow_doctype = arguments.has("allow-doctype");
    const schema::Loaded loaded = schema::load(load);
    if (!loaded.schema) return report_schema(loaded, json);
    if (!json)
        for (const std::string& reason : loaded.fallback_reasons)
            std::cerr << "sluice: not all of the schema is compiled: " << reason << '\n';
    std::int64_t findings = 0, invalid = 0;
    const core::Instant begin = io::now();
    const auto files = static_cast<std::int64_t>(end - instance);
    for (; instance != end; ++instance) {
        const std::string& file = *instance;
        auto schema = loaded.schema;
        if (arguments.has("follow-hints"))
            if (auto hinted = hinted_schema(file, load)) schema = std::move(hinted);
        const Validated validated = Instance(file, schema, arguments).run();
        findings += validated.findings;
        invalid += validated.valid ? 0 : 1;
    }
    if (json)
        std::cout << JsonObject()
                         .boolean("summary", true)
                         .number("files", files)
                         .number("documents", 0)
                         .number("records", 0)
                         .number("accepted", files - invalid)
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
