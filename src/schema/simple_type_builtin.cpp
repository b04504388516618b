#include <array>

#include "core/ensure.hpp"
#include "schema/datatype_lexical.hpp"
#include "schema/simple_type_builder.hpp"

namespace schema {

namespace {

using B = Builtin;

struct Definition {
    B builtin;
    std::string_view name;
    B base;
    std::string_view least{}, greatest{};  // inclusive bounds
    B item = B::any_simple_type;           // of a list
};

// Bases stand before what is derived from them, in the order of the enumeration.
constexpr std::array<Definition, builtin_count> definitions = {{
    {B::any_simple_type, "anySimpleType", B::any_simple_type},
    {B::string, "string", B::any_simple_type},
    {B::boolean, "boolean", B::any_simple_type},
    {B::decimal, "decimal", B::any_simple_type},
    {B::float_, "float", B::any_simple_type},
    {B::double_, "double", B::any_simple_type},
    {B::duration, "duration", B::any_simple_type},
    {B::date_time, "dateTime", B::any_simple_type},
    {B::time, "time", B::any_simple_type},
    {B::date, "date", B::any_simple_type},
    {B::g_year_month, "gYearMonth", B::any_simple_type},
    {B::g_year, "gYear", B::any_simple_type},
    {B::g_month_day, "gMonthDay", B::any_simple_type},
    {B::g_day, "gDay", B::any_simple_type},
    {B::g_month, "gMonth", B::any_simple_type},
    {B::hex_binary, "hexBinary", B::any_simple_type},
    {B::base64_binary, "base64Binary", B::any_simple_type},
    {B::any_uri, "anyURI", B::any_simple_type},
    {B::qname, "QName", B::any_simple_type},
    {B::notation, "NOTATION", B::any_simple_type},
    {B::normalized_string, "normalizedString", B::string},
    {B::token, "token", B::normalized_string},
    {B::language, "language", B::token},
    {B::name, "Name", B::token},
    {B::ncname, "NCName", B::name},
    {B::id, "ID", B::ncname},
    {B::idref, "IDREF", B::ncname},
    {B::entity, "ENTITY", B::ncname},
    {B::nmtoken, "NMTOKEN", B::token},
    {B::idrefs, "IDREFS", B::any_simple_type, "", "", B::idref},
    {B::entities, "ENTITIES", B::any_simple_type, "", "", B::entity},
    {B::nmtokens, "NMTOKENS", B::any_simple_type, "", "", B::nmtoken},
    {B::integer, "integer", B::decimal},
    {B::non_positive_integer, "nonPositiveInteger", B::integer, "", "0"},
    {B::negative_integer, "negativeInteger", B::non_positive_integer, "", "-1"},
    {B::long_, "long", B::integer, "-9223372036854775808", "9223372036854775807"},
    {B::int_, "int", B::long_, "-2147483648", "2147483647"},
    {B::short_, "short", B::int_, "-32768", "32767"},
    {B::byte, "byte", B::short_, "-128", "127"},
    {B::non_negative_integer, "nonNegativeInteger", B::integer, "0", ""},
    {B::unsigned_long, "unsignedLong", B::non_negative_integer, "", "18446744073709551615"},
    {B::unsigned_int, "unsignedInt", B::unsigned_long, "", "4294967295"},
    {B::unsigned_short, "unsignedShort", B::unsigned_int, "", "65535"},
    {B::unsigned_byte, "unsignedByte", B::unsigned_short, "", "255"},
    {B::positive_integer, "positiveInteger", B::non_negative_integer, "1", ""},
}};

using Types = std::array<SimpleTypePtr, builtin_count>;

std::shared_ptr<SimpleType> make(const Definition& definition, const Types& known) {
    const auto of = [&known](B builtin) { return known[static_cast<std::size_t>(builtin)]; };
    const B builtin = definition.builtin;
    if (builtin == B::any_simple_type) {
        auto type = SimpleTypeBuilder::make();
        SimpleTypeBuilder::set_builtin(*type, builtin, builtin);
        return type;
    }
    if (definition.item != B::any_simple_type) {
        auto type = SimpleTypeBuilder::list(of(definition.item), of(B::any_simple_type));
        SimpleTypeBuilder::set_builtin(*type, builtin, B::any_simple_type);
        SimpleTypeBuilder::facets(*type).min_length = 1;
        return type;
    }
    auto type = SimpleTypeBuilder::derive(of(definition.base));
    const bool is_primitive = definition.base == B::any_simple_type;
    SimpleTypeBuilder::set_builtin(*type, builtin,
                                   is_primitive ? builtin : of(definition.base)->primitive());
    Facets& facets = SimpleTypeBuilder::facets(*type);
    if (is_primitive && builtin != B::string) {
        facets.white_space = WhiteSpace::collapse;
        facets.fixed |= 1U << static_cast<unsigned>(Facet::white_space);
    }
    if (builtin == B::normalized_string) facets.white_space = WhiteSpace::replace;
    if (builtin == B::token) facets.white_space = WhiteSpace::collapse;
    if (builtin == B::integer) {
        facets.fraction_digits = 0;
        facets.fixed |= 1U << static_cast<unsigned>(Facet::fraction_digits);
    }
    if (!definition.least.empty()) facets.min = make_bound(B::decimal, definition.least, true);
    if (!definition.greatest.empty())
        facets.max = make_bound(B::decimal, definition.greatest, true);
    return type;
}

const Types& all_types() {
    static const Types types = [] {
        Types made;
        for (const Definition& definition : definitions) {
            const auto index = static_cast<std::size_t>(definition.builtin);
            ENSURE(&definition == &definitions[index]);
            made[index] = make(definition, made);
        }
        return made;
    }();
    return types;
}

}  // namespace

std::string_view to_string(Builtin builtin) {
    return definitions[static_cast<std::size_t>(builtin)].name;
}

const SimpleTypePtr& builtin_type(Builtin builtin) {
    return all_types()[static_cast<std::size_t>(builtin)];
}

SimpleTypePtr builtin_type(std::string_view local_name) {
    for (const Definition& definition : definitions)
        if (definition.name == local_name) return builtin_type(definition.builtin);
    return nullptr;
}

}  // namespace schema
