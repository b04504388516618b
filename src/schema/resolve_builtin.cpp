// The components that are there before any document: xs:anyType, the built-in simple types, the
// attributes of the xml and xsi namespaces.
#include <algorithm>

#include "schema/resolve_impl.hpp"

namespace schema {

namespace {

// The parent in the type hierarchy of part 2; SimpleType knows it for most, by object identity.
Id id_of(const Components& components, const SimpleTypePtr& type) {
    for (const TypeDefinition& known : components.types) {
        if (!known.complex && known.simple == type) {
            return known.id;
        }
    }
    return no_id;
}

}  // namespace

void Resolver::add_any_type() {
    TypeDefinition& type = out_.types.emplace_back();
    type.id = out_.any_type = 0;
    type.name = {std::string(xsd_space), "anyType"};
    type.complex = true;
    type.base = type.id;
    type.derivation = by_restriction;
    type.content = Content::mixed;
    Wildcard& wildcard = out_.wildcards.emplace_back();
    wildcard.process = Process::lax;
    type.attribute_wildcard = 0;
    ModelGroup& group = out_.groups.emplace_back();
    Particle any;
    any.min = 0;
    any.max = unbounded;
    any.term = 0;
    any.kind = TermKind::wildcard;
    group.particles.push_back(any);
    type.model.term = 0;
    out_.type_names[type.name] = type.id;
}

Id Resolver::add_builtin_type(Builtin builtin) {
    const SimpleTypePtr& simple = builtin_type(builtin);
    const Id base = builtin == Builtin::any_simple_type ? out_.any_type
                    : simple->base()                    ? id_of(out_, simple->base())
                                                        : out_.any_simple_type;
    TypeDefinition& type = out_.types.emplace_back();
    type.id = static_cast<Id>(out_.types.size() - 1);
    type.name = {std::string(xsd_space), std::string(to_string(builtin))};
    type.simple = simple;
    type.base = base == no_id ? out_.any_simple_type : base;
    type.derivation = simple->variety() == Variety::list ? by_list : by_restriction;
    out_.type_names[type.name] = type.id;
    return type.id;
}

void Resolver::add_builtin_attributes(std::string_view space,
                                      const std::vector<std::pair<std::string, Id>>& names) {
    for (const auto& [local, type] : names) {
        AttributeDeclaration& attribute = out_.attributes.emplace_back();
        attribute.id = static_cast<Id>(out_.attributes.size() - 1);
        attribute.name = {std::string(space), local};
        attribute.global = true;
        attribute.type = type;
        out_.attribute_names[attribute.name] = attribute.id;
        tables_[Space::attribute][attribute.name] = drafts_.globals.size();
        Global global;
        global.space = Space::attribute;
        global.name = attribute.name;
        global.id = attribute.id;
        drafts_.globals.push_back(global);
    }
}

void Resolver::add_builtins() {
    add_any_type();
    for (std::size_t i = 0; i < builtin_count; ++i) {
        const Id id = add_builtin_type(static_cast<Builtin>(i));
        if (i == 0) {
            out_.any_simple_type = id;
        }
    }
    for (const TypeDefinition& type : out_.types) {
        Global global;
        global.space = Space::type;
        global.name = type.name;
        global.id = type.id;
        tables_[Space::type][type.name] = drafts_.globals.size();
        drafts_.globals.push_back(global);
    }
    const auto type = [this](std::string_view local) {
        return out_.find(out_.type_names, {std::string(xsd_space), std::string(local)});
    };
    // Part 1, 3.2.7 knows only those of xsi; the others belong to who imports their namespace.
    const bool has_xml =
        std::any_of(read_.readings.begin(), read_.readings.end(), [](const Reading& reading) {
            return reading.target == xml_space ||
                   reading.imports.count(std::string(xml_space)) != 0;
        });
    if (has_xml) {
        add_builtin_attributes(xml_space, {{"lang", type("language")},
                                           {"space", type("NCName")},
                                           {"base", type("anyURI")},
                                           {"id", type("ID")}});
    }
    add_builtin_attributes(xsi_space, {{"type", type("QName")},
                                       {"nil", type("boolean")},
                                       {"schemaLocation", type("anySimpleType")},
                                       {"noNamespaceSchemaLocation", type("anyURI")}});
}

std::optional<std::string_view> ScopePrefixes::find(std::string_view prefix) const {
    for (const xml::Binding& binding : bindings_) {
        if (binding.prefix == prefix) {
            return std::string_view(binding.space);
        }
    }
    if (prefix == "xml") {
        return xml_space;
    }
    return prefix.empty() ? std::optional<std::string_view>("") : std::nullopt;
}

}  // namespace schema
