#pragma once
// From readings to components: registers every global component, builds all of them with references
// as indexes, then completes what depends on a base (types, attribute groups, substitution groups)
// bases first. No recursion along references, so chains of any length are fine.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "schema/components.hpp"
#include "schema/reader.hpp"
#include "schema/report.hpp"

namespace schema {

enum class Space : std::uint8_t {
    element,
    attribute,
    type,
    group,
    attribute_group,
    notation,
    constraint
};
std::string_view to_string(Space space);

// A named component at the top of a document (or in xs:redefine).
struct Global {
    Space space = Space::element;
    ExpandedName name;
    const Reading* reading = nullptr;  // null: built in
    const xml::Element* node = nullptr;
    Id id = no_id;        // index of the component; groups: in Drafts::groups; attribute groups too
    Id original = no_id;  // what it redefines, same kind of index
};

// What the documents say of a simple type before its base is known.
struct SimpleDraft {
    const Reading* reading = nullptr;
    const xml::Element* node = nullptr;  // restriction, list or union
};

// The same of a complex type.
struct ComplexDraft {
    const Reading* reading = nullptr;
    const xml::Element* node = nullptr;        // xs:complexType
    const xml::Element* derivation = nullptr;  // xs:restriction, xs:extension; null: shorthand
    bool simple_content = false;
    bool mixed = false;
    Id content_type = no_id;            // simpleContent/restriction/simpleType
    std::optional<Particle> own_model;  // explicit content
    std::vector<AttributeUse> uses;
    std::vector<Id> groups;  // attribute groups referred to
    std::set<ExpandedName> prohibited;
    Id wildcard = no_id;       // own anyAttribute
    Id full_wildcard = no_id;  // with the groups': "complete wildcard", before the base's comes in
};

struct AttributeGroupDraft {
    ExpandedName name;
    Source source;
    const Reading* reading = nullptr;
    const xml::Element* node = nullptr;
    std::vector<AttributeUse> uses;  // after completion those of `groups` as well
    std::vector<Id> groups;
    Id wildcard = no_id;  // after completion the intersection
    Id original = no_id;
    std::size_t self_references = 0;  // of a redefined group to what it redefines
};

struct GroupDraft {
    ExpandedName name;
    Source source;
    const Reading* reading = nullptr;
    const xml::Element* node = nullptr;
    Id group = no_id;  // in Components::groups
    Id original = no_id;
    std::uint32_t self_references = 0;  // to what it redefines
    bool self_reference_is_once = true;
};

struct Drafts {
    std::vector<Global> globals;
    std::map<Id, SimpleDraft> simple;    // by type id
    std::map<Id, ComplexDraft> complex;  // by type id
    std::deque<AttributeGroupDraft> attribute_groups;
    std::deque<GroupDraft> groups;
    std::map<Id, const xml::Element*> element_nodes, attribute_nodes;
    std::map<Id, Id> keyrefs;  // constraint -> refer
    std::vector<std::string> fallback_reasons;
};

void resolve(const ReadSet& read, const LoadOptions& options, Report& report,
             Components& components, Drafts& drafts);

}  // namespace schema
