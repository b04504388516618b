// Registration of global components, redefinition, and look-up by name.
#include <algorithm>

#include "schema/resolve_impl.hpp"

namespace schema {

namespace {

std::optional<Space> space_of(const xml::Element& node) {
    if (node.local == "element") return Space::element;
    if (node.local == "attribute") return Space::attribute;
    if (node.local == "simpleType" || node.local == "complexType") return Space::type;
    if (node.local == "group") return Space::group;
    if (node.local == "attributeGroup") return Space::attribute_group;
    if (node.local == "notation") return Space::notation;
    return std::nullopt;
}

// Readings that are included or redefined from `start`, itself too.
std::set<const Reading*> closure(const Reading* start) {
    std::set<const Reading*> seen{start};
    std::vector<const Reading*> work{start};
    while (!work.empty()) {
        const Reading* reading = work.back();
        work.pop_back();
        for (const Reading* next : reading->included) {
            if (seen.insert(next).second) {
                work.push_back(next);
            }
        }
    }
    return seen;
}

// Included readings before those that include them; cycles are cut.
std::vector<const Reading*> inner_first(const std::deque<Reading>& readings) {
    std::vector<const Reading*> order;
    std::set<const Reading*> seen;
    std::vector<std::pair<const Reading*, std::size_t>> stack;
    for (const Reading& start : readings) {
        if (seen.insert(&start).second) {
            stack.emplace_back(&start, 0);
        }
        while (!stack.empty()) {
            const Reading* reading = stack.back().first;
            if (stack.back().second == reading->included.size()) {
                order.push_back(reading);
                stack.pop_back();
                continue;
            }
            const Reading* next = reading->included[stack.back().second++];
            if (seen.insert(next).second) {
                stack.emplace_back(next, 0);
            }
        }
    }
    return order;
}

}  // namespace

std::string_view to_string(Space space) {
    switch (space) {
        case Space::element:
            return "element declaration";
        case Space::attribute:
            return "attribute declaration";
        case Space::type:
            return "type definition";
        case Space::group:
            return "group";
        case Space::attribute_group:
            return "attribute group";
        case Space::notation:
            return "notation";
        case Space::constraint:
            return "identity constraint";
    }
    return "component";
}

void Resolver::register_all() {
    for (const Reading& reading : read_.readings) {
        reading_ = &reading;
        for (const Node* child : reading.root().children) {
            if (space_of(*child)) {
                register_component(reading, *child);
            }
        }
    }
    register_redefinitions();
}

void Resolver::register_component(const Reading& reading, const Node& node) {
    const Space space = *space_of(node);
    Global global;
    global.space = space;
    global.name = {reading.target, std::string(trimmed(node.value_or("name", "")))};
    global.reading = &reading;
    global.node = &node;
    auto& table = tables_[space];
    const auto known = table.find(global.name);
    if (known != table.end()) {
        const Global& first = drafts_.globals[known->second];
        if (first.reading == nullptr && reading.target == xsd_space) {
            return;  // the schema for schemas: ours are built in
        }
        if (first.reading != nullptr) {
            fault(node, "sch-props-correct.2",
                  "there already is a " + std::string(to_string(space)) + " " + shown(global.name));
            return;
        }
    }
    global.id = allocate(space, global.name, reading, node);
    table[global.name] = drafts_.globals.size();
    drafts_.globals.push_back(global);
}

Id Resolver::allocate(Space space, const ExpandedName& name, const Reading& reading,
                      const Node& node) {
    const auto add = [&](auto& components) -> auto& {
        auto& component = components.emplace_back();
        component.id = static_cast<Id>(components.size() - 1);
        component.name = name;
        component.source = reading.source(node);
        return component;
    };
    switch (space) {
        case Space::element: {
            ElementDeclaration& element = add(out_.elements);
            element.global = true;
            return out_.element_names[name] = element.id;
        }
        case Space::attribute: {
            AttributeDeclaration& attribute = add(out_.attributes);
            attribute.global = true;
            return out_.attribute_names[name] = attribute.id;
        }
        case Space::type:
            return out_.type_names[name] = add(out_.types).id;
        case Space::notation:
            return out_.notation_names[name] = add(out_.notations).id;
        case Space::group: {
            out_.groups.emplace_back().source = reading.source(node);
            GroupDraft& draft = drafts_.groups.emplace_back();
            draft.name = name;
            draft.source = reading.source(node);
            draft.reading = &reading;
            draft.node = &node;
            draft.group = static_cast<Id>(out_.groups.size() - 1);
            return static_cast<Id>(drafts_.groups.size() - 1);
        }
        case Space::attribute_group: {
            AttributeGroupDraft& draft = drafts_.attribute_groups.emplace_back();
            draft.name = name;
            draft.source = reading.source(node);
            draft.reading = &reading;
            draft.node = &node;
            return static_cast<Id>(drafts_.attribute_groups.size() - 1);
        }
        case Space::constraint:
            break;
    }
    return no_id;
}

void Resolver::register_redefinitions() {
    for (const Reading* reading : inner_first(read_.readings)) {
        for (const Redefinition& redefinition : reading->redefinitions) {
            for (const Node* child : redefinition.element->children) {
                if (space_of(*child)) {
                    reading_ = reading;
                    redefine(*reading, redefinition, *child);
                }
            }
        }
    }
}

void Resolver::redefine(const Reading& reading, const Redefinition& redefinition,
                        const Node& node) {
    const Space space = *space_of(node);
    const ExpandedName name{reading.target, std::string(trimmed(node.value_or("name", "")))};
    auto& table = tables_[space];
    const auto known = table.find(name);
    if (known == table.end()) {
        fault(node, "src-redefine",
              "the redefined document has no " + std::string(to_string(space)) + " " + shown(name));
        return;
    }
    const Global& first = drafts_.globals[known->second];
    if (first.reading == &reading && first.original != no_id) {
        fault(node, "sch-props-correct.2", shown(name) + " is redefined twice");
        return;
    }
    if (first.reading == &reading) {
        fault(node, "src-redefine", shown(name) + " is declared by the redefining document itself");
        return;
    }
    if (redefinition.of == nullptr || closure(redefinition.of).count(first.reading) == 0) {
        fault(node, "src-redefine", shown(name) + " does not come from the redefined document");
        return;
    }
    Global global{space, name, &reading, &node, no_id, first.id};
    global.id = allocate(space, name, reading, node);
    known->second = drafts_.globals.size();
    drafts_.globals.push_back(global);
}

std::optional<ExpandedName> Resolver::expand(std::string_view qname, const Node& node) {
    return reading_->expand(qname, node, report_);
}

bool Resolver::may_refer_to(const std::string& space, Space kind) const {
    if (space == reading_->target || reading_->imports.count(space) != 0) {
        return true;
    }
    return (kind == Space::type && space == xsd_space) ||
           (kind == Space::attribute && space == xsi_space);
}

Id Resolver::look_up(Space space, std::string_view qname, const Node& node) {
    const std::optional<ExpandedName> name = expand(qname, node);
    if (!name) {
        return no_id;
    }
    if (redefining_ != nullptr && redefining_->space == space && redefining_->name == *name) {
        return redefining_->original;
    }
    if (!may_refer_to(name->space, space)) {
        fault(node, "src-resolve.4",
              "the document refers to " + shown(*name) + " but does not import its namespace");
        return no_id;
    }
    const auto& table = tables_[space];
    const auto found = table.find(*name);
    if (found == table.end()) {
        fault(node, "src-resolve",
              "there is no " + std::string(to_string(space)) + " " + shown(*name));
        return no_id;
    }
    return drafts_.globals[found->second].id;
}

}  // namespace schema
