// sluice check --schema: validation alone, without a job. Exit 0 valid, 1 an instance is invalid, 2
// a schema is invalid, 3 fault.
#include <cstring>
#include <iostream>
#include <optional>

#include "app/checking.hpp"
#include "app/json.hpp"
#include "app/progress.hpp"
#include "app/terminal.hpp"
#include "core/code_table.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/zone.hpp"
#include "parse/encoding.hpp"
#include "schema/hints.hpp"
#include "schema/referee.hpp"
#include "schema/schema.hpp"
#include "schema/walker.hpp"
#include "xml/encoding.hpp"

namespace app {

namespace fs = std::filesystem;

static int report_schema(const schema::Loaded& loaded, bool json) {
    std::vector<schema::Diagnostic> all = loaded.errors;
    all.insert(all.end(), loaded.absent.begin(), loaded.absent.end());
    for (const schema::Diagnostic& error : all) {
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
        std::cout << plain(file) << ':' << f.place.line << ':' << f.place.column << ": " << f.code
                  << ' ' << core::sentence(f, core::Language::en)
                  << (f.path.empty() ? "" : "\n    " + f.path) << '\n';
}

namespace {

constexpr std::size_t block_bytes = 256U << 10;

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
        // No job says what is too much: wide, and still a bound.
        options.limits.text_bytes_max = std::uint64_t{64} << 20;
        options.limits.name_bytes_max = 65'536;
        options.limits.depth_max = 10'000;
        options.limits.attributes_max = 10'000;
        options.give_back_max = block_bytes;
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
        window_delivered_ += delivered_length(window_at_ + start_);
        window_at_ += start_;
        held_ -= start_;
        std::memmove(window_.data(), window_.data() + start_, held_);
        start_ = 0;
        const std::uint64_t before = offset_;
        if (encoding_.encoding == parse::Encoding::utf8) {
            if (window_.size() < held_ + block_bytes) window_.resize(held_ + block_bytes);
            const std::size_t got = file_.read(offset_, window_.data() + held_, block_bytes);
            held_ += got;
            offset_ += got;
            last_read_ = got < block_bytes || offset_ >= file_.bytes();
        } else {
            raw_ += file_.read(offset_ + raw_.size(), block_bytes);
            last_read_ = offset_ + raw_.size() >= file_.bytes();
            window_.resize(held_);
            const std::size_t used = parse::decode(encoding_.encoding, raw_, last_read_, window_);
            held_ = window_.size();
            raw_.erase(0, used);
            offset_ += used;
        }
        progress_.add(static_cast<std::int64_t>(offset_ - before), 0, result_.findings);
        return !last_read_;
    }

    std::string_view window() const { return std::string_view(window_).substr(0, held_); }

    // Bytes as delivered between the begin of the window and a place of the decoded document.
    std::uint64_t delivered_length(std::uint64_t at) const {
        const std::size_t length = static_cast<std::size_t>(at < window_at_ ? 0 : at - window_at_);
        return encoding_.encoding == parse::Encoding::utf8
                   ? length
                   : parse::delivered_length(encoding_.encoding, window().substr(0, length));
    }

    schema::Stop walk(bool last) {
        const schema::Stop stop = walker_->walk(window().substr(start_), last);
        start_ += walker_->consumed();
        for (core::Finding& finding : walker_->findings()) {
            finding.place.offset =
                encoding_.bom_bytes + window_delivered_ + delivered_length(finding.place.offset);
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
    std::size_t start_ = 0, held_ = 0;  // in window_: where the next walk begins, and its end
    std::uint64_t window_at_ = 0, window_delivered_ = 0;  // of the window's begin
    std::uint64_t offset_ = 0;
    bool last_read_ = false;
    Validated result_;
};

// What the instance points to inside its folder (--follow-hints).
schema::Hints hints_in(const std::string& file, const schema::Loaded& given) {
    std::string head = io::InputFile::open(file).read(0, 1U << 20), error;
    if (!xml::to_utf8(head, error)) return {};
    return schema::hints_of(head, fs::absolute(file).parent_path(), given.documents);
}

// With the schemas of these hints, where they and those that were given can be one schema.
schema::Loaded with_hints(const schema::Hints& hints, const schema::Loaded& given,
                          schema::LoadOptions load) {
    if (hints.documents.empty()) return given;
    load.documents.insert(load.documents.end(), hints.documents.begin(), hints.documents.end());
    schema::Loaded all = schema::load(load);
    return all.schema ? all : given;
}

core::Finding late_hint(const core::Place& place) {
    core::Finding finding;
    finding.code = "00000-091";
    finding.reason = core::Reason::attribute_unknown;
    finding.details = {"xsi:schemaLocation"};
    finding.place = place;
    return finding;
}

// What the compiler could not take, the referee judges: one whole document of bounded size.
class Fallback {
  public:
    // `read`: all documents of the schema.
    Fallback(const schema::LoadOptions& load, const std::vector<fs::path>& read) {
        std::vector<schema::RefereeFault> faults;
        grammar_ = schema::load_grammar(load.documents, {}, faults, refused_, read);
    }

    bool valid(const std::string& file) const {
        const io::InputFile input = io::InputFile::open(file);
        if (grammar_ == nullptr)
            throw core::Fault(core::FaultKind::world, "validate",
                              fs::path(file).filename().string(),
                              "the schema is too large to be compiled, and the referee does not "
                              "take it" +
                                  (refused_.empty() ? "" : ": " + refused_),
                              "give the occurrence bounds of the schema smaller numbers");
        if (input.bytes() > schema::RefereeLimits{}.instance_bytes_max)
            throw core::Fault(core::FaultKind::world, "validate",
                              fs::path(file).filename().string(),
                              "the schema is too large to be compiled, and the file is too large "
                              "for the referee",
                              "use a job: it gives the referee one record at a time");
        std::vector<schema::RefereeFault> faults;
        return schema::Referee(grammar_).judge(
            input.read(0, static_cast<std::size_t>(input.bytes())), faults);
    }

  private:
    std::shared_ptr<const schema::Grammar> grammar_;
    std::string refused_;
};

core::Finding refused_by_the_referee() {
    core::Finding finding;
    finding.code = "00000-008";
    finding.reason = core::Reason::referee;
    finding.details = {"not valid"};
    finding.place = {1, 1, 0};
    return finding;
}

Validated check_instance(const std::string& file, const schema::Loaded& given,
                         const schema::LoadOptions& load, const Arguments& arguments) {
    const schema::Hints hints =
        arguments.has("follow-hints") ? hints_in(file, given) : schema::Hints();
    if (hints.late) {
        report_finding(late_hint(*hints.late), fs::path(file).filename().string(),
                       arguments.has("json"));
        return {false, 1};
    }
    const schema::Loaded loaded = with_hints(hints, given, load);
    Validated validated = Instance(file, loaded.schema, arguments).run();
    if (!validated.valid || loaded.fallback_reasons.empty()) return validated;
    schema::LoadOptions whole = load;
    if (loaded.digest != given.digest) whole.documents = loaded.documents;
    if (!Fallback(whole, loaded.documents).valid(file)) {
        report_finding(refused_by_the_referee(), fs::path(file).filename().string(),
                       arguments.has("json"));
        return {false, validated.findings + 1};
    }
    return validated;
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
    load.only_inside = false;
    load.require_includes = false;
    load.ask_referee = false;
    const schema::Loaded loaded = schema::load(load);
    if (!loaded.schema) return report_schema(loaded, json);
    if (!json)
        for (const schema::Diagnostic& remark : loaded.remarks)
            std::cerr << remark.file.string() << ':' << remark.line << ':' << remark.column << ": "
                      << remark.text << '\n';
    if (!json)
        for (const std::string& reason : loaded.fallback_reasons)
            std::cerr << "sluice: not all of the schema is compiled: " << reason << '\n';
    std::int64_t findings = 0, invalid = 0;
    const core::Instant begin = io::now();
    const auto files = static_cast<std::int64_t>(end - instance);
    for (; instance != end; ++instance) {
        const Validated validated = check_instance(*instance, loaded, load, arguments);
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
