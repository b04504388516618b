#include "job/validate.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "core/code_table.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/scratch_folder.hpp"
#include "job/embedded.hpp"
#include "schema/schema.hpp"
#include "schema/walker.hpp"

namespace job {
namespace {

namespace fs = std::filesystem;

// The schema room reads files, so the embedded text becomes one for a moment.
class TemporaryFile {
  public:
    TemporaryFile(std::string_view name, std::string_view text) {
        std::ofstream out(path(name), std::ios::binary);
        out << text;
        out.close();
        if (!out) throw core::system_fault("write", path(name).string(), errno);
    }
    fs::path path(std::string_view name) const { return folder_.path() / name; }

  private:
    io::ScratchFolder folder_;
};

std::shared_ptr<const schema::Schema> compile(std::string_view name, std::string_view text) {
    const TemporaryFile file(name, text);
    schema::LoadOptions options;
    options.documents = {file.path(name)};
    options.ask_referee = false;
    const schema::Loaded loaded = schema::load(options);
    ENSURE(loaded.errors.empty() && loaded.schema != nullptr && loaded.fallback_reasons.empty());
    return loaded.schema;
}

}  // namespace

std::shared_ptr<const schema::Schema> schema_of(Kind kind) {
    if (kind == Kind::job) {
        static const auto compiled = compile("job.xsd", job_schema_text());
        return compiled;
    }
    if (kind == Kind::calendar) {
        static const auto compiled = compile("calendar.xsd", calendar_schema_text());
        return compiled;
    }
    if (kind == Kind::agreements) {
        static const auto compiled = compile("agreements.xsd", agreements_schema_text());
        return compiled;
    }
    if (kind == Kind::roles) {
        static const auto compiled = compile("roles.xsd", roles_schema_text());
        return compiled;
    }
    if (kind == Kind::registers) {
        static const auto compiled = compile("registers.xsd", registers_schema_text());
        return compiled;
    }
    if (kind == Kind::directory) {
        static const auto compiled = compile("directory.xsd", directory_schema_text());
        return compiled;
    }
    static const auto compiled = compile("partners.xsd", partners_schema_text());
    return compiled;
}

namespace {

std::string_view text_of(Kind kind) {
    switch (kind) {
        case Kind::job:
            return job_schema_text();
        case Kind::partners:
            return partners_schema_text();
        case Kind::calendar:
            return calendar_schema_text();
        case Kind::agreements:
            return agreements_schema_text();
        case Kind::roles:
            return roles_schema_text();
        case Kind::registers:
            return registers_schema_text();
        case Kind::directory:
            return directory_schema_text();
    }
    return {};
}

// The walker reads UTF-8: a declaration of another encoding no longer says the truth. Blanks in its
// place keep lines and columns.
std::string without_declaration(std::string_view text) {
    std::string bytes(text);
    if (bytes.compare(0, 5, "<?xml") != 0) return bytes;
    const std::size_t end = bytes.find("?>");
    if (end == std::string::npos) return bytes;
    std::replace_if(
        bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end + 2),
        [](char c) { return c != '\n' && c != '\r'; }, ' ');
    return bytes;
}

constexpr std::string_view xsd = "http://www.w3.org/2001/XMLSchema";

// The values that an attribute may have, or its pattern, from the schema itself: the declaration is
// looked for by its name, so an answer is only given where all of that name agree.
void collect_allowed(const xml::Element& element, std::string_view attribute,
                     const xml::Element& schema, std::vector<std::string>& found) {
    if (element.is(xsd, "attribute") && element.value("name") == attribute) {
        const std::string_view type = element.value_or("type", "");
        const xml::Element* simple = element.child(xsd, "simpleType");
        for (const xml::Element* each : schema.children)
            if (!type.empty() && each->is(xsd, "simpleType") && each->value("name") == type)
                simple = each;
        const xml::Element* restriction =
            simple == nullptr ? nullptr : simple->child(xsd, "restriction");
        std::string all;
        for (const xml::Element* facet :
             restriction == nullptr ? std::vector<const xml::Element*>() : restriction->children)
            if (facet->is(xsd, "enumeration") || facet->is(xsd, "pattern"))
                all += (all.empty() ? "" : " ") + std::string(facet->value_or("value", ""));
        if (!all.empty()) found.push_back(all);  // only one with a choice can be at fault
    }
    for (const xml::Element* each : element.children)
        collect_allowed(*each, attribute, schema, found);
}

std::string allowed(std::string_view attribute, Kind kind) {
    std::vector<xml::Error> errors;
    const auto document = xml::Document::parse(std::string(text_of(kind)), {}, errors);
    ENSURE(document.has_value());
    std::vector<std::string> found;
    collect_allowed(document->root(), attribute, document->root(), found);
    for (const std::string& each : found)
        if (each != found.front()) return {};
    return found.empty() ? std::string() : found.front();
}

// Values stand in the file that its owner is looking at, so they may be shown.
std::string words(const core::Finding& finding, Kind kind) {
    std::string text = core::sentence(finding, core::Language::en);
    if (!text.empty() && text.back() == '.') text.pop_back();
    if (!finding.element.empty() && text.find(finding.element) == std::string::npos)
        text = finding.element + ": " + text;
    if (!finding.value.empty()) text += " (here: '" + finding.value + "')";
    const bool listed =
        finding.reason == core::Reason::enumeration || finding.reason == core::Reason::pattern;
    if (listed && finding.element.size() > 1 && finding.element[0] == '@') {
        const std::string choice = allowed(finding.element.substr(1), kind);
        const bool one_of = finding.reason == core::Reason::enumeration;
        if (!choice.empty()) text += (one_of ? ": write one of " : ": it is ") + choice;
    }
    return text;
}

}  // namespace

void validate(const xml::Document& document, Kind kind, Report& report) {
    schema::Watch watch(1);
    schema::WalkOptions options;
    options.fast = false;
    options.limits.findings_per_element_max = 1000;
    schema::Walker walker(schema_of(kind), std::move(watch), options);
    const std::string bytes = without_declaration(document.text());
    walker.walk(bytes, true);
    for (const core::Finding& finding : walker.findings())
        report.error_at(finding.place.line, finding.place.column, words(finding, kind));
}

}  // namespace job
