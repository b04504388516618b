#include "schema/reader.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "core/fault.hpp"
#include "schema/builtin_documents.hpp"
#include "schema/digest.hpp"
#include "schema/reader_conditional.hpp"
#include "schema/reader_location.hpp"
#include "schema/reader_syntax.hpp"
#include "schema/reader_values.hpp"

namespace schema {

namespace fs = std::filesystem;

core::Place SchemaFile::place(std::size_t offset) const {
    const std::string_view text = tree->text();
    if (offset < last_.offset || offset > text.size()) {
        return last_ = tree->place(offset);
    }
    const std::string_view between =
        text.substr(last_.offset, offset - static_cast<std::size_t>(last_.offset));
    if (between.find_first_of("\r\n") != std::string_view::npos) {
        return last_ = tree->place(offset);
    }
    for (const char c : between) {
        last_.column += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    }
    last_.offset = offset;
    return last_;
}

Source Reading::source(std::size_t offset) const {
    const core::Place place = file->place(offset);
    return {file->index, static_cast<std::uint32_t>(place.line),
            static_cast<std::uint32_t>(place.column)};
}

std::optional<ExpandedName> Reading::expand(std::string_view qname, const xml::Element& element,
                                            Report& report) const {
    const std::string_view text = trimmed(qname);
    const std::size_t colon = text.find(':');
    const std::string_view prefix =
        colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
    std::optional<std::string> space = element.resolve(prefix);
    if (!space) {
        const core::Place place = file->tree->place(element);
        report.add(file->path, place.line, place.column, "src-resolve",
                   "the prefix '" + std::string(prefix) + "' is not bound to a namespace");
        return std::nullopt;
    }
    if (space->empty() && chameleon) {
        space = target;
    }
    return ExpandedName{*space, std::string(text.substr(prefix.empty() ? 0 : colon + 1))};
}

namespace {

class DocumentReader {
  public:
    DocumentReader(const LoadOptions& options, Report& report)
        : options_(options), report_(report), locations_(options) {}

    ReadSet run() {
        for (const fs::path& entry : options_.documents) {
            SchemaFile* file = open(fs::weakly_canonical(entry), true);
            if (file->is_schema) {
                reading_of(*file, file->target);
            }
        }
        // Readings are appended while this runs: breadth first, without recursion.
        for (std::size_t at = 0; at < set_.readings.size(); ++at) {
            follow(set_.readings[at]);
        }
        take_builtins();
        set_.digest = digest_.hex();
        return std::move(set_);
    }

  private:
    // `needed`: a file that cannot be opened is a fault of the world.
    SchemaFile* open(const fs::path& path, bool needed) {
        const auto known = by_path_.find(path.string());
        if (known != by_path_.end()) {
            return known->second;
        }
        std::string bytes;
        if (!read_bytes(path, bytes, needed)) {
            return nullptr;
        }
        SchemaFile& file = set_.files.emplace_back();
        file.index = static_cast<std::uint32_t>(set_.files.size() - 1);
        file.path = path;
        by_path_[path.string()] = &file;
        digest_.add(std::to_string(bytes.size()) + ":");
        digest_.add(bytes);
        parse(file, std::move(bytes));
        return &file;
    }

    // Of what was imported and cannot be had, unless another document gave the namespace.
    void take_builtins() {
        for (const Reading& reading : set_.readings) {
            wanted_.erase(reading.target);
        }
        for (const std::string& space : wanted_) {
            if (const SchemaFile* file = open_builtin(space)) {
                reading_of(*file, space);
            }
        }
    }

    SchemaFile* open_builtin(const std::string& space) {
        const std::string_view text = builtin_document(space);
        if (text.empty()) {
            return nullptr;
        }
        const auto known = by_path_.find(space);
        if (known != by_path_.end()) {
            return known->second;
        }
        SchemaFile& file = set_.files.emplace_back();
        file.index = static_cast<std::uint32_t>(set_.files.size() - 1);
        file.path = space;
        file.builtin = true;
        by_path_[space] = &file;
        digest_.add(std::to_string(text.size()) + ":");
        digest_.add(text);
        parse(file, std::string(text));
        return &file;
    }

    bool read_bytes(const fs::path& path, std::string& bytes, bool needed) {
        std::error_code error;
        const bool regular = fs::is_regular_file(path, error);
        std::ifstream in;
        if (regular) {
            in.open(path, std::ios::binary);
        }
        if (!in.is_open()) {
            // A file that is there and cannot be read is the world's failure, not the schema's.
            if (needed || regular) {
                throw core::system_fault("read the schema", path.filename().string(),
                                         regular ? errno : ENOENT);
            }
            return false;
        }
        const std::uint64_t size = fs::file_size(path, error);
        if (error || size > options_.document_bytes_max) {
            report_.add(path, 1, 1, "limit", "the document is larger than document_bytes_max");
            return false;
        }
        bytes.resize(size);
        in.read(bytes.data(), static_cast<std::streamsize>(size));
        bytes.resize(static_cast<std::size_t>(in.gcount()));
        return true;
    }

    void parse(SchemaFile& file, std::string bytes) {
        xml::Options how;
        how.allow_doctype = true;  // the internal subset: the schema of XML signatures has one
        how.bytes_max = options_.document_bytes_max;
        std::vector<xml::Error> errors;
        file.tree = xml::Document::parse(std::move(bytes), how, errors);
        for (const xml::Error& error : errors) {
            report_.add(file.path, error.line, error.column, "xml", error.text);
        }
        if (!file.tree) {
            return;
        }
        prune_conditional(*file.tree);
        const std::size_t before = report_.size();
        check_syntax(file.path, *file.tree, report_);
        const xml::Element& root = file.tree->root();
        file.is_schema = root.is(xsd_space, "schema");
        if (const xml::Attribute* target = root.attribute("targetNamespace")) {
            file.target = trimmed(target->value);
            if (file.target.empty() && report_.size() == before) {
                const core::Place place = file.tree->place(*target);
                report_.add(file.path, place.line, place.column, "src-schema",
                            "targetNamespace is empty; leave it out for no namespace");
            }
        }
    }

    Reading* reading_of(const SchemaFile& file, const std::string& target) {
        Reading*& known = by_target_[{file.index, target}];
        if (known == nullptr) {
            known = &set_.readings.emplace_back();
            known->file = &file;
            known->target = target;
            known->chameleon = file.target.empty() && !target.empty();
            take_defaults(*known);
        }
        return known;
    }

    static void take_defaults(Reading& reading) {
        const xml::Element& root = reading.root();
        constexpr DerivationSet both = by_extension | by_restriction;
        reading.elements_qualified =
            trimmed(root.value_or("elementFormDefault", "")) == "qualified";
        reading.attributes_qualified =
            trimmed(root.value_or("attributeFormDefault", "")) == "qualified";
        reading.block = parse_derivations(root.value_or("blockDefault", ""), both | by_substitution)
                            .value_or(0);
        reading.final =
            parse_derivations(root.value_or("finalDefault", ""), both | by_list | by_union)
                .value_or(0);
    }

    void follow(Reading& reading) {
        for (const xml::Element* child : reading.root().children) {
            if (child->is(xsd_space, "include")) {
                if (Reading* included = follow_include(reading, *child, "src-include")) {
                    reading.included.push_back(included);
                }
            } else if (child->is(xsd_space, "redefine")) {
                follow_redefine(reading, *child);
            } else if (child->is(xsd_space, "import")) {
                follow_import(reading, *child);
            }
        }
    }

    void fault(const Reading& reading, const xml::Element& at, std::string_view clause,
               std::string text) {
        const core::Place place = reading.file->tree->place(at);
        report_.add(reading.file->path, place.line, place.column, clause, std::move(text));
    }

    SchemaFile* locate(const Reading& reading, const xml::Element& element, std::string& why) {
        const auto location = element.value("schemaLocation");
        if (!location) {
            return nullptr;
        }
        const auto path = locations_.find(trimmed(*location), reading.file->path, why);
        return path ? open(*path, false) : nullptr;
    }

    Reading* follow_include(Reading& reading, const xml::Element& element,
                            std::string_view clause) {
        std::string why;
        SchemaFile* file = locate(reading, element, why);
        if (file == nullptr) {
            // Only what is redefined must be there; an include that leads nowhere is no error.
            if (!options_.require_includes && clause != "src-redefine") {
                const core::Place place = reading.file->tree->place(element);
                set_.remarks.push_back({reading.file->path, place.line, place.column,
                                        "the included document cannot be read and is passed over" +
                                            (why.empty() ? "" : ": " + why),
                                        "src-include"});
                return nullptr;
            }
            fault(reading, element, std::string(clause) + ".1",
                  "the document cannot be read" + (why.empty() ? "" : ": " + why));
            return nullptr;
        }
        if (!file->is_schema) {
            return nullptr;  // reported when it was read
        }
        if (!file->target.empty() && file->target != reading.target) {
            fault(reading, element, std::string(clause) + ".2.1",
                  "the included document has another target namespace");
            return nullptr;
        }
        return reading_of(*file, reading.target);
    }

    void follow_redefine(Reading& reading, const xml::Element& element) {
        const bool has_components =
            std::any_of(element.children.begin(), element.children.end(),
                        [](const xml::Element* child) { return child->local != "annotation"; });
        std::string why;
        if (!has_components && locate(reading, element, why) == nullptr) {
            return;  // nothing is redefined, so nothing is needed
        }
        Redefinition redefinition{&element, follow_include(reading, element, "src-redefine")};
        if (redefinition.of != nullptr) {
            reading.included.push_back(redefinition.of);
        }
        reading.redefinitions.push_back(redefinition);
    }

    void follow_import(Reading& reading, const xml::Element& element) {
        const auto attribute = element.value("namespace");
        const std::string space(trimmed(attribute.value_or("")));
        if (attribute ? space == reading.target : reading.target.empty()) {
            fault(reading, element, "src-import.1",
                  "import needs another namespace than the target namespace");
            return;
        }
        reading.imports.insert(space);
        std::string why;
        const SchemaFile* file = locate(reading, element, why);
        if (file == nullptr) {
            wanted_.insert(space);  // an error only where something from it is missing
            if (!why.empty()) {
                const core::Place place = reading.file->tree->place(element);
                set_.absent.push_back(
                    {reading.file->path, place.line, place.column,
                     "the document of namespace '" + space + "' is not imported: " + why,
                     "src-import"});
            }
            return;
        }
        if (!file->is_schema) {
            return;
        }
        if (file->target != space) {
            fault(reading, element, "src-import.3",
                  "the imported document has another target namespace");
            return;
        }
        reading_of(*file, space);
    }

    const LoadOptions& options_;
    Report& report_;
    Locations locations_;
    ReadSet set_;
    Sha256 digest_;
    std::set<std::string> wanted_;  // namespaces imported from where nothing can be read
    std::map<std::string, SchemaFile*> by_path_;
    std::map<std::pair<std::uint32_t, std::string>, Reading*> by_target_;
};

}  // namespace

ReadSet read_documents(const LoadOptions& options, Report& report) {
    return DocumentReader(options, report).run();
}

}  // namespace schema
