#include <algorithm>

#include "schema/datatype_lexical.hpp"
#include "schema/simple_type_builder.hpp"

namespace schema {

namespace {

TypeError error_of(std::string text, std::string clause) {
    TypeError error;
    error.text = std::move(text);
    error.clause = std::move(clause);
    return error;
}

bool has_list(const SimpleType& type) {
    if (type.variety() == Variety::list) return true;
    return std::any_of(type.members().begin(), type.members().end(),
                       [](const SimpleTypePtr& member) { return has_list(*member); });
}

}  // namespace

std::shared_ptr<SimpleType> SimpleTypeBuilder::derive(const SimpleTypePtr& base) {
    auto type = make();
    *type = *base;
    type->base_ = base;
    type->is_builtin_ = false;
    if (type->variety_ == Variety::any) type->variety_ = Variety::atomic;
    return type;
}

std::shared_ptr<SimpleType> SimpleTypeBuilder::list(const SimpleTypePtr& item,
                                                    const SimpleTypePtr& base) {
    auto type = make();
    type->variety_ = Variety::list;
    type->base_ = base;
    type->item_ = item;
    type->needs_prefixes_ = item->needs_prefixes();
    type->has_id_ = item->has_id();
    type->facets_.white_space = WhiteSpace::collapse;
    type->facets_.fixed |= 1U << static_cast<unsigned>(Facet::white_space);
    return type;
}

std::shared_ptr<SimpleType> SimpleTypeBuilder::union_(const std::vector<SimpleTypePtr>& members) {
    auto type = make();
    type->variety_ = Variety::union_;
    type->base_ = builtin_type(Builtin::any_simple_type);
    type->members_ = members;
    for (const SimpleTypePtr& member : members) {
        type->needs_prefixes_ = type->needs_prefixes_ || member->needs_prefixes();
        type->has_id_ = type->has_id_ || member->has_id();
    }
    return type;
}

void SimpleTypeBuilder::set_builtin(SimpleType& type, Builtin builtin, Builtin primitive) {
    type.builtin_ = builtin;
    type.primitive_ = primitive;
    type.is_builtin_ = true;
    if (builtin == Builtin::any_simple_type) type.variety_ = Variety::any;
    if (builtin == Builtin::id) type.has_id_ = true;
    if (builtin == Builtin::qname || builtin == Builtin::notation) type.needs_prefixes_ = true;
}

std::shared_ptr<const Bound> make_bound(Builtin builtin, std::string_view text, bool inclusive) {
    auto bound = std::make_shared<Bound>();
    std::string scratch;
    bound->text = normalize(WhiteSpace::collapse, text, scratch);
    bound->inclusive = inclusive;
    if (!is_lexical(builtin, bound->text, nullptr, bound->value)) return nullptr;
    return bound;
}

SimpleTypePtr list_of(const SimpleTypePtr& item, std::vector<TypeError>& errors) {
    if (item->variety() == Variety::any || has_list(*item)) {
        errors.push_back(error_of(
            "the items of a list must be atomic or a union without lists",
            item->variety() == Variety::any ? "cos-st-restricts.2.1" : "cos-list-of-atomic"));
        return nullptr;
    }
    return SimpleTypeBuilder::list(item, builtin_type(Builtin::any_simple_type));
}

SimpleTypePtr union_of(const std::vector<SimpleTypePtr>& members, std::vector<TypeError>& errors) {
    if (members.empty()) {
        errors.push_back(
            error_of("a union needs a member", "src-union-memberTypes-or-simpleTypes"));
        return nullptr;
    }
    return SimpleTypeBuilder::union_(members);
}

}  // namespace schema
