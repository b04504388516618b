#pragma once
// Values of default and fixed attributes: their prefixes, and whether two of them are the same.
#include "schema/components.hpp"
#include "schema/simple_type.hpp"

namespace schema {

// Prefixes as they were in scope of the value.
class ValuePrefixes final : public Prefixes {
  public:
    explicit ValuePrefixes(const ValueConstraint& value) : value_(value) {}
    std::optional<std::string_view> find(std::string_view prefix) const override;

  private:
    const ValueConstraint& value_;
};

// In the value space of `type` (null: as text).
bool same_value(const ValueConstraint& one, const ValueConstraint& two, const SimpleType* type);

}  // namespace schema
