#pragma once
// The schema for schemas as a table: for each element in its context the attributes with their
// forms and the children slot by slot.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "xml/document.hpp"

namespace schema {

struct SyntaxAttribute {
    std::string form;  // "ncname", "qname", "boolean"...: see good_value()
    bool required = false;
};

// Some of `names`, `least` to `most` times.
struct SyntaxSlot {
    std::vector<std::string> names;
    std::size_t least = 0, most = 1;

    bool takes(const std::string& name, std::size_t taken) const;
    std::string listed() const;
};

struct SyntaxRule {
    std::map<std::string, SyntaxAttribute, std::less<>> attributes;
    std::vector<SyntaxSlot> slots;
    bool open_content = false;  // appinfo, documentation
};

// Null where the table has no such row.
const SyntaxRule* syntax_rule(const std::string& name);
// The row for a child of an element that was checked by `parent_rule`.
std::string rule_of_child(const std::string& parent_rule, const xml::Element& child);
// `value` as it stands in the attribute, white space not yet collapsed.
bool good_value(std::string_view form, std::string_view value);

}  // namespace schema
