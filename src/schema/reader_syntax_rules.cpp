#include "schema/reader_syntax_rules.hpp"

#include <algorithm>
#include <array>

#include "schema/datatype_lexical.hpp"
#include "schema/reader_values.hpp"
#include "schema/simple_type.hpp"

namespace schema {

namespace {

// Name of the row; attributes "name:form", "!" for required; slots: names split by "|", behind them
// "?" (0..1), "*" (any number), "+" (1..), nothing (exactly one). A row "X/local" is X inside
// another component, "X/ref" a reference.
struct Row {
    const char* name;
    const char* attributes;
    const char* slots;
};

constexpr const char* facets_slot =
    "length|minLength|maxLength|pattern|enumeration|whiteSpace|minInclusive|minExclusive|"
    "maxInclusive|maxExclusive|totalDigits|fractionDigits*";

const auto rows = std::to_array<Row>({
    {"schema",
     "targetNamespace:uri version:any finalDefault:final blockDefault:block "
     "attributeFormDefault:form elementFormDefault:form id:ncname",
     "include|import|redefine|annotation* "
     "simpleType|complexType|group|attributeGroup|element|attribute|notation|annotation*"},
    {"include", "schemaLocation:uri! id:ncname", "annotation?"},
    {"import", "namespace:uri schemaLocation:uri id:ncname", "annotation?"},
    {"redefine", "schemaLocation:uri! id:ncname",
     "annotation|simpleType|complexType|group|attributeGroup*"},
    {"element",
     "name:ncname! type:qname substitutionGroup:qname default:any fixed:any nillable:boolean "
     "abstract:boolean final:derivation block:block id:ncname",
     "annotation? simpleType|complexType? unique|key|keyref*"},
    {"element/local",
     "name:ncname ref:qname type:qname default:any fixed:any nillable:boolean block:block "
     "form:form minOccurs:count maxOccurs:bound id:ncname",
     "annotation? simpleType|complexType? unique|key|keyref*"},
    {"element/all",
     "name:ncname ref:qname type:qname default:any fixed:any nillable:boolean block:block "
     "form:form minOccurs:bit maxOccurs:bit id:ncname",
     "annotation? simpleType|complexType? unique|key|keyref*"},
    {"attribute", "name:ncname! type:qname default:any fixed:any id:ncname",
     "annotation? simpleType?"},
    {"attribute/local",
     "name:ncname ref:qname type:qname use:use default:any fixed:any form:form id:ncname",
     "annotation? simpleType?"},
    {"complexType",
     "name:ncname! mixed:boolean abstract:boolean final:derivation block:derivation id:ncname",
     "annotation? simpleContent|complexContent|group|all|choice|sequence? "
     "attribute|attributeGroup* anyAttribute?"},
    {"complexType/local", "mixed:boolean id:ncname",
     "annotation? simpleContent|complexContent|group|all|choice|sequence? "
     "attribute|attributeGroup* anyAttribute?"},
    {"simpleContent", "id:ncname", "annotation? restriction|extension"},
    {"complexContent", "mixed:boolean id:ncname", "annotation? restriction|extension"},
    {"restriction/complexContent", "base:qname! id:ncname",
     "annotation? group|all|choice|sequence? attribute|attributeGroup* anyAttribute?"},
    {"extension/complexContent", "base:qname! id:ncname",
     "annotation? group|all|choice|sequence? attribute|attributeGroup* anyAttribute?"},
    {"restriction/simpleContent", "base:qname! id:ncname",
     "annotation? simpleType? FACETS attribute|attributeGroup* anyAttribute?"},
    {"extension/simpleContent", "base:qname! id:ncname",
     "annotation? attribute|attributeGroup* anyAttribute?"},
    {"simpleType", "name:ncname! final:simple-derivation id:ncname",
     "annotation? restriction|list|union"},
    {"simpleType/local", "id:ncname", "annotation? restriction|list|union"},
    {"restriction/simpleType", "base:qname id:ncname", "annotation? simpleType? FACETS"},
    {"list", "itemType:qname id:ncname", "annotation? simpleType?"},
    {"union", "memberTypes:qnames id:ncname", "annotation? simpleType*"},
    {"length", "value:count! fixed:boolean id:ncname", "annotation?"},
    {"minLength", "value:count! fixed:boolean id:ncname", "annotation?"},
    {"maxLength", "value:count! fixed:boolean id:ncname", "annotation?"},
    {"totalDigits", "value:positive! fixed:boolean id:ncname", "annotation?"},
    {"fractionDigits", "value:count! fixed:boolean id:ncname", "annotation?"},
    {"pattern", "value:any! id:ncname", "annotation?"},
    {"enumeration", "value:any! id:ncname", "annotation?"},
    {"whiteSpace", "value:white! fixed:boolean id:ncname", "annotation?"},
    {"minInclusive", "value:any! fixed:boolean id:ncname", "annotation?"},
    {"minExclusive", "value:any! fixed:boolean id:ncname", "annotation?"},
    {"maxInclusive", "value:any! fixed:boolean id:ncname", "annotation?"},
    {"maxExclusive", "value:any! fixed:boolean id:ncname", "annotation?"},
    {"group", "name:ncname! id:ncname", "annotation? all|choice|sequence"},
    {"group/local", "ref:qname! minOccurs:count maxOccurs:bound id:ncname", "annotation?"},
    {"all", "id:ncname", "annotation? element*"},
    {"choice", "id:ncname", "annotation? element|group|choice|sequence|any*"},
    {"sequence", "id:ncname", "annotation? element|group|choice|sequence|any*"},
    {"all/local", "minOccurs:bit maxOccurs:one id:ncname", "annotation? element*"},
    {"choice/local", "minOccurs:count maxOccurs:bound id:ncname",
     "annotation? element|group|choice|sequence|any*"},
    {"sequence/local", "minOccurs:count maxOccurs:bound id:ncname",
     "annotation? element|group|choice|sequence|any*"},
    {"any", "namespace:spaces processContents:process minOccurs:count maxOccurs:bound id:ncname",
     "annotation?"},
    {"anyAttribute", "namespace:spaces processContents:process id:ncname", "annotation?"},
    {"attributeGroup", "name:ncname! id:ncname",
     "annotation? attribute|attributeGroup* anyAttribute?"},
    {"attributeGroup/local", "ref:qname! id:ncname", "annotation?"},
    {"unique", "name:ncname! id:ncname", "annotation? selector field+"},
    {"keyref", "name:ncname! refer:qname! id:ncname", "annotation? selector field+"},
    {"selector", "xpath:any! id:ncname", "annotation?"},
    {"notation", "name:ncname! public:any system:uri id:ncname", "annotation?"},
    {"annotation", "id:ncname", "appinfo|documentation*"},
});

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        if (end > begin) {
            parts.emplace_back(text.substr(begin, end - begin));
        }
        begin = end + 1;
    }
    return parts;
}

SyntaxSlot slot_of(std::string text) {
    SyntaxSlot slot;
    slot.least = 1;
    const char mark = text.back();
    if (mark == '?' || mark == '*') slot.least = 0;
    if (mark == '*' || mark == '+') slot.most = std::string::npos;
    if (mark == '?' || mark == '*' || mark == '+') text.pop_back();
    slot.names = split(text, '|');
    return slot;
}

SyntaxRule rule_of(const Row& row) {
    SyntaxRule rule;
    for (const std::string& text : split(row.attributes, ' ')) {
        const std::size_t colon = text.find(':');
        const bool required = text.back() == '!';
        const std::size_t end = text.size() - (required ? 1 : 0);
        rule.attributes[text.substr(0, colon)] = {text.substr(colon + 1, end - colon - 1),
                                                  required};
    }
    for (const std::string& text : split(row.slots, ' ')) {
        rule.slots.push_back(slot_of(text == "FACETS" ? facets_slot : text));
    }
    return rule;
}

std::map<std::string, SyntaxRule> make_rules() {
    std::map<std::string, SyntaxRule> rules;
    for (const Row& row : rows) {
        rules[row.name] = rule_of(row);
    }
    rules["key"] = rules["unique"];
    rules["field"] = rules["selector"];
    for (const char* name : {"appinfo", "documentation"}) {
        rules[name].attributes["source"] = {"uri", false};
        rules[name].open_content = true;
    }
    return rules;
}

bool has_local_row(std::string_view name) {
    constexpr std::array<std::string_view, 9> names{"element",    "attribute", "complexType",
                                                    "simpleType", "group",     "attributeGroup",
                                                    "all",        "choice",    "sequence"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool good_spaces(std::string_view value) {
    const std::string_view text = trimmed(value);
    if (text == "##any" || text == "##other") {
        return true;
    }
    const std::vector<std::string_view> list = words(text);
    return std::all_of(list.begin(), list.end(), [](std::string_view word) {
        return word == "##targetNamespace" || word == "##local" || word.substr(0, 2) != "##";
    });
}

bool good_bound(std::string_view value) {
    return trimmed(value) == "unbounded" || parse_count(value).has_value();
}

bool good_uri(std::string_view value) {
    return builtin_type(Builtin::any_uri)->check(value, nullptr, nullptr);
}

bool good_names(std::string_view value) {
    const std::vector<std::string_view> list = words(value);
    return std::all_of(list.begin(), list.end(), is_qname);
}

bool one_of(std::string_view value, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), trimmed(value)) != names.end();
}

}  // namespace

bool SyntaxSlot::takes(const std::string& name, std::size_t taken) const {
    return taken < most && std::find(names.begin(), names.end(), name) != names.end();
}

std::string SyntaxSlot::listed() const {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

const SyntaxRule* syntax_rule(const std::string& name) {
    static const std::map<std::string, SyntaxRule> rules = make_rules();
    const auto found = rules.find(name);
    return found == rules.end() ? nullptr : &found->second;
}

std::string rule_of_child(const std::string& parent_rule, const xml::Element& child) {
    const std::string parent = parent_rule.substr(0, parent_rule.find('/'));
    if (child.local == "restriction" || child.local == "extension") {
        return child.local + "/" + parent;
    }
    if (!has_local_row(child.local) || parent == "schema" || parent == "redefine") {
        return child.local;
    }
    if (parent == "all") {
        return "element/all";
    }
    // The model of a named group has no occurrence bounds of its own.
    return parent_rule == "group" ? child.local : child.local + "/local";
}

bool good_value(std::string_view form, std::string_view value) {
    constexpr DerivationSet both = by_extension | by_restriction;
    const std::string_view text = trimmed(value);
    if (form == "any") return true;
    if (form == "ncname") return is_ncname(text);
    if (form == "qname") return is_qname(text);
    if (form == "qnames") return good_names(value);
    if (form == "boolean") return parse_boolean(value).has_value();
    if (form == "count") return parse_count(value).has_value();
    if (form == "positive") return parse_count(value).value_or(0) > 0;
    if (form == "bound") return good_bound(value);
    if (form == "bit") return parse_count(value).value_or(2) < 2;
    if (form == "one") return parse_count(value).value_or(0) == 1;
    if (form == "uri") return good_uri(value);
    if (form == "form") return one_of(value, {"qualified", "unqualified"});
    if (form == "use") return one_of(value, {"optional", "required", "prohibited"});
    if (form == "process") return one_of(value, {"strict", "lax", "skip"});
    if (form == "white") return one_of(value, {"preserve", "replace", "collapse"});
    if (form == "spaces") return good_spaces(value);
    if (form == "derivation") return parse_derivations(value, both).has_value();
    if (form == "block") return parse_derivations(value, both | by_substitution).has_value();
    if (form == "simple-derivation") {
        return parse_derivations(value, by_restriction | by_list | by_union).has_value();
    }
    if (form == "final") {
        return parse_derivations(value, both | by_list | by_union).has_value();
    }
    return false;
}

}  // namespace schema
