#pragma once
// The checker behind check_correctness(): private to the correctness_*.cpp files.
#include "schema/correctness.hpp"
#include "schema/model_measure.hpp"
#include "schema/restriction.hpp"
#include "schema/simple_type.hpp"

namespace schema {

class Correctness {
  public:
    Correctness(const Components& components, const Drafts& drafts, const LoadOptions& options,
                Report& report)
        : in_(components),
          drafts_(drafts),
          options_(options),
          report_(report),
          measure_(components),
          restriction_(components, options.states_max) {}
    void run();

  private:
    // correctness.cpp: declarations
    void check_element(const ElementDeclaration& element);
    void check_attribute(const AttributeDeclaration& attribute);
    void check_value(const ValueConstraint& value, const SimpleType& type, const Source& source,
                     std::string_view clause);
    void check_complex_value(const ElementDeclaration& element, const TypeDefinition& type);
    void check_notation_type(Id type, const Source& source);
    void check_use(const AttributeUse& use);
    void check_attribute_groups();
    void check_notation_values();
    bool is_id(const TypeDefinition& type) const;

    // correctness_types.cpp: complex types
    void check_complex(const TypeDefinition& type, const ComplexDraft& draft);
    void check_ids(const std::vector<AttributeUse>& uses, const Source& source,
                   std::string_view clause);
    void check_restricted_attributes(const std::vector<AttributeUse>& uses, Id wildcard,
                                     const std::vector<AttributeUse>& base_uses, Id base_wildcard,
                                     const Source& source, bool base_is_any);
    void check_restricted_use(const AttributeUse& use, const AttributeUse& base);
    void check_restricted_content(const TypeDefinition& type, const TypeDefinition& base);

    // correctness_models.cpp
    void check_all_groups();
    void check_consistent(Id model);
    bool same_value(const ValueConstraint& one, const ValueConstraint& two, Id type) const;

    // correctness_redefine.cpp
    void check_redefinitions();
    void check_redefined_type(const Global& global);
    void check_redefined_group(const Global& global);
    void check_redefined_attribute_group(const Global& global);

    void fault(const Source& source, std::string_view clause, std::string text) {
        report_.add(in_, source, clause, std::move(text));
    }

    const Components& in_;
    const Drafts& drafts_;
    const LoadOptions& options_;
    Report& report_;
    ModelMeasure measure_;
    RestrictionCheck restriction_;
    std::set<Id> consistent_;  // models seen by check_consistent
    std::uint64_t steps_ = 0;  // of check_consistent, through all types
};

}  // namespace schema
