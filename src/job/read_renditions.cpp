#include <algorithm>

#include "dfdl/layout.hpp"
#include "job/attributes.hpp"
#include "job/definition.hpp"
#include "job/renditions.hpp"

namespace job {

namespace {

constexpr std::string_view space = "urn:sluice:job:1";

bool names_schema(const SchemaVersion& version, const std::string& wanted) {
    return wanted.empty() || wanted == version.base_name ||
           wanted == version.file.filename().string() ||
           (wanted.size() < version.file.string().size() &&
            version.file.string().compare(version.file.string().size() - wanted.size() - 1,
                                          std::string::npos, "/" + wanted) == 0);
}

class RenditionReader {
  public:
    RenditionReader(Definition& definition, const ReadOptions& options, Report& report,
                    std::vector<Diagnostic>& diagnostics)
        : definition_(definition), options_(options), report_(report), diagnostics_(diagnostics) {}

    void read() {
        if (definition_.at.job == nullptr) return;
        for (const xml::Element* each : definition_.at.job->children)
            if (each->is(space, "rendition")) one(*each);
        if (!made_->list.empty()) definition_.job.renditions = made_;
    }

  private:
    void one(const xml::Element& element) {
        const Attributes a(element, report_);
        Rendition rendition;
        rendition.name = a.token("name");
        rendition.format = a.token("format") == "flat" ? Format::flat : Format::xml;
        const xml::Attribute* file = a.find("schema");
        if (file == nullptr) return;
        rendition.schema.file = a.token("schema");
        rendition.schema.base_name = rendition.schema.file.filename().string();
        for (const Rendition& other : made_->list)
            if (other.name == rendition.name)
                report_.error(element, "another rendition is already called '" + other.name + "'");
        if (!find_and_compile(rendition.schema, *file, options_, report_, diagnostics_)) return;
        if (options_.load_schemas && definition_.has_chain)
            rendition.format == Format::flat ? flat(rendition, *file) : of_xml(rendition, *file);
        made_->list.push_back(std::move(rendition));
    }

    std::vector<std::string> names_to_record() const {
        std::vector<std::string> names;
        for (const Step& step : definition_.job.document.steps) names.push_back(step.name.local);
        for (const Step& step : definition_.job.record.steps) names.push_back(step.name.local);
        return names;
    }

    void flat(Rendition& rendition, const xml::Attribute& file) {
        const auto names = names_to_record();
        dfdl::Loaded loaded = dfdl::load(rendition.schema.documents, names.front());
        for (const dfdl::Diagnostic& each : loaded.errors)
            diagnostics_.push_back({each.file, each.line, each.column, true, each.text});
        if (!loaded.layout)
            return report_.error(file, "the layout '" + rendition.schema.base_name +
                                           "' is outside what docs/formats.md tells");
        if (loaded.layout->find(names) == dfdl::none) return no_record(rendition, file);
        rendition.layout = std::move(loaded.layout);
    }

    void of_xml(Rendition& rendition, const xml::Attribute& file) {
        std::vector<xml::Error> errors;
        const auto document = xml::Document::parse_file(rendition.schema.file, {}, errors);
        if (!document) return;
        const xml::Element& root = document->root();
        rendition.space = root.value_or("targetNamespace", "");
        rendition.qualified = root.value_or("elementFormDefault", "") == "qualified";
        const std::string name = names_to_record().front();
        const bool known =
            std::any_of(root.children.begin(), root.children.end(), [&](const xml::Element* child) {
                return child->local == "element" && child->value_or("name", "") == name;
            });
        if (!known) no_record(rendition, file);
    }

    void no_record(const Rendition& rendition, const xml::Attribute& file) {
        std::string path;
        for (const std::string& name : names_to_record()) path += "/" + name;
        report_.error(file, "the schema '" + rendition.schema.base_name + "' has no record " +
                                path + ": a rendition has the same elements by the same names");
    }

    Definition& definition_;
    const ReadOptions& options_;
    Report& report_;
    std::vector<Diagnostic>& diagnostics_;
    std::shared_ptr<Renditions> made_ = std::make_shared<Renditions>();
};

}  // namespace

void read_renditions(Definition& definition, const ReadOptions& options, Report& report,
                     std::vector<Diagnostic>& diagnostics) {
    RenditionReader(definition, options, report, diagnostics).read();
}

const Rendition* rendition_for(const Job& job, const Partner& partner) {
    if (!job.renditions || partner.preferred_format.empty()) return nullptr;
    const Format wanted = partner.preferred_format == "flat" ? Format::flat : Format::xml;
    const std::string& schema = partner.preferred_schema;
    // As they came is what it prefers.
    const bool own = job.format == wanted &&
                     std::any_of(job.schemas.begin(), job.schemas.end(), [&](const auto& version) {
                         return names_schema(version, schema);
                     });
    if (own) return nullptr;
    for (const Rendition& each : job.renditions->list)
        if (each.format == wanted && (each.name == schema || names_schema(each.schema, schema)))
            return &each;
    return nullptr;
}

}  // namespace job
