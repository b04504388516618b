#include "schema/reader_syntax.hpp"

#include <map>
#include <set>

#include "schema/reader_syntax_rules.hpp"
#include "schema/reader_values.hpp"

namespace schema {

namespace {

class Checker {
  public:
    Checker(const std::filesystem::path& file, const xml::Document& document, Report& report)
        : file_(file), document_(document), report_(report) {}

    void run() {
        const xml::Element& root = document_.root();
        if (!root.is(xsd_space, "schema")) {
            fault(root.offset, "src-import.2", "the root element is not xs:schema");
            return;
        }
        check(root, "schema");
    }

  private:
    void fault(std::size_t offset, std::string_view clause, std::string text) {
        const core::Place place = document_.place(offset);
        report_.add(file_, place.line, place.column, clause, std::move(text));
    }

    // `rule` names the row of the table: the element's name and its context.
    void check(const xml::Element& element, const std::string& rule_name) {
        const SyntaxRule* rule = syntax_rule(rule_name);
        if (rule == nullptr || report_.full()) {
            return;
        }
        check_attributes(element, *rule);
        check_id(element);
        if (rule->open_content) {
            return;
        }
        check_text(element);
        check_children(element, *rule);
        for (const xml::Element* child : element.children) {
            if (child->space == xsd_space) {
                check(*child, rule_of_child(rule_name, *child));
            }
        }
    }

    void check_attributes(const xml::Element& element, const SyntaxRule& rule) {
        for (const xml::Attribute& attribute : element.attributes) {
            if (attribute.space.empty()) {
                check_attribute(element, attribute, rule);
            } else if (attribute.space == xsd_space) {
                fault(attribute.offset, "s4s-att-not-allowed",
                      "attribute '" + attribute.local + "' of the XSD namespace is not allowed");
            } else if (attribute.is(xml_space, "lang") && !attribute.value.empty() &&
                       !is_language(trimmed(attribute.value))) {
                fault(attribute.offset, "s4s-att-invalid-value", "xml:lang is not a language code");
            }
        }
        for (const auto& [name, needed] : rule.attributes) {
            if (needed.required && element.attribute(name) == nullptr) {
                fault(element.offset, "s4s-att-must-appear",
                      "xs:" + element.local + " needs the attribute '" + name + "'");
            }
        }
    }

    void check_attribute(const xml::Element& element, const xml::Attribute& attribute,
                         const SyntaxRule& rule) {
        const auto found = rule.attributes.find(attribute.local);
        if (found == rule.attributes.end()) {
            fault(attribute.offset, "s4s-att-not-allowed",
                  "attribute '" + attribute.local + "' is not allowed in this xs:" + element.local);
        } else if (!good_value(found->second.form, attribute.value)) {
            fault(attribute.offset, "s4s-att-invalid-value",
                  "the value of attribute '" + attribute.local + "' is not valid");
        }
    }

    void check_id(const xml::Element& element) {
        const xml::Attribute* id = element.attribute("id");
        if (id != nullptr && !ids_.insert(std::string(trimmed(id->value))).second) {
            fault(id->offset, "cvc-id.2", "the id is already used in this document");
        }
    }

    void check_text(const xml::Element& element) {
        for (const xml::Content& content : element.content) {
            if (content.element == nullptr && !trimmed(content.text).empty()) {
                fault(content.offset, "s4s-elt-character",
                      "xs:" + element.local + " may not have text");
            }
        }
    }

    // The slots are met in order; each takes as many children as it may.
    void check_children(const xml::Element& element, const SyntaxRule& rule) {
        std::size_t slot = 0, taken = 0;
        for (const xml::Element* child : element.children) {
            const std::string name = child->space == xsd_space ? child->local : "?" + child->local;
            while (slot < rule.slots.size() && !rule.slots[slot].takes(name, taken)) {
                if (!leave(element, rule.slots[slot], taken)) {
                    return;
                }
                ++slot;
                taken = 0;
            }
            if (slot == rule.slots.size()) {
                fault(child->offset, "s4s-elt-invalid-content",
                      "<" + child->local + "> is not allowed at this place of xs:" + element.local);
                return;
            }
            ++taken;
        }
        for (; slot < rule.slots.size(); ++slot, taken = 0) {
            if (!leave(element, rule.slots[slot], taken)) {
                return;
            }
        }
        check_exclusive(element);
    }

    bool leave(const xml::Element& element, const SyntaxSlot& slot, std::size_t taken) {
        if (taken < slot.least) {
            fault(element.offset, "s4s-elt-must-match",
                  "xs:" + element.local + " lacks one of: " + slot.listed());
            return false;
        }
        return true;
    }

    // complexType: simpleContent and complexContent stand alone.
    void check_exclusive(const xml::Element& element) {
        if (element.local != "complexType") {
            return;
        }
        bool alone = false;
        for (const xml::Element* child : element.children) {
            if (alone) {
                fault(child->offset, "s4s-elt-invalid-content",
                      "nothing may follow simpleContent or complexContent");
                return;
            }
            alone = child->local == "simpleContent" || child->local == "complexContent";
        }
    }

    const std::filesystem::path& file_;
    const xml::Document& document_;
    Report& report_;
    std::set<std::string> ids_;
};

}  // namespace

void check_syntax(const std::filesystem::path& file, const xml::Document& document,
                  Report& report) {
    Checker(file, document, report).run();
}

}  // namespace schema
