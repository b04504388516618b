#pragma once
// The Resolver behind resolve(): private to the resolve_*.cpp files.
#include <unordered_set>

#include "schema/model_measure.hpp"
#include "schema/reader_values.hpp"
#include "schema/resolve.hpp"
#include "schema/simple_type.hpp"

namespace schema {

// Prefixes in scope of an element of an XSD document.
class ScopePrefixes final : public Prefixes {
  public:
    explicit ScopePrefixes(const xml::Element& element) : bindings_(element.in_scope()) {}
    std::optional<std::string_view> find(std::string_view prefix) const override;

  private:
    std::vector<xml::Binding> bindings_;
};

class Resolver {
  public:
    Resolver(const ReadSet& read, const LoadOptions& options, Report& report, Components& out,
             Drafts& drafts)
        : read_(read), options_(options), report_(report), out_(out), drafts_(drafts) {}
    void run();

  private:
    using Node = xml::Element;

    // resolve_builtin.cpp
    void add_builtins();
    void add_any_type();
    Id add_builtin_type(Builtin builtin);
    void add_builtin_attributes(std::string_view space,
                                const std::vector<std::pair<std::string, Id>>& names);

    // resolve_names.cpp
    void register_all();
    void register_component(const Reading& reading, const Node& node);
    void register_redefinitions();
    void redefine(const Reading& reading, const Redefinition& redefinition, const Node& node);
    Id allocate(Space space, const ExpandedName& name, const Reading& reading, const Node& node);
    std::optional<ExpandedName> expand(std::string_view qname, const Node& node);
    // The component that `qname` in `node` of the current reading means; no_id after a report.
    Id look_up(Space space, std::string_view qname, const Node& node);
    bool may_refer_to(const std::string& space, Space kind) const;

    // resolve_declarations.cpp
    void build_global(const Global& global);
    void build_element(Id id, const Node& node);
    Id build_local_element(const Node& node);
    void build_constraint(ElementDeclaration& element, const Node& node);
    void build_attribute(Id id, const Node& node);
    std::optional<AttributeUse> build_attribute_use(const Node& node,
                                                    std::set<ExpandedName>* prohibited);
    ValueConstraint value_constraint(const Node& node);
    void build_notation(Id id, const Node& node);
    void build_attribute_group(AttributeGroupDraft& draft, const Node& node);
    // attribute, attributeGroup and anyAttribute children of `node`.
    void build_attributes(const Node& node, std::vector<AttributeUse>& uses,
                          std::vector<Id>& groups, Id& wildcard, std::set<ExpandedName>* prohibited,
                          AttributeGroupDraft* within);

    // resolve_models.cpp
    void build_group(GroupDraft& draft, const Node& node);
    std::optional<Particle> build_particle(const Node& node);
    Id build_model_group(const Node& node);
    Id build_wildcard(const Node& node);
    Particle occurs(const Node& node);
    std::optional<Particle> explicit_content(const Node& parent);

    // resolve_types.cpp
    Id build_inline_type(const Node& node);
    Id new_type(const ExpandedName& name, const Node& node);
    void build_type(Id id, const Node& node);
    void build_simple_type(Id id, const Node& node);
    void build_complex_type(Id id, const Node& node);
    void build_complex_base(TypeDefinition& type, ComplexDraft& draft, const Node& content);

    // resolve_complete.cpp: bases first
    void complete_attribute_groups();
    void complete_attribute_group(AttributeGroupDraft& draft);
    void check_group_cycles();
    void complete_types();
    std::vector<Id> dependencies(Id type) const;
    void break_cycle(Id type);
    void break_off(Id type);
    void complete_simple(Id id);
    void complete_complex(Id id);
    void complete_simple_content(TypeDefinition& type, ComplexDraft& draft);
    void complete_complex_content(TypeDefinition& type, ComplexDraft& draft);
    void complete_attributes(TypeDefinition& type, ComplexDraft& draft);
    void complete_wildcard(TypeDefinition& type, ComplexDraft& draft);
    SimpleTypePtr derived_simple(const TypeDefinition& type, const Node& how);
    SimpleTypePtr restricted(const SimpleTypePtr& base, const Node& restriction);
    bool check_base(const TypeDefinition& type, const ComplexDraft& draft, const Node& at);
    Id simple_content_base(const ComplexDraft& draft, const TypeDefinition& type);
    void report_type_errors(const std::vector<TypeError>& errors, const Node& node,
                            const std::vector<const Node*>& facets);
    Particle empty_model(const Source& source);
    void complete_elements();
    void settle_type_from_head(Id element);
    void collect_substitutes();
    bool may_substitute(const ElementDeclaration& member, const ElementDeclaration& head) const;
    void settle_keyrefs();
    void settle_attribute_uses();
    bool spend(std::uint64_t uses, const Source& source);

    // helpers
    void fault(const Node& node, std::string_view clause, std::string text) {
        report_.add(out_, reading_->source(node), clause, std::move(text));
    }
    std::string zone_of(const Node& node) const;

    const ReadSet& read_;
    const LoadOptions& options_;
    Report& report_;
    Components& out_;
    Drafts& drafts_;
    // By space: name -> index in drafts_.globals.
    std::map<Space, std::unordered_map<ExpandedName, std::size_t, ExpandedNameHash>> tables_;
    const Reading* reading_ = nullptr;  // of what is being built
    const Global* redefining_ = nullptr;
    GroupDraft* group_ = nullptr;       // named group being built
    std::vector<Global> late_globals_;  // identity constraints, in order
    std::vector<std::uint32_t> group_depths_;
    std::uint64_t spent_ = 0;  // attribute uses copied so far, against hostile schemas
};

}  // namespace schema
