// unique, key and keyref: rows are found by walking up the open elements, so that nothing has to
// be kept but the rows that are open and the keys that were found.
#include <algorithm>

#include "schema/schema_impl.hpp"
#include "schema/value_compare.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

using Impl = Walker::Impl;
using core::Reason;

namespace {

using Kind = IdentityConstraint::Kind;

std::string joined(const std::vector<std::optional<std::string>>& keys) {
    std::string out;
    for (const auto& key : keys) out += std::to_string(key->size()) + ":" + *key;
    return out;
}

}  // namespace

// Whether the element steps of a branch lead from the open element at `from` (1-based depth) to
// the one at `to`.
bool Impl::leads(const PathBranch& branch, std::size_t from, std::size_t to) const {
    const std::size_t count = branch.steps.size() - (branch.attribute ? 1 : 0);
    const std::size_t apart = to - from;
    if (branch.descendants ? count > apart : count != apart) return false;
    for (std::size_t i = count; i-- > 0;) {  // the innermost is most often another
        const PathStep& step = branch.steps[i];
        const Id name = frames[to - count + i].name;
        const bool matches = step.any_name
                                 ? step.any_space || name_of(name).space == step.name.space
                                 : name == step.id;
        if (!matches) return false;
    }
    return true;
}

void Impl::open_scopes(const ElementDeclaration& declaration) {
    for (const Id id : declaration.constraints) {
        IdentityScope scope;
        scope.constraint = &components->constraints[id];
        scope.depth = depth;
        identity.scopes.push_back(std::move(scope));
    }
}

void Impl::select_rows(const Frame& frame) {
    for (IdentityScope& scope : identity.scopes) {
        const auto& selector = scope.constraint->selector;
        const bool found =
            std::any_of(selector.begin(), selector.end(),
                        [&](const PathBranch& each) { return leads(each, scope.depth, depth); });
        if (!found) continue;
        IdentityRow row;
        row.depth = depth;
        row.keys.resize(scope.constraint->fields.size());
        if (options.findings) row.place = place_of(frame.begin);
        scope.rows.push_back(std::move(row));
    }
}

core::Finding* Impl::wrong_row(IdentityRow& row, Reason reason, const char* ccc) {
    if (row.bad) return nullptr;
    row.bad = true;
    core::Finding* finding = wrong_element(reason, ccc, row.place.offset);
    if (finding != nullptr && options.findings) finding->place = row.place;
    return finding;
}

void Impl::set_key(IdentityRow& row, std::size_t field, std::string_view value,
                   const SimpleType& type, const Prefixes& prefixes) {
    const auto key = type.value_key(value, &prefixes);
    if (!key.has_value()) {
        row.bad = true;  // the value itself was reported
    } else if (row.keys[field].has_value()) {
        wrong_row(row, Reason::key_missing, "003");  // a field has to be one node
    } else if (keep_bytes(0)) {
        row.keys[field] = *key;
    }
}

void Impl::note_field(std::string_view space, std::string_view local, std::string_view value,
                      const SimpleType& type, const Prefixes& prefixes) {
    for (IdentityScope& scope : identity.scopes) {
        for (IdentityRow& row : scope.rows) {
            for (std::size_t i = 0; i < scope.constraint->fields.size(); ++i) {
                const auto& field = scope.constraint->fields[i];
                const bool found =
                    std::any_of(field.begin(), field.end(), [&](const PathBranch& branch) {
                        if (!branch.attribute || branch.steps.empty()) return false;
                        const PathStep& last = branch.steps.back();
                        const bool named =
                            last.any_name ? last.any_space || last.name.space == space
                                          : last.name.local == local && last.name.space == space;
                        return named && leads(branch, row.depth, depth);
                    });
                if (found) set_key(row, i, value, type, prefixes);
            }
        }
    }
}

// The innermost element ends: it may be a field, a row, the element of constraints.
void Impl::close_rows(const Frame& frame) {
    for (IdentityScope& scope : identity.scopes)
        for (IdentityRow& row : scope.rows) note_element_fields(scope, row, frame);
    for (IdentityScope& scope : identity.scopes) {
        while (!scope.rows.empty() && scope.rows.back().depth == depth) {
            finish_row(scope, scope.rows.back());
            scope.rows.pop_back();
        }
    }
    if (identity.scopes.empty() || identity.scopes.back().depth != depth) return;
    for (IdentityScope& scope : identity.scopes)
        if (scope.depth == depth && scope.constraint->kind == Kind::keyref) check_references(scope);
    while (!identity.scopes.empty() && identity.scopes.back().depth == depth) {
        pass_keys_up(identity.scopes.back());
        identity.scopes.pop_back();
    }
    if (identity.scopes.empty()) identity.bytes = 0;
}

void Impl::note_element_fields(IdentityScope& scope, IdentityRow& row, const Frame& frame) {
    for (std::size_t i = 0; i < scope.constraint->fields.size(); ++i) {
        const auto& field = scope.constraint->fields[i];
        const bool found = std::any_of(field.begin(), field.end(), [&](const PathBranch& branch) {
            return !branch.attribute && leads(branch, row.depth, depth);
        });
        if (!found || frame.mode != Mode::type) continue;
        const TypeDefinition& type = components->types[frame.type];
        const ElementDeclaration* declaration =
            frame.declaration == no_id ? nullptr : &components->elements[frame.declaration];
        if (scope.constraint->kind == Kind::key && declaration != nullptr &&
            declaration->nillable) {
            wrong_row(row, Reason::key_missing, "001");
        } else if (frame.nil) {
            continue;
        } else if (type.simple == nullptr) {
            wrong_row(row, Reason::key_missing, "003");
        } else {
            const std::string_view value = content();
            if (value.empty() && declaration != nullptr &&
                declaration->value.kind != ValueKind::none)
                set_key(row, i, declaration->value.lexical, *type.simple,
                        ValuePrefixes(declaration->value));
            else
                set_key(row, i, value, *type.simple, *this);
        }
    }
}

void Impl::finish_row(IdentityScope& scope, IdentityRow& row) {
    if (row.bad || identity.full) return;
    const bool whole = std::all_of(row.keys.begin(), row.keys.end(),
                                   [](const auto& key) { return key.has_value(); });
    if (!whole) {
        if (scope.constraint->kind == Kind::key) wrong_row(row, Reason::key_missing, "001");
        return;
    }
    std::string key = joined(row.keys);
    if (!keep_bytes(key.size() + 64)) return;
    if (scope.constraint->kind == Kind::keyref) {
        if (!keep_bytes(256)) return;
        IdentityReference reference;
        reference.key = std::move(key);
        reference.place = row.place;
        reference.path = options.findings ? path_of(depth) : std::string{};
        reference.element = local_of(frames[depth - 1]);
        scope.references.push_back(std::move(reference));
        return;
    }
    if (!scope.keys.insert(std::move(key)).second) wrong_row(row, Reason::duplicate, "006");
}

void Impl::check_references(IdentityScope& scope) {
    if (identity.full) return;
    const IdentityScope* own = nullptr;
    for (const IdentityScope& each : identity.scopes)
        if (each.depth == depth && each.constraint->id == scope.constraint->refer) own = &each;
    for (const IdentityReference& reference : scope.references) {
        if (own != nullptr && own->keys.count(reference.key) != 0) continue;
        const auto inner = scope.available.find(reference.key);
        if (inner != scope.available.end() && inner->second == 1) continue;
        core::Finding* finding = wrong(Reason::keyref_unmatched, "003", {}, reference.place.offset);
        if (finding == nullptr) continue;
        finding->place = reference.place;
        finding->path = reference.path;
        finding->element = reference.element;
    }
}

// Keys of an inner element serve the references of outer ones (part 1, 3.11.5, [node table]): those
// of the element itself, and of what is below it those that no other one has. An open element with
// the same key stands between: beyond it its own come first.
void Impl::pass_keys_up(IdentityScope& scope) {
    if (scope.constraint->kind == Kind::keyref) return;
    std::size_t nearest = 0;
    for (const IdentityScope& outer : identity.scopes)
        if (outer.depth < depth && outer.constraint == scope.constraint) nearest = outer.depth;
    for (IdentityScope& outer : identity.scopes) {
        const bool refers = outer.constraint->kind == Kind::keyref &&
                            outer.constraint->refer == scope.constraint->id;
        if (outer.depth >= depth || outer.depth < nearest ||
            !(refers || outer.constraint == scope.constraint))
            continue;
        const auto pass = [&](const std::string& key) {
            if (!keep_bytes(key.size() + 64)) return false;
            ++outer.available[key];
            return true;
        };
        for (const std::string& key : scope.keys)
            if (!pass(key)) return;
        for (const auto& [key, count] : scope.available)
            if (count == 1 && scope.keys.count(key) == 0 && !pass(key)) return;
    }
}

}  // namespace schema
