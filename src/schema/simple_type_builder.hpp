#pragma once
// Makes simple types; inside the schema room only. The public functions are in simple_type.hpp.
#include <memory>

#include "schema/simple_type.hpp"

namespace schema {

struct SimpleTypeBuilder {
    static std::shared_ptr<SimpleType> make() {
        return std::shared_ptr<SimpleType>(new SimpleType);
    }
    // Same values as the base; its own facets may then be narrowed.
    static std::shared_ptr<SimpleType> derive(const SimpleTypePtr& base);
    static std::shared_ptr<SimpleType> list(const SimpleTypePtr& item, const SimpleTypePtr& base);
    static std::shared_ptr<SimpleType> union_(const std::vector<SimpleTypePtr>& members);
    static void set_builtin(SimpleType& type, Builtin builtin, Builtin primitive);
    static Facets& facets(SimpleType& type) { return type.facets_; }
};

// A bound from valid text; `builtin` says how to read it. Null if the text is not lexical.
std::shared_ptr<const Bound> make_bound(Builtin builtin, std::string_view text, bool inclusive);

}  // namespace schema
