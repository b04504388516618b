// Character data of simple content, and ID, IDREF and ENTITY values.
#include <algorithm>

#include "schema/schema_impl.hpp"
#include "schema/value_compare.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

using Impl = Walker::Impl;
using core::Reason;

namespace {

bool holds_identifiers(const SimpleType& type) {
    switch (type.variety()) {
        case Variety::any:
            return false;
        case Variety::list:
            return type.item() != nullptr && holds_identifiers(*type.item());
        case Variety::union_:
            return std::any_of(type.members().begin(), type.members().end(),
                               [](const SimpleTypePtr& each) { return holds_identifiers(*each); });
        case Variety::atomic:
            break;
    }
    return type.builtin() == Builtin::id || type.builtin() == Builtin::idref ||
           type.builtin() == Builtin::entity;
}

template <typename Visit>
void each_word(std::string_view text, Visit visit) {
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t end = std::min(text.find(' ', i), text.size());
        if (end != i) visit(text.substr(i, end - i));
        i = end + 1;
    }
}

}  // namespace

bool Impl::has_identifiers(Id type) {
    std::uint8_t& known = identifier_types[type];  // 0: not worked out yet
    if (known == 0) known = holds_identifiers(*components->types[type].simple) ? 2 : 1;
    return known == 2;
}

std::optional<std::string_view> Impl::find(std::string_view prefix) const {
    std::string_view space;
    if (!scanner.resolve(prefix, space)) return std::nullopt;
    return space;
}

void Impl::collect(std::string_view raw, bool literal, bool cdata) {
    Frame& frame = frames[depth - 1];
    if (raw.empty() || frame.over_limit) return;
    const std::uint64_t limit = options.limits.text_bytes_max;
    if ((is_gathered ? gathered.size() : piece.size()) + raw.size() > limit) {
        frame.over_limit = true;
        if (core::Finding* finding = wrong_element(Reason::limit, "093", value_begin)) {
            finding->details = {"text_bytes_max", std::to_string(limit)};
            if (value_place_known) finding->place = value_place;
        }
        return;
    }
    if (piece.empty() && !is_gathered) {
        value_begin = offset_of(scanner.expanded() ? scanner.token_begin() : raw.data());
        if (literal) {
            piece = raw;
            return;
        }
    }
    if (!is_gathered) {
        gathered.assign(piece);
        is_gathered = true;
    }
    if (!cdata) {
        xml::append_text(raw, gathered);
        return;
    }
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\r')
            gathered.push_back(raw[i]);
        else if (i + 1 == raw.size() || raw[i + 1] != '\n')
            gathered.push_back('\n');
    }
}

std::string_view Impl::content() {
    return is_gathered ? std::string_view(gathered) : piece;
}

const char* Impl::code_of(const Violation& violation) {
    switch (violation.reason) {
        case Reason::value_empty:
            return "001";
        case Reason::not_numeric:
            return "002";
        case Reason::check_digits:
            return "004";
        case Reason::enumeration:
        case Reason::range:
        case Reason::fixed_value:
            return "008";
        case Reason::length:
        case Reason::total_digits:
            return "093";
        default:
            return "003";
    }
}

// At the end tag of an element with simple content.
void Impl::check_value(Frame& frame, const ValueConstraint& constraint) {
    const SimpleTypePtr& type = components->types[frame.type].simple;
    if (type == nullptr || frame.over_limit) return;
    const bool supplied = content().empty() && constraint.kind != ValueKind::none;
    const std::string_view value = supplied ? constraint.lexical : content();
    const ValuePrefixes written(constraint);  // a supplied QName means what the schema wrote
    const Prefixes* prefixes = supplied ? static_cast<const Prefixes*>(&written) : this;
    Violation violation;
    if (!type->check(value, prefixes, &violation)) {
        core::Finding* finding = wrong_value(violation.reason, code_of(violation), value);
        if (finding != nullptr) finding->details = std::move(violation.details);
        return;
    }
    if (constraint.kind == ValueKind::fixed && !supplied &&
        !check_fixed(*type, value, constraint)) {
        wrong_value(Reason::fixed_value, "008", value);
        return;
    }
    if (has_identifiers(frame.type)) note_identifiers(*type, value, {}, value_begin);
}

// At the first character of the value of the innermost element.
core::Finding* Impl::wrong_value(Reason reason, const char* ccc, std::string_view value) {
    core::Finding* finding = wrong_element(reason, ccc, value_begin);
    if (finding == nullptr) return nullptr;
    if (value_place_known) finding->place = value_place;
    const Frame& frame = frames[depth - 1];
    const std::string& zone = components->types[frame.type].zone;
    if (finding->code.compare(0, 5, "00000") == 0 && !zone.empty())
        finding->code.replace(0, 5, zone);
    set_value(finding, value);
    return finding;
}

bool Impl::check_fixed(const SimpleType& type, std::string_view value,
                       const ValueConstraint& fixed) {
    if (value == fixed.lexical && !type.needs_prefixes()) return true;
    const ValuePrefixes prefixes(fixed);
    const auto left = type.value_key(value, this);
    return left.has_value() && left == type.value_key(fixed.lexical, &prefixes);
}

void Impl::note_identifiers(const SimpleType& type, std::string_view value,
                            std::string_view attribute, std::uint64_t offset) {
    const SimpleType* active = type.active(value, this);
    if (active == nullptr) return;
    const std::string text = active->normalized(value, this);
    const SimpleType* item = active->variety() == Variety::list ? active->item().get() : active;
    each_word(text, [&](std::string_view word) {
        const SimpleType* kind =
            item->variety() == Variety::atomic ? item : item->active(word, this);
        if (kind == nullptr) return;
        if (kind->builtin() == Builtin::id) note_id(word, attribute, offset);
        if (kind->builtin() == Builtin::idref) note_idref(word, attribute, offset);
        if (kind->builtin() == Builtin::entity && !scanner.unparsed_entity(word))
            wrong_identifier(Reason::keyref_unmatched, "003", word, attribute, offset);
    });
}

core::Finding* Impl::wrong_identifier(Reason reason, const char* ccc, std::string_view value,
                                      std::string_view attribute, std::uint64_t offset) {
    core::Finding* finding = attribute.empty()
                                 ? wrong_value(reason, ccc, value)
                                 : wrong_attribute(reason, ccc, attribute, {}, offset);
    set_value(finding, value);
    return finding;
}

bool Impl::keep_bytes(std::uint64_t bytes) {
    if (identity.full) return false;
    identity.bytes += bytes;
    if (identity.bytes <= options.limits.identity_bytes_max) return true;
    identity.full = true;
    if (core::Finding* finding =
            wrong_element(Reason::limit, "003", offset_of(scanner.token_begin())))
        finding->details = {"identity_bytes_max",
                            std::to_string(options.limits.identity_bytes_max)};
    return false;
}

void Impl::note_id(std::string_view word, std::string_view attribute, std::uint64_t offset) {
    std::string id(word);
    identity.idrefs.erase(id);
    if (!keep_bytes(id.size() + 64)) return;
    if (!identity.ids.insert(std::move(id)).second)
        wrong_identifier(Reason::duplicate, "006", word, attribute, offset);
}

void Impl::note_idref(std::string_view word, std::string_view attribute, std::uint64_t offset) {
    std::string id(word);
    if (identity.ids.count(id) != 0 || identity.idrefs.count(id) != 0) return;
    if (!keep_bytes(2 * id.size() + 256)) return;
    IdentityReference reference;
    reference.key = id;
    if (attribute.empty() && value_place_known)
        reference.place = value_place;
    else
        reference.place = place_of(offset);
    reference.path = path_of(depth);
    reference.element = local_of(frames[depth - 1]);
    if (!attribute.empty()) {
        reference.element.assign("@").append(attribute);
        reference.path += "/" + reference.element;
    }
    identity.idrefs.emplace(std::move(id), std::move(reference));
}

void Impl::finish_document() {
    if (identity.full) return;
    for (const auto& [id, reference] : identity.idrefs) {
        core::Finding* finding = wrong(Reason::keyref_unmatched, "003", {}, processed);
        if (finding == nullptr) continue;
        finding->place = reference.place;
        finding->path = reference.path;
        finding->element = reference.element;
        set_value(finding, id);
    }
}

}  // namespace schema
