// The XSD documents of a layout and their global names.
#include <algorithm>

#include "dfdl/loader.hpp"

namespace dfdl {

namespace {

constexpr std::string_view daffodil_extensions = "http://www.ogf.org/dfdl/dfdl-1.0/extensions";

std::pair<std::string_view, std::string_view> split(std::string_view qname) {
    const std::size_t colon = qname.find(':');
    if (colon == std::string_view::npos) return {{}, qname};
    return {qname.substr(0, colon), qname.substr(colon + 1)};
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

bool carries_properties(std::string_view local) {
    return local == "element" || local == "sequence" || local == "choice" ||
           local == "simpleType" || local == "group" || local == "format" ||
           local == "escapeScheme";
}

}  // namespace

void Book::error(const Source& source, std::size_t offset, std::string text) {
    // One fault of a document is one error, however often the place is used.
    if (!told_.emplace(&source, offset).second) return;
    const core::Place place = source.document.place(offset);
    errors_.push_back({source.file, static_cast<std::size_t>(place.line),
                       static_cast<std::size_t>(place.column), std::move(text)});
}

std::string Book::where(const Source& source, const xml::Element& at) const {
    const core::Place place = source.document.place(at);
    return source.file.filename().string() + ":" + std::to_string(place.line) + ":" +
           std::to_string(place.column);
}

void Book::read(const std::vector<std::filesystem::path>& documents) {
    for (const std::filesystem::path& file : documents) {
        std::vector<xml::Error> errors;
        auto document = xml::Document::parse_file(file, {}, errors);
        if (!document) {
            const xml::Error first = errors.empty() ? xml::Error{} : errors.front();
            errors_.push_back({file, first.line, first.column,
                               first.text.empty() ? "it is not well-formed" : first.text});
            continue;
        }
        Source& source = sources_.emplace_back(Source{file, std::move(*document), {}, false, {}});
        const xml::Element& schema = source.document.root();
        source.space = schema.value_or("targetNamespace", "");
        source.qualified = schema.value_or("elementFormDefault", "") == "qualified";
        // A document without a namespace takes that of who includes it.
        if (source.space.empty() && !sources_.front().space.empty())
            source.space = sources_.front().space;
    }
    for (Source& source : sources_) read_globals(source);
    for (Source& source : sources_)
        for (const xml::Element* child : source.document.root().children)
            if (child->is(xs_space, "annotation")) read_top(source, *child);
}

void Book::read_globals(Source& source) {
    const bool borrowed = !source.document.root().attribute("targetNamespace");
    const auto add = [&](std::string_view kind, const xml::Element& element) {
        const std::string name(element.value_or("name", ""));
        if (name.empty()) return;
        auto& names = globals_[std::string(kind)];
        names.emplace(std::pair(source.space, name), Global{&source, &element});
        if (borrowed) names.emplace(std::pair(std::string(), name), Global{&source, &element});
    };
    for (const xml::Element* child : source.document.root().children) {
        if (child->space != xs_space) continue;
        if (child->local != "annotation") {
            add(child->local, *child);
            continue;
        }
        for (const xml::Element* info : child->children)
            for (const xml::Element* each : info->children)
                if (each->space == dfdl_space) add(each->local, *each);
    }
}

// dfdl:format holds for the document; what else may stand at its top is a definition.
void Book::read_top(Source& source, const xml::Element& annotation) {
    for (const xml::Element* info : annotation.children) {
        if (!info->is(xs_space, "appinfo")) continue;
        for (const xml::Element* each : info->children) {
            if (each->space != dfdl_space) continue;
            if (each->local == "format") {
                Properties said = of_annotation(source, *each);
                add_referred(said, 0);
                for (auto& [name, property] : said) source.defaults[name] = property;
            } else if (each->local == "defineFormat" || each->local == "defineEscapeScheme") {
                const char* inner = each->local == "defineFormat" ? "format" : "escapeScheme";
                const xml::Element* content = each->child(dfdl_space, inner);
                if (content == nullptr)
                    error(source, *each, "dfdl:" + each->local + " holds no dfdl:" + inner);
                else
                    of_annotation(source, *content);  // its names and values, though not used
            } else {
                error(source, *each, "dfdl:" + each->local + " is outside the subset");
            }
        }
    }
}

Global Book::find_global(std::string_view kind, std::string_view space,
                         std::string_view local) const {
    const auto names = globals_.find(kind);
    if (names == globals_.end()) return {};
    const auto found = names->second.find({std::string(space), std::string(local)});
    return found == names->second.end() ? Global{} : found->second;
}

Global Book::find(std::string_view kind, const Source& source, const xml::Element& holder,
                  std::string_view qname) const {
    const auto [prefix, local] = split(trimmed(qname));
    const auto space = holder.resolve(prefix);
    Global found = find_global(kind, space.value_or(""), local);
    // In a document that took its namespace from another, no prefix means that one.
    if (!found && prefix.empty()) found = find_global(kind, source.space, local);
    return found;
}

bool Book::is_built_in(const xml::Element& holder, std::string_view qname,
                       std::string& local) const {
    const auto [prefix, name] = split(trimmed(qname));
    if (holder.resolve(prefix).value_or("") != xs_space) return false;
    local = name;
    return true;
}

void Book::take(Properties& into, const Source& source, const xml::Element& holder,
                std::string_view name, std::string value, std::size_t offset) {
    switch (known_property(name, value)) {
        case Known::no:
            return error(source, offset, "DFDL 1.0 has no property '" + std::string(name) + "'");
        case Known::bad_value:
            return error(source, offset,
                         "the DFDL property " + std::string(name) + " cannot be '" + value +
                             "': it is one of " + std::string(allowed_values(name)));
        case Known::yes:
            break;
    }
    into[std::string(name)] = Property{std::move(value), &source, &holder, offset};
}

Properties Book::of_annotation(const Source& source, const xml::Element& annotation) {
    Properties properties;
    for (const xml::Attribute& attribute : annotation.attributes) {
        const std::string_view name = attribute.local;
        if (attribute.space == daffodil_extensions) {
            const bool harmless = name == "emptyElementParsePolicy" ||
                                  (name == "parseUnparsePolicy" && attribute.value == "both");
            if (!harmless)
                error(source, attribute.offset,
                      "the extension " + attribute.local + " is outside the subset");
        }
        if (!attribute.space.empty()) continue;
        take(properties, source, annotation, name, attribute.value, attribute.offset);
    }
    for (const xml::Element* child : annotation.children) {
        if (!child->is(dfdl_space, "property")) {
            if (child->space == dfdl_space)
                error(source, *child, "dfdl:" + child->local + " cannot stand here");
            continue;
        }
        take(properties, source, *child, child->value_or("name", ""),
             std::string(trimmed(child->text())), child->offset);
    }
    return properties;
}

void Book::add_referred(Properties& into, int depth) {
    const auto ref = into.find("ref");
    if (ref == into.end()) return;
    const Property from = ref->second;
    into.erase(ref);
    const Global format = find("defineFormat", *from.source, *from.holder, from.value);
    if (!format)
        return error(*from.source, from.offset,
                     "there is no dfdl:defineFormat '" + from.value + "'");
    if (depth > 32)
        return error(*from.source, from.offset, "formats refer to each other in a ring");
    const xml::Element* content = format.element->child(dfdl_space, "format");
    if (content == nullptr) return;
    Properties referred = of_annotation(*format.source, *content);
    // The format that dfdl:defineFormat itself builds upon.
    if (const xml::Attribute* base = format.element->attribute("baseFormat"))
        referred.emplace("ref", Property{base->value, format.source, format.element, base->offset});
    add_referred(referred, depth + 1);
    for (auto& [name, property] : referred) into.emplace(name, property);
}

void Book::annotations(const Source& source, const xml::Element& component, Said& said) {
    for (const xml::Element* annotation : component.children) {
        if (!annotation->is(xs_space, "annotation")) continue;
        for (const xml::Element* info : annotation->children) {
            if (!info->is(xs_space, "appinfo")) continue;
            for (const xml::Element* each : info->children) {
                if (each->space != dfdl_space) continue;
                if (carries_properties(each->local)) {
                    Properties more = of_annotation(source, *each);
                    for (auto& [name, property] : more) said.properties[name] = property;
                } else if (each->local == "assert" || each->local == "discriminator") {
                    if (each->value_or("testKind", "expression") != "expression") {
                        error(source, *each, "a test by pattern is outside the subset");
                        continue;
                    }
                    std::string text(each->value_or("test", ""));
                    if (text.empty()) text = each->text();
                    said.tests.push_back(
                        {each, std::string(trimmed(text)), each->local == "discriminator"});
                } else {
                    error(source, *each, "dfdl:" + each->local + " is outside the subset");
                }
            }
        }
    }
}

Said Book::said(const Source& source, const xml::Element& component) {
    Said said;
    for (const xml::Attribute& attribute : component.attributes) {
        if (attribute.space == dfdl_space)
            take(said.properties, source, component, attribute.local, attribute.value,
                 attribute.offset);
        else if (attribute.space == daffodil_extensions &&
                 !(attribute.local == "parseUnparsePolicy" && attribute.value == "both"))
            error(source, attribute.offset,
                  "the extension " + attribute.local + " is outside the subset");
    }
    annotations(source, component, said);
    add_referred(said.properties, 0);
    return said;
}

}  // namespace dfdl
