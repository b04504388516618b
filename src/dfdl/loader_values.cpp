// From properties to what a simple element needs: lengths, texts, numbers, calendars, nil, escapes.
#include <algorithm>
#include <charconv>

#include "dfdl/loader.hpp"

namespace dfdl {

namespace {

std::uint64_t number_in(std::string_view text, std::uint64_t otherwise) {
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc{} && !text.empty() ? value : otherwise;
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> list;
    constexpr std::string_view white = " \t\r\n";
    for (std::size_t at = text.find_first_not_of(white); at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(white, at), text.size());
        list.push_back(compile_characters(text.substr(at, end - at)));
        at = text.find_first_not_of(white, end);
    }
    return list;
}

constexpr std::string_view integers[] = {"integer",
                                         "nonNegativeInteger",
                                         "positiveInteger",
                                         "nonPositiveInteger",
                                         "negativeInteger",
                                         "long",
                                         "int",
                                         "short",
                                         "byte",
                                         "unsignedLong",
                                         "unsignedInt",
                                         "unsignedShort",
                                         "unsignedByte"};

bool is_integer(std::string_view name) {
    return std::find(std::begin(integers), std::end(integers), name) != std::end(integers);
}

}  // namespace

// Follows the derivation down to the built-in type, and takes the facets that lengths need.
void TermReader::simple_type(At& here, Term& term, const Source& source,
                             const xml::Element& element, std::vector<const Source*>& sources) {
    built_in_ = "string";
    has_min_length_ = false;
    max_length_ = 0;
    Global at{&source, &element};
    const xml::Element* inline_type = element.child(xs_space, "simpleType");
    std::string_view name = element.value_or("type", "");
    for (int steps = 0; steps < 64; ++steps) {
        Global type{at.source, inline_type};
        if (!type) {
            if (name.empty()) break;
            if (book_.is_built_in(*at.element, name, built_in_)) break;
            type = book_.find("simpleType", *at.source, *at.element, name);
            if (!type) {
                book_.error(*at.source, *at.element,
                            "there is no type '" + std::string(name) + "'");
                break;
            }
        }
        add(here, *type.source, *type.element);
        sources.push_back(type.source);
        const xml::Element* restriction = type.element->child(xs_space, "restriction");
        if (restriction == nullptr) {
            if (type.element->child(xs_space, "list"))
                book_.error(*type.source, *type.element, "xs:list is outside the subset");
            break;  // a union: text
        }
        facets(term, *restriction);
        at = {type.source, restriction};
        name = restriction->value_or("base", "");
        inline_type = restriction->child(xs_space, "simpleType");
    }
    const std::string& type = built_in_;
    if (is_integer(type))
        term.base = Base::integer;
    else if (type == "decimal" || type == "float" || type == "double")
        term.base = Base::number;
    else if (type == "boolean")
        term.base = Base::boolean;
    else if (type == "date")
        term.base = Base::date;
    else if (type == "time")
        term.base = Base::time;
    else if (type == "dateTime")
        term.base = Base::date_time;
    else if (type == "hexBinary" || type == "base64Binary")
        book_.error(source, element, "xs:" + type + " is outside the subset");
    term.number.integral = term.base == Base::integer;
    term.number.floating = type == "float" || type == "double";
}

void TermReader::facets(Term& term, const xml::Element& restriction) {
    const xml::Element* only = nullptr;
    std::size_t values = 0;
    for (const xml::Element* facet : restriction.children) {
        if (facet->space != xs_space) continue;
        const std::string_view value = facet->value_or("value", "");
        if (facet->local == "enumeration") {
            only = facet;
            ++values;
        } else if (facet->local == "length") {
            if (!has_min_length_) term.length_least = number_in(value, 0);
            if (max_length_ == 0) max_length_ = number_in(value, 0);
            has_min_length_ = true;
        } else if (facet->local == "maxLength" && max_length_ == 0) {
            max_length_ = number_in(value, 0);
        } else if (facet->local == "minLength" && !has_min_length_) {
            term.length_least = number_in(value, 0);
            has_min_length_ = true;
        }
    }
    if (values == 1 && !term.fixed) term.fixed = std::string(only->value_or("value", ""));
}

void TermReader::length(Term& term, const At& at) {
    std::string kind = text(at, "lengthKind", term.complex ? "implicit" : "delimited");
    if (kind == "explicit" && term.complex && find(at, "length") == nullptr) kind = "implicit";
    const bool units = kind == "explicit" || kind == "implicit";
    if (kind == "explicit") {
        term.length_kind = LengthKind::explicit_;
        const std::string value = text(at, "length", "");
        if (value.empty())
            refuse(at, "lengthKind", "explicit needs dfdl:length");
        else if (is_expression(value))
            term.length_of = expression(at, "length");
        else
            term.length = number(at, "length", 1);
    } else if (kind == "delimited") {
        term.length_kind = term.complex ? LengthKind::implicit : LengthKind::delimited;
    } else if (kind == "implicit") {
        term.length_kind = LengthKind::implicit;
        if (!term.complex) {
            term.length = max_length_;
            if (term.base != Base::string || max_length_ == 0)
                refuse(at, "lengthKind", "implicit needs a text with maxLength");
        }
    } else if (kind == "endOfParent") {
        term.length_kind = term.complex ? LengthKind::implicit : LengthKind::end_of_parent;
    } else {
        refuse(at, "lengthKind", "'" + kind + "' is outside the subset");
    }
    if (units && !(term.complex && kind == "implicit"))
        term.length_in_bytes =
            one_of(at, "lengthUnits", "characters", {"characters", "bytes"}) == "bytes";
}

void TermReader::value(Term& term, const At& at) {
    if (term.base != Base::string) one_of(at, "representation", "text", {"text"});
    if (yes(at, "textBidi", false)) refuse(at, "textBidi", "it is outside the subset");
    switch (term.base) {
        case Base::string:
            text_format(term, at, "String");
            break;
        case Base::number:
        case Base::integer:
            text_format(term, at, "Number");
            number_format(term, at);
            break;
        case Base::boolean:
            text_format(term, at, "Boolean");
            guarded(at, "textBooleanTrueRep",
                    [&] { term.truths = words(text(at, "textBooleanTrueRep", "true 1")); });
            guarded(at, "textBooleanFalseRep",
                    [&] { term.untruths = words(text(at, "textBooleanFalseRep", "false 0")); });
            break;
        default:
            text_format(term, at, "Calendar");
            calendar_format(term, at);
            break;
    }
    escapes(term, at);
}

void TermReader::text_format(Term& term, const At& at, std::string_view kind) {
    const std::string prefix = "text" + std::string(kind);
    const bool fixed =
        term.length_kind == LengthKind::explicit_ || term.length_kind == LengthKind::implicit;
    term.text.trims = one_of(at, "textTrimKind", "none", {"none", "padChar"}) == "padChar";
    term.text.pads =
        one_of(at, "textPadKind", fixed ? "padChar" : "none", {"none", "padChar"}) == "padChar";
    const std::string justify =
        one_of(at, prefix + "Justification", kind == "Number" ? "right" : "left",
               {"left", "right", "center"});
    term.text.justify = justify == "right"    ? Justify::right
                        : justify == "center" ? Justify::center
                                              : Justify::left;
    term.text.pad = bytes(at, prefix + "PadCharacter", "%SP;", term.charset);
    term.text.least = number(at, "textOutputMinLength", 0);
    term.text.truncates = kind == "String" && yes(at, "truncateSpecifiedLengthString", false);
}

void TermReader::number_format(Term& term, const At& at) {
    NumberFormat& format = term.number;
    format.zoned = one_of(at, "textNumberRep", "standard", {"standard", "zoned"}) == "zoned";
    format.ebcdic = is_ebcdic(term.charset);
    format.strict = text(at, "textNumberCheckPolicy", "lax") == "strict";
    const auto one = [&](const char* name, const char* otherwise) {
        std::string made = otherwise;
        guarded(at, name, [&] { made = compile_characters(text(at, name, otherwise)); });
        return made;
    };
    if (format.zoned) {
        const std::string style =
            one_of(at, "textZonedSignStyle", "asciiStandard",
                   {"asciiStandard", "asciiTranslatedEBCDIC", "asciiCARealiaModified"});
        if (style == "asciiTranslatedEBCDIC")
            format.style = NumberFormat::SignStyle::translated_ebcdic;
        if (style == "asciiCARealiaModified") format.style = NumberFormat::SignStyle::ca_realia;
    } else {
        one_of(at, "textStandardBase", "10", {"10"});
        format.point = one("textStandardDecimalSeparator", ".");
        format.group = one("textStandardGroupingSeparator", ",");
        format.infinity = one("textStandardInfinityRep", "Inf");
        format.not_a_number = one("textStandardNaNRep", "NaN");
        guarded(at, "textStandardZeroRep",
                [&] { format.zeros = words(text(at, "textStandardZeroRep", "")); });
    }
    const std::string pattern = text(at, "textNumberPattern", "");
    if (!pattern.empty() && !(format.floating && pattern.find('E') != std::string::npos))
        guarded(at, "textNumberPattern", [&] { compile_pattern(pattern, format); });
    else if (format.zoned)
        refuse(at, "textNumberRep", "zoned needs textNumberPattern");
    // An integer has no fraction, whatever a pattern meant for decimals says.
    if (format.integral && !format.implied_fraction)
        format.least_fraction = format.most_fraction = 0;
}

void TermReader::calendar_format(Term& term, const At& at) {
    CalendarFormat& format = term.calendar;
    format.has_date = term.base != Base::time;
    format.has_time = term.base != Base::date;
    format.strict = text(at, "calendarCheckPolicy", "lax") == "strict";
    const std::string start = text(at, "calendarCenturyStart", "53");
    format.century_start = static_cast<unsigned>(std::min<std::uint64_t>(number_in(start, 53), 99));
    const std::string kind = text(at, "calendarPatternKind", "");
    const std::string pattern = text(at, "calendarPattern", "");
    if (kind == "implicit" || (kind.empty() && pattern.empty())) return;
    const std::string language = text(at, "calendarLanguage", "en");
    if (pattern.find("MMM") != std::string::npos && language.substr(0, 2) != "en")
        refuse(at, "calendarLanguage", "names of months are known in English alone");
    guarded(at, "calendarPattern", [&] { compile_pattern(pattern, format); });
}

void TermReader::nils(Term& term, const At& at, const xml::Element& declaration) {
    const std::string_view nillable = declaration.value_or("nillable", "false");
    term.nillable = nillable == "true" || nillable == "1";
    if (!term.nillable) return;
    layout_.any_nillable = true;
    if (term.complex) return;
    const std::string kind =
        one_of(at, "nilKind", "literalValue", {"literalValue", "logicalValue", "literalCharacter"});
    term.nil_kind = kind == "logicalValue"       ? NilKind::logical_value
                    : kind == "literalCharacter" ? NilKind::literal_character
                                                 : NilKind::literal_value;
    if (term.nil_kind == NilKind::logical_value)
        guarded(at, "nilValue", [&] { term.nil_texts = words(text(at, "nilValue", "")); });
    else
        term.nil = markup(at, "nilValue", term.charset);
}

void TermReader::escapes(Term& term, const At& at) {
    const Property* ref = find(at, "escapeSchemeRef");
    if (ref == nullptr || ref->value.empty()) return;
    const Global scheme = book_.find("defineEscapeScheme", *ref->source, *ref->holder, ref->value);
    const xml::Element* content =
        scheme ? scheme.element->child(dfdl_space, "escapeScheme") : nullptr;
    if (content == nullptr)
        return refuse(at, "escapeSchemeRef",
                      "there is no dfdl:defineEscapeScheme '" + ref->value + "'");
    At inner;
    inner.source = scheme.source;
    inner.element = content;
    inner.properties = book_.of_annotation(*scheme.source, *content);
    Escape escape;
    escape.block = one_of(inner, "escapeKind", "escapeBlock", {"escapeBlock", "escapeCharacter"}) ==
                   "escapeBlock";
    escape.always = text(inner, "generateEscapeBlock", "whenNeeded") == "always";
    if (escape.block) {
        escape.start = bytes(inner, "escapeBlockStart", "\"", term.charset);
        escape.end = bytes(inner, "escapeBlockEnd", "\"", term.charset);
        escape.character = bytes(inner, "escapeEscapeCharacter", "", term.charset);
        if (escape.start.empty() || escape.end.empty())
            refuse(inner, "escapeKind", "a block has a start and an end");
    } else {
        escape.character = bytes(inner, "escapeCharacter", "", term.charset);
        escape.before_character = bytes(inner, "escapeEscapeCharacter", "", term.charset);
        if (escape.character.empty()) refuse(inner, "escapeKind", "escapeCharacter is not given");
    }
    guarded(inner, "extraEscapedCharacters", [&] {
        for (const std::string& extra : words(text(inner, "extraEscapedCharacters", "")))
            escape.extra.push_back(encoded(term.charset, extra));
    });
    // Escapes have a meaning where the length is found by delimiters.
    if (term.length_kind == LengthKind::delimited) term.escape = std::move(escape);
}

// ---- when all terms are there ----

void TermReader::collect_ends(Term& term) {
    if (!term.terminator.empty()) term.ends.push_back(&term.terminator);
    for (std::uint32_t up = term.parent; up != none; up = layout_.terms[up].parent) {
        const Term& around = layout_.terms[up];
        if (around.kind == Term::Kind::element && around.length_kind == LengthKind::explicit_)
            break;
        if (!around.separator.empty()) term.ends.push_back(&around.separator);
        if (!around.terminator.empty()) term.ends.push_back(&around.terminator);
    }
    for (const Markup* end : term.ends)
        for (std::size_t i = 0; i < 256; ++i)
            term.ends_first[i] = term.ends_first[i] || end->first[i];
}

// The first field of an element that can have one value only is its key.
void TermReader::keys() {
    for (std::size_t i = 0; i < layout_.terms.size(); ++i) {
        const Term& element = layout_.terms[i];
        if (element.kind != Term::Kind::element || !element.complex || element.parent == none)
            continue;
        for (const std::uint32_t child : layout_.elements_in(static_cast<std::uint32_t>(i))) {
            Term& field = layout_.terms[child];
            if (field.complex || field.is_array() || field.least == 0) break;
            const std::uint32_t group = element.children.empty() ? none : element.children.front();
            if (field.parent != group || layout_.terms[group].kind != Term::Kind::sequence) break;
            if (!field.fixed) continue;
            field.is_key = true;
            // In a branch of a choice every such field helps to tell it from the others.
            const bool branch = layout_.terms[element.parent].kind == Term::Kind::choice;
            if (!branch) break;
        }
    }
}

void TermReader::finish() {
    for (Term& term : layout_.terms) {
        if (term.kind == Term::Kind::element && !term.complex) collect_ends(term);
        for (const Assert& each : term.asserts) each.test.names(layout_.kept);
        term.count.names(layout_.kept);
        term.length_of.names(layout_.kept);
        term.dispatch.names(layout_.kept);
    }
    keys();
    std::sort(layout_.kept.begin(), layout_.kept.end());
    layout_.kept.erase(std::unique(layout_.kept.begin(), layout_.kept.end()), layout_.kept.end());
    layout_.name_tags();
}

Loaded load(const std::vector<std::filesystem::path>& documents, const std::string& root) {
    Loaded loaded;
    Book book(loaded.errors);
    book.read(documents);
    auto layout = std::make_shared<Layout>();
    Global start;
    if (book.entry() != nullptr) {
        if (!root.empty()) start = book.find_global("element", book.entry()->space, root);
        if (!start && root.empty())
            for (const xml::Element* child : book.entry()->document.root().children)
                if (!start && child->is(xs_space, "element")) start = {book.entry(), child};
        if (!start)
            book.error(*book.entry(), book.entry()->document.root(),
                       root.empty() ? "there is no global element"
                                    : "there is no global element '" + root + "'");
    }
    if (start) TermReader(book, *layout).read(start);
    std::sort(loaded.errors.begin(), loaded.errors.end(), [](const auto& a, const auto& b) {
        return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
    });
    if (loaded.errors.empty()) loaded.layout = std::move(layout);
    return loaded;
}

}  // namespace dfdl
