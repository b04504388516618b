#include "schema/value_compare.hpp"

namespace schema {

std::optional<std::string_view> ValuePrefixes::find(std::string_view prefix) const {
    for (const auto& [known, space] : value_.prefixes) {
        if (known == prefix) {
            return std::string_view(space);
        }
    }
    return prefix.empty() ? std::optional<std::string_view>("") : std::nullopt;
}

bool same_value(const ValueConstraint& one, const ValueConstraint& two, const SimpleType* type) {
    if (type == nullptr) {
        return one.lexical == two.lexical;
    }
    const ValuePrefixes first(one), second(two);
    const auto key_one = type->value_key(one.lexical, &first);
    const auto key_two = type->value_key(two.lexical, &second);
    return key_one && key_two ? *key_one == *key_two : one.lexical == two.lexical;
}

}  // namespace schema
