#include "schema/fast_code.hpp"

#include <algorithm>
#include <map>

#include "schema/program.hpp"
#include "schema/schema_impl.hpp"

namespace schema {
namespace {

constexpr std::size_t attributes_most = 64;   // bits of a word
constexpr std::size_t name_bytes_most = 200;  // longer names are not worth a table

class CodeBuilder {
  public:
    explicit CodeBuilder(const Schema& schema)
        : components_(schema.components), program_(*schema.program) {}

    FastCode build() {
        code_.elements.resize(components_.elements.size());
        for (const auto& declaration : components_.elements) add_element(declaration);
        add_states();
        return std::move(code_);
    }

  private:
    void add_element(const ElementDeclaration& declaration) {
        FastElement& element = code_.elements[declaration.id];
        element.name = declaration.name;
        if (declaration.abstract || !declaration.constraints.empty() || declaration.type == no_id ||
            declaration.name.local.size() > name_bytes_most)
            return;
        const TypeDefinition& type = components_.types[declaration.type];
        if (type.complex && !add_complex(type, element)) return;
        if (!type.complex && !add_leaf(type.simple, element)) return;
        if (!constrain(declaration.value, element)) return;
        element.alive = true;
        ++code_.alive;
        code_.name_bytes_max = std::max(code_.name_bytes_max, declaration.name.local.size());
    }

    bool add_complex(const TypeDefinition& type, FastElement& element) {
        if (type.abstract || !add_attributes(type, element)) return false;
        switch (type.content) {
            case Content::simple:
                return add_leaf(type.simple, element);
            case Content::empty:
                element.leaf = true;
                element.empty_good = true;
                element.check = empty_check();
                return true;
            case Content::element_only:
                return add_model(program_.model(type.id), element);
            case Content::mixed:
                return false;
        }
        return false;
    }

    bool add_model(const ContentModel& model, FastElement& element) {
        if (model.kind != ModelKind::automaton) return false;
        element.initial = model.initial;
        const ContentState& first = program_.state(model.initial);
        element.empty_good = first.accepting && first.min == 0;
        return true;
    }

    bool add_leaf(const SimpleTypePtr& type, FastElement& element) {
        if (!type || needs_document(*type)) return false;
        const auto [at, fresh] =
            checks_.emplace(type.get(), static_cast<std::uint32_t>(code_.checks.size()));
        if (fresh) code_.checks.push_back(make_check(type));
        element.leaf = true;
        element.check = at->second;
        element.empty_good = code_.checks[at->second].empty_good;
        return true;
    }

    std::uint32_t empty_check() {
        const auto [at, fresh] =
            checks_.emplace(nullptr, static_cast<std::uint32_t>(code_.checks.size()));
        if (fresh) {
            code_.checks.emplace_back();
            code_.checks.back().kind = CheckKind::empty;
        }
        return at->second;
    }

    // A fixed value is one of a kind: only itself is accepted fast.
    bool constrain(const ValueConstraint& value, FastElement& element) {
        if (value.kind == ValueKind::none) return true;
        if (!element.leaf) return false;
        element.empty_bad = true;
        element.empty_good = false;
        if (value.kind == ValueKind::fallback) return true;
        Check check = code_.checks[element.check];
        const bool plain = value.lexical.find_first_of("<&]\r\n\t") == std::string::npos;
        if (!plain || !check.type || !check.type->check(value.lexical, nullptr, nullptr))
            return false;
        check.kind = CheckKind::enumeration;
        check.enumeration = enum_table({value.lexical});
        check.type = nullptr;  // whatever else means the same is for the general path
        element.check = static_cast<std::uint32_t>(code_.checks.size());
        code_.checks.push_back(std::move(check));
        return code_.checks.back().enumeration != nullptr;
    }

    bool add_attributes(const TypeDefinition& type, FastElement& element) {
        if (type.attributes.size() > attributes_most) return false;
        element.attributes = static_cast<std::uint32_t>(code_.attributes.size());
        for (const auto& use : type.attributes) {
            const AttributeDeclaration& declaration = components_.attributes[use.declaration];
            const auto& simple = components_.types[declaration.type].simple;
            const bool decided_here = simple && !needs_document(*simple);
            if (use.required) element.required |= std::uint64_t{1} << element.attribute_count;
            // Nor may a value come from the schema that the document has to answer for.
            const bool may_be_absent = !use.required && use.value.kind == ValueKind::none;
            if (!decided_here && !may_be_absent) return false;
            FastAttribute attribute;
            attribute.name = declaration.name;
            if (decided_here) attribute.check = make_check(simple);
            attribute.is_fixed = use.value.kind == ValueKind::fixed;
            if (attribute.is_fixed) attribute.fixed = use.value.lexical;
            code_.attributes.push_back(std::move(attribute));
            ++element.attribute_count;
        }
        return true;
    }

    void add_states() {
        code_.states.resize(program_.state_count());
        for (std::uint32_t id = 0; id < program_.state_count(); ++id) {
            const ContentState& from = program_.state(id);
            FastState& state = code_.states[id];
            state.accepting = from.accepting;
            state.min = from.min;
            state.max = from.max;
            state.edges = static_cast<std::uint32_t>(code_.edges.size());
            const Edge* edges = program_.edges(from);
            for (std::uint32_t i = 0; i < from.edge_count; ++i) {
                if (edges[i].loop != 0) state.counted = true;
                const bool twice =
                    std::count_if(edges, edges + from.edge_count,
                                  [&](const Edge& e) { return e.name == edges[i].name; }) > 1;
                if (twice || !code_.elements[edges[i].declaration].alive) continue;
                code_.edges.push_back({edges[i].declaration, edges[i].next, edges[i].loop != 0});
                ++state.edge_count;
            }
            state.counted = state.counted || from.min != 0;
        }
    }

    const Components& components_;
    const Program& program_;
    std::map<const SimpleType*, std::uint32_t> checks_;
    FastCode code_;
};

}  // namespace

FastCode make_fast_code(const Schema& schema) {
    return CodeBuilder(schema).build();
}

}  // namespace schema
