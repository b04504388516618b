#include "schema/referee_sources.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/fault.hpp"
#include "xml/scanner.hpp"

namespace schema {
namespace {

namespace fs = std::filesystem;

std::string decoded(std::string_view reference) {
    if (reference.substr(0, 7) == "file://") reference.remove_prefix(7);
    std::string path;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        unsigned value = 0;
        const bool escape = reference[i] == '%' && i + 2 < reference.size() &&
                            std::sscanf(reference.data() + i + 1, "%2x", &value) == 1;
        path += escape ? static_cast<char>(value) : reference[i];
        if (escape) i += 2;
    }
    return path.substr(0, path.find('#'));
}

bool is_inside(const fs::path& path, const fs::path& folder) {
    const auto [at, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    static_cast<void>(rest);
    return at == folder.end();
}

constexpr std::string_view white = " \t\r\n";
constexpr std::string_view predefined[] = {"#", "amp;", "lt;", "gt;", "quot;", "apos;"};

// The quoted value behind `NAME =` from `at` on (just behind NAME); npos where this is no
// attribute.
std::string_view value_at(std::string_view text, std::size_t at) {
    at = text.find_first_not_of(white, at);
    if (at == std::string_view::npos || text[at] != '=') return {};
    at = text.find_first_not_of(white, at + 1);
    if (at == std::string_view::npos || (text[at] != '"' && text[at] != '\'')) return {};
    const std::size_t end = text.find(text[at], at + 1);
    return text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
}

// Of the document element: the first start tag that is called schema, whatever its prefix.
std::string target_namespace(std::string_view text) {
    constexpr std::string_view name = "targetNamespace";
    const std::size_t begin = text.find("schema");
    if (begin == std::string_view::npos) return {};
    const std::size_t at = text.substr(0, text.find('<', begin)).find(name, begin);
    return at == std::string_view::npos ? "" : std::string(value_at(text, at + name.size()));
}

bool bound_above(std::string_view value, std::uint64_t most) {
    value.remove_prefix(std::min(value.find_first_not_of(" \t\r\n+0"), value.size()));
    const auto digits = value.substr(0, value.find_first_not_of("0123456789"));
    return digits.size() > 18 || (!digits.empty() && std::stoull(std::string(digits)) > most);
}

// Xerces-C++ has no bound on the expansion of entities. Where a document does without those that it
// declares (as the schema of XML signatures does), it is given without its DOCTYPE, place by place.
void without_doctype(std::string& text) {
    if (text.find("<!DOCTYPE") == std::string::npos) return;
    xml::ScanOptions options;
    options.allow_doctype = true;
    xml::Scanner scanner(options);
    scanner.window(text.data(), text.data() + text.size(), true);
    xml::Token token = scanner.next();
    while (token != xml::Token::doctype && token != xml::Token::start &&
           token != xml::Token::error && token != xml::Token::need_more)
        token = scanner.next();
    if (token != xml::Token::doctype) return;
    const auto begin = static_cast<std::size_t>(scanner.token_begin() - text.data());
    const auto end = static_cast<std::size_t>(scanner.token_end() - text.data());
    for (std::size_t at = text.find('&', end); at != std::string::npos;
         at = text.find('&', at + 1)) {
        const std::string_view name = std::string_view(text).substr(at + 1, 5);
        const bool known =
            std::any_of(std::begin(predefined), std::end(predefined),
                        [&](std::string_view one) { return name.substr(0, one.size()) == one; });
        if (!known) return;
    }
    std::replace_if(
        text.begin() + static_cast<std::ptrdiff_t>(begin),
        text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) { return c != '\n'; }, ' ');
}

std::string schema_of(const std::string& space, const std::string& body) {
    return "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'" +
           (space.empty() ? "" : " targetNamespace=\"" + space + "\"") + ">" + body +
           "</xs:schema>";
}

}  // namespace

RefereeSources::RefereeSources(const std::vector<fs::path>& documents,
                               const std::vector<fs::path>& more, std::uint64_t occurs_max)
    : more_(more), occurs_max_(occurs_max) {
    std::vector<const Document*> given;
    for (const auto& document : documents) {
        const fs::path path = fs::weakly_canonical(fs::absolute(document));
        folders_.push_back(path.parent_path());
        given.push_back(read(path));
        if (given.back() == nullptr)
            throw core::Fault(core::FaultKind::job, "read", document.string(),
                              "not a file that can be read");
    }
    for (const fs::path& path : more_) read(path);
    if (given.size() == 1)
        entry_ = given.front();
    else
        bring_together(given);
}

const RefereeSources::Document& RefereeSources::add(const std::string& path, std::string text) {
    return documents_.emplace(path, Document{path, std::move(text)}).first->second;
}

const RefereeSources::Document* RefereeSources::read(const fs::path& path) {
    const auto known = documents_.find(path.string());
    if (known != documents_.end()) return &known->second;
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return nullptr;
    std::ifstream in(path, std::ios::binary);
    if (!in) return nullptr;
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    without_doctype(text);
    const Document& document = add(path.string(), std::move(text));
    inspect(document);
    return &document;
}

const RefereeSources::Document* RefereeSources::beside(const std::string& reference,
                                                       const std::string& base) {
    const fs::path wanted = decoded(reference);
    if (wanted.empty() || reference.find("://") != std::string::npos) return nullptr;
    std::error_code error;
    const fs::path path =
        fs::weakly_canonical(fs::path(decoded(base)).parent_path() / wanted, error);
    if (error) return nullptr;
    const auto known = documents_.find(path.string());
    if (known != documents_.end()) return &known->second;
    const bool allowed = std::find(more_.begin(), more_.end(), path) != more_.end() ||
                         std::any_of(folders_.begin(), folders_.end(),
                                     [&](const auto& folder) { return is_inside(path, folder); });
    return allowed ? read(path) : nullptr;
}

// By the text, before any model is made of it: bounds are copied out by Xerces-C++, state by state.
void RefereeSources::inspect(const Document& document) {
    constexpr std::string_view name = "Occurs";  // of minOccurs and maxOccurs
    const std::string_view text = document.text;
    for (std::size_t at = text.find(name); at != std::string_view::npos;
         at = text.find(name, at + 1)) {
        if (!bound_above(value_at(text, at + name.size()), occurs_max_)) continue;
        refused_ = "an occurrence bound above " + std::to_string(occurs_max_);
        return;
    }
    if (text.find("<!ENTITY") != std::string::npos) refused_ = "a schema with entity declarations";
}

// Several documents, perhaps of one namespace: Xerces-C++ takes one entry, so make one that imports
// every namespace, and where a namespace has several documents, one that includes them.
void RefereeSources::bring_together(const std::vector<const Document*>& given) {
    std::map<std::string, std::vector<const Document*>> spaces;
    for (const Document* document : given) {
        auto& same = spaces[target_namespace(document->text)];
        if (std::find(same.begin(), same.end(), document) == same.end()) same.push_back(document);
    }
    const std::string folder = folders_.empty() ? "/" : folders_.front().string() + "/";
    std::string imports;
    for (const auto& [space, same] : spaces) {
        std::string place = same.front()->path;
        if (same.size() > 1) {
            std::string includes;
            for (const Document* document : same)
                includes += "<xs:include schemaLocation=\"" + document->path + "\"/>";
            place = add(folder + ".together-" + std::to_string(documents_.size()),
                        schema_of(space, includes))
                        .path;
        }
        imports += "<xs:import" + (space.empty() ? "" : " namespace=\"" + space + "\"") +
                   " schemaLocation=\"" + place + "\"/>";
    }
    entry_ = &add(folder + ".together", schema_of("urn:sluice:together", imports));
}

}  // namespace schema
