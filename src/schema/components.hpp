#pragma once
// The abstract components of a schema (XSD 1.0, part 1, chapter 3) as the reader and the resolver
// leave them: every reference is an index, nothing is left to look up. What they come from: XSD
// documents (reader.hpp, resolve.hpp). What becomes of them: a program (program.hpp). The absent
// namespace is the empty string everywhere. Groups are shared, so models form a directed acyclic
// graph: walk it with care for exponential sizes.
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "schema/simple_type.hpp"

namespace schema {

using Id = std::uint32_t;
constexpr Id no_id = 0xFFFFFFFFU;
constexpr std::uint64_t unbounded = 0xFFFFFFFFFFFFFFFFULL;

// Where a component is written: index in Components::documents, line and column from 1.
struct Source {
    std::uint32_t document = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct ExpandedName {
    std::string space, local;
    bool operator==(const ExpandedName&) const = default;
    bool operator<(const ExpandedName& other) const {
        return local != other.local ? local < other.local : space < other.space;
    }
};

struct ExpandedNameHash {
    std::size_t operator()(const ExpandedName& name) const {
        return std::hash<std::string>{}(name.local) * 31 + std::hash<std::string>{}(name.space);
    }
};

using NameTable = std::unordered_map<ExpandedName, Id, ExpandedNameHash>;

// Sets of derivation methods ({final}, {disallowed substitutions}, {prohibited substitutions}):
// bits.
using DerivationSet = std::uint8_t;
constexpr DerivationSet by_extension = 1;
constexpr DerivationSet by_restriction = 2;
constexpr DerivationSet by_substitution = 4;  // only in {disallowed substitutions}
constexpr DerivationSet by_list = 8;
constexpr DerivationSet by_union = 16;

enum class ValueKind : std::uint8_t { none, fallback, fixed };  // fallback: the attribute "default"
struct ValueConstraint {
    ValueKind kind = ValueKind::none;
    std::string lexical;  // as written, not normalised
    std::vector<std::pair<std::string, std::string>>
        prefixes;  // namespaces in scope (prefix, uri), only kept for QName and NOTATION values
};

enum class Process : std::uint8_t { strict, lax, skip };

// {namespace constraint}: any; any but `not_space` and the absent one; or one of `spaces`.
struct Wildcard {
    enum class Kind : std::uint8_t { any, other, list };
    Kind kind = Kind::any;
    std::string not_space;         // kind other
    std::set<std::string> spaces;  // kind list; "" is the absent namespace
    Process process = Process::strict;
    Source source;

    bool allows(std::string_view space) const {
        switch (kind) {
            case Kind::any:
                return true;
            case Kind::other:
                return !space.empty() && space != not_space;
            case Kind::list:
                return spaces.count(std::string(space)) != 0;
        }
        return false;
    }
};

enum class TermKind : std::uint8_t { element, wildcard, group };

// Occurrence bounds and what occurs. max == 0 never appears inside a model (such particles are
// dropped).
struct Particle {
    std::uint64_t min = 1, max = 1;  // max may be `unbounded`
    TermKind kind = TermKind::group;
    Id term = no_id;  // index in Components::elements, ::wildcards or ::groups
    Source source;
};

enum class Compositor : std::uint8_t { sequence, choice, all };

struct ModelGroup {
    Compositor compositor = Compositor::sequence;
    std::vector<Particle> particles;  // a choice without particles accepts nothing
    Source source;
};

// The XPath subset of selectors and fields (3.11.6), resolved.
struct PathStep {
    bool any_name = false;   // * or p:*
    bool any_space = false;  // *
    ExpandedName name;
    Id id = no_id;  // of the name, in the program
};
struct PathBranch {
    bool descendants = false;     // starts with .//
    std::vector<PathStep> steps;  // "." steps are dropped; empty: the node itself
    bool attribute = false;       // the last step is an attribute (fields only)
};
using ConstraintPath = std::vector<PathBranch>;  // alternatives (|)

struct IdentityConstraint {
    enum class Kind : std::uint8_t { unique, key, keyref };
    Id id = no_id;
    ExpandedName name;
    Kind kind = Kind::unique;
    ConstraintPath selector;
    std::vector<ConstraintPath> fields;
    Id refer = no_id;  // keyref: index in Components::constraints of the key or unique
    Source source;
};

struct ElementDeclaration {
    Id id = no_id;  // its own index; stable for the same documents in the same order
    ExpandedName name;
    bool global = false;
    Id type = no_id;  // index in Components::types
    bool nillable = false;
    bool abstract = false;
    ValueConstraint value;
    DerivationSet block = 0;      // {disallowed substitutions}
    DerivationSet exclusion = 0;  // {substitution group exclusions} (final)
    Id head = no_id;              // {substitution group affiliation}
    // Global elements that may stand for this one in an instance: transitive, block and type
    // derivation considered, without abstract ones and without itself; ascending.
    std::vector<Id> substitutes;
    std::vector<Id> constraints;  // identity constraints
    std::string zone;  // five digits from xs:annotation/xs:documentation, or empty; of the type's
                       // annotation where the element has none
    Source source;
};

struct AttributeDeclaration {
    Id id = no_id;
    ExpandedName name;
    bool global = false;
    Id type = no_id;  // index in Components::types; a simple type
    ValueConstraint value;
    std::string zone;
    Source source;
};

struct AttributeUse {
    Id declaration = no_id;
    bool required = false;
    ValueConstraint value;  // the use's own, else the declaration's: what is in force
    Source source;
};

enum class Content : std::uint8_t { empty, simple, element_only, mixed };

// Simple and complex type definitions in one table, so that one id says "type" everywhere.
struct TypeDefinition {
    Id id = no_id;
    ExpandedName name;  // local empty: anonymous
    bool complex = false;
    Id base = no_id;               // itself for xs:anyType
    std::vector<Id> members;       // simple: of a union its member types, of a list its item type
    DerivationSet derivation = 0;  // one bit: how it is derived from base (by_extension,
                                   // by_restriction; by_list, by_union for simple types)
    DerivationSet final = 0;
    DerivationSet block = 0;  // {prohibited substitutions}
    bool abstract = false;
    std::shared_ptr<const SimpleType> simple;  // simple types; complex types: simple content
    Content content = Content::simple;
    // element_only and mixed: the effective content, base content included after an extension.
    // Where the model is empty: term is a sequence without particles.
    Particle model;
    std::vector<AttributeUse> attributes;  // effective, base's included, prohibited ones gone;
                                           // in no special order
    Id attribute_wildcard = no_id;         // effective; index in Components::wildcards
    std::string zone;
    Source source;
};

struct Notation {
    Id id = no_id;
    ExpandedName name;
    std::string public_id, system_id;
    Source source;
};

struct Components {
    std::vector<std::filesystem::path> documents;
    // Deques: references stay valid while components are added.
    std::deque<ElementDeclaration> elements;
    std::deque<AttributeDeclaration> attributes;
    std::deque<TypeDefinition> types;
    std::deque<ModelGroup> groups;
    std::deque<Wildcard> wildcards;
    std::deque<IdentityConstraint> constraints;
    std::deque<Notation> notations;
    // Global components by name.
    NameTable element_names, attribute_names, type_names, notation_names;
    Id any_type = no_id, any_simple_type = no_id;  // indexes in types

    Id find(const NameTable& table, const ExpandedName& name) const {
        const auto found = table.find(name);
        return found == table.end() ? no_id : found->second;
    }
    // True when `type` is `base` or derived from it only by methods outside `forbidden`
    // (cos-ct-derived-ok, cos-st-derived-ok). Union members count as derived.
    bool derived(Id type, Id base, DerivationSet forbidden) const;
};

}  // namespace schema
