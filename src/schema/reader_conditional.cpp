#include "schema/reader_conditional.hpp"

#include <algorithm>
#include <optional>

#include "schema/reader_values.hpp"
#include "schema/simple_type.hpp"

namespace schema {

namespace {

constexpr std::string_view vc_space = "http://www.w3.org/2007/XMLSchema-versioning";

// A decimal against our version, 1.0: below 0, the same 0, above 1. Nothing: not a decimal.
std::optional<int> against_ours(std::string_view text) {
    const SimpleTypePtr& decimal = builtin_type(Builtin::decimal);
    if (!decimal->check(text, nullptr, nullptr)) return std::nullopt;
    const Order order = decimal->compare(text, "1.0");
    return order == Order::less ? -1 : order == Order::greater ? 1 : 0;
}

bool is_builtin_type(std::string_view name) {
    if (name == "anyType") return true;
    for (std::size_t i = 0; i < builtin_count; ++i)
        if (to_string(static_cast<Builtin>(i)) == name) return true;
    return false;
}

// Whether the QName, as written in `element`, names a type or facet of XSD 1.0.
template <typename Known>
bool known(const xml::Element& element, std::string_view qname, Known is_known) {
    const std::size_t colon = qname.find(':');
    const auto space = element.resolve(colon == qname.npos ? "" : qname.substr(0, colon));
    return space == std::string(xsd_space) &&
           is_known(colon == qname.npos ? qname : qname.substr(colon + 1));
}

template <typename Known>
bool all_known(const xml::Element& element, std::string_view names, Known is_known) {
    const auto list = words(names);
    return std::all_of(list.begin(), list.end(),
                       [&](std::string_view name) { return known(element, name, is_known); });
}

bool excluded(const xml::Element& element) {
    const auto is_facet = [](std::string_view name) { return parse_facet(name).has_value(); };
    for (const xml::Attribute& attribute : element.attributes) {
        if (attribute.space != vc_space) continue;
        const std::string_view value = attribute.value;
        if (attribute.local == "minVersion" && against_ours(value).value_or(0) > 0) return true;
        if (attribute.local == "maxVersion" && against_ours(value).value_or(1) <= 0) return true;
        if (attribute.local == "typeAvailable" && !all_known(element, value, is_builtin_type))
            return true;
        if (attribute.local == "typeUnavailable" && all_known(element, value, is_builtin_type))
            return true;
        if (attribute.local == "facetAvailable" && !all_known(element, value, is_facet))
            return true;
        if (attribute.local == "facetUnavailable" && all_known(element, value, is_facet))
            return true;
    }
    return false;
}

}  // namespace

void prune_conditional(xml::Document& document) {
    document.prune(excluded);
}

}  // namespace schema
