// Elements as a whole: declaration, xsi:type and xsi:nil at the start tag, content at the end tag.
#include <algorithm>

#include "schema/reader_values.hpp"
#include "schema/schema_impl.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

using Impl = Walker::Impl;
using core::Reason;

namespace {

constexpr std::string_view xsi_space = "http://www.w3.org/2001/XMLSchema-instance";

const xml::TagAttribute* find_xsi(const std::vector<xml::TagAttribute>& attributes,
                                  std::string_view local) {
    for (const xml::TagAttribute& attribute : attributes)
        if (attribute.name.local == local && attribute.name.space == xsi_space) return &attribute;
    return nullptr;
}

}  // namespace

void Impl::begin_validation(Frame& frame, const Child& child) {
    const auto& attributes = scanner.attributes();
    const xml::TagAttribute* type_attribute = nullptr;
    const xml::TagAttribute* nil_attribute = nullptr;
    if (!attributes.empty()) {
        type_attribute = find_xsi(attributes, "type");
        nil_attribute = find_xsi(attributes, "nil");
    }
    const ElementDeclaration* declaration =
        child.declaration == no_id ? nullptr : &components->elements[child.declaration];
    Id type = declaration == nullptr ? no_id : declaration->type;
    if (declaration != nullptr && declaration->abstract)
        wrong_element(Reason::element_abstract, "003", frame.begin);
    if (type_attribute != nullptr) {
        const Id instance = instance_type(frame, *type_attribute, declaration);
        if (instance != no_id) type = instance;
    }
    if (type == no_id) {
        if (child.process == Process::strict) {
            if (type_attribute == nullptr)
                wrong_element(depth == 1 ? Reason::root_unknown : Reason::element_unknown, "092",
                              frame.begin);
            frame.mode = Mode::skip;
            return;
        }
        type = components->any_type;  // laxly: whatever is declared inside is checked
    }
    set_type(frame, type);
    if (components->types[type].abstract)
        wrong_element(Reason::element_abstract, "003", frame.begin);
    if (nil_attribute != nullptr) check_nil(frame, *nil_attribute, declaration);
    if (declaration != nullptr && !declaration->constraints.empty()) open_scopes(*declaration);
    if (!identity.scopes.empty()) select_rows(frame);
    check_attributes(frame);
    if (declaration != nullptr) {
        const ValueConstraint& value = declaration->value;
        if (value.kind != ValueKind::none && frame.model->content == Content::mixed)
            frame.collects = true;
    }
    if (frame.collects) {
        piece = {};
        gathered.clear();
        is_gathered = value_place_known = false;
        value_begin = frame.content_begin;
    }
}

void Impl::set_type(Frame& frame, Id type) {
    frame.mode = Mode::type;
    frame.type = type;
    frame.model = &program->model(type);
    frame.state = frame.model->initial;
    frame.counter = 0;
    if (frame.model->kind == ModelKind::all)
        frame.seen.assign(frame.model->member.empty() ? 0 : frame.model->member.back() + 1, 0);
    if (frame.model->kind == ModelKind::referee) frame.mode = Mode::lax;
    frame.collects = frame.model->content == Content::simple;
}

void Impl::check_nil(Frame& frame, const xml::TagAttribute& attribute,
                     const ElementDeclaration* declaration) {
    const std::uint64_t at = offset_of(attribute.raw.data());
    const std::string_view value = trimmed(attribute.value);
    const bool is_true = value == "true" || value == "1";
    if (!is_true && value != "false" && value != "0") {
        core::Finding* finding = wrong_attribute(Reason::datatype, "003", "nil", {}, at);
        if (finding != nullptr) finding->details.emplace_back("boolean");
        set_value(finding, attribute.value);
        return;
    }
    // Without a declaration there is nothing that could be nillable.
    if (declaration != nullptr && !declaration->nillable) {
        wrong_attribute(Reason::nil_not_allowed, "003", "nil", {}, at);
        frame.nil =
            is_true && scanner.empty();  // it is said: not a word more about the empty value
        return;
    }
    if (!is_true) return;
    frame.nil = declaration != nullptr;
    if (declaration != nullptr && declaration->value.kind == ValueKind::fixed)
        wrong_attribute(Reason::nil_not_allowed, "003", "nil", {}, at);
}

// The type that xsi:type names, or no_id if it cannot be used (reported).
Id Impl::instance_type(Frame& frame, const xml::TagAttribute& attribute,
                       const ElementDeclaration* declaration) {
    const std::uint64_t at = offset_of(attribute.raw.data());
    const std::string_view value = trimmed(attribute.value);
    const std::size_t colon = value.find(':');
    const std::string_view prefix =
        colon == std::string_view::npos ? std::string_view{} : value.substr(0, colon);
    const std::string_view local =
        colon == std::string_view::npos ? value : value.substr(colon + 1);
    std::string_view space;
    Id type = no_id;
    if (is_qname(value) && scanner.resolve(prefix, space))
        type = components->find(components->type_names, {std::string(space), std::string(local)});
    if (type == no_id) {
        set_value(wrong_attribute(Reason::type_unknown, "003", "type", {}, at), attribute.value);
        return no_id;
    }
    if (declaration == nullptr) return type;
    const TypeDefinition& declared = components->types[declaration->type];
    const auto forbidden = static_cast<DerivationSet>((declaration->block | declared.block) &
                                                      (by_extension | by_restriction));
    static_cast<void>(frame);
    if (type != declaration->type && !components->derived(type, declaration->type, forbidden)) {
        set_value(wrong_attribute(Reason::type_not_derived, "003", "type", {}, at),
                  attribute.value);
        return no_id;
    }
    return type;
}

void Impl::on_text() {
    if (depth == 0) return;
    Frame& frame = frames[depth - 1];
    const std::string_view raw = scanner.raw();
    if (!scanner.literal() || scanner.cdata() || scanner.expanded()) frame.literal = false;
    if (frame.mode != Mode::type) return;
    if (frame.collects) {
        frame.has_text = frame.has_text || !raw.empty();
        collect(raw, scanner.literal() && !scanner.expanded(), scanner.cdata());
        if (!frame.nil) return;
    }
    if (raw.empty() || frame.text_reported) return;
    const Content content = frame.model->content;
    if (frame.declaration != no_id &&
        components->elements[frame.declaration].value.kind != ValueKind::none)
        frame.has_text = true;  // xsi:type gave it content without text
    if (!frame.nil) {
        if (content == Content::mixed || content == Content::simple) return;
        if (content == Content::element_only) {
            if (scanner.white()) return;
            normal.clear();
            if (scanner.cdata())
                normal.append(raw);
            else
                xml::append_text(raw, normal);
            if (normal.find_first_not_of(" \t\n\r") == std::string::npos) return;
        }
    }
    // One finding for the text of an element, at its first character.
    frame.text_reported = true;
    const std::size_t first = raw.find_first_not_of(" \t\n\r");
    const char* const at = scanner.expanded() ? scanner.token_begin()
                           : scanner.cdata()  ? scanner.token_begin()
                                              : raw.data() + (first == raw.npos ? 0 : first);
    const bool empty = frame.nil || content == Content::empty;
    core::Finding* finding = wrong_element(
        empty ? Reason::element_not_empty : Reason::text_not_allowed, "003", offset_of(at));
    set_value(finding, trimmed(raw));
}

void Impl::end_validation(Frame& frame) {
    if (frame.mode == Mode::type) {
        const ElementDeclaration* declaration =
            frame.declaration == no_id ? nullptr : &components->elements[frame.declaration];
        static const ValueConstraint none;
        const ValueConstraint& value = declaration == nullptr ? none : declaration->value;
        if (frame.nil) {
            // reported where it is
        } else if (frame.model->content == Content::simple) {
            if (!frame.has_children) check_value(frame, value);
        } else {
            // With a fixed value: no elements, and where text may be, that text.
            if (frame.collects && value.kind == ValueKind::fixed &&
                (frame.has_children || (frame.has_text && content() != value.lexical)))
                set_value(wrong_element(Reason::fixed_value, "008", value_begin), content());
            else if (!frame.collects && value.kind == ValueKind::fixed && frame.has_children)
                wrong_element(Reason::fixed_value, "008", frame.begin);
            // What is empty has the value, and the type of xsi:type must take it (cvc-elt 5.1.1):
            // mixed, and able to do without elements, as the declared type is.
            else if (!frame.collects && value.kind != ValueKind::none && !frame.has_children &&
                     !frame.has_text)
                wrong_element(Reason::text_not_allowed, "003", frame.begin);
            finish_content(frame);
        }
    }
    if (!identity.scopes.empty()) close_rows(frame);
}

}  // namespace schema
