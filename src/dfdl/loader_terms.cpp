// From XSD components to terms: elements, groups, occurrences.
#include <algorithm>
#include <charconv>

#include "dfdl/loader.hpp"

namespace dfdl {

namespace {

constexpr std::size_t terms_max = 20'000;
constexpr int depth_max = 64;

}  // namespace

// ---- properties where they are asked for ----

TermReader::At TermReader::at(const Source& source, const xml::Element& element) {
    At made;
    made.source = &source;
    made.element = &element;
    add(made, source, element);
    return made;
}

// What is said nearer to the use comes first and stays.
void TermReader::add(At& at, const Source& source, const xml::Element& element) {
    Said said = book_.said(source, element);
    for (auto& [name, property] : said.properties) at.properties.emplace(name, property);
    at.tests.insert(at.tests.end(), said.tests.begin(), said.tests.end());
}

void TermReader::add_defaults(At& at, const std::vector<const Source*>& sources) {
    for (const auto& [name, property] : at.properties) at.told.push_back(name);
    for (const Source* source : sources)
        for (const auto& [name, property] : source->defaults) at.properties.emplace(name, property);
}

const Property* TermReader::find(const At& at, std::string_view name) const {
    const auto found = at.properties.find(name);
    return found == at.properties.end() ? nullptr : &found->second;
}

std::string TermReader::text(const At& at, std::string_view name,
                             std::string_view otherwise) const {
    const Property* property = find(at, name);
    return property == nullptr ? std::string(otherwise) : property->value;
}

void TermReader::refuse(const At& at, std::string_view name, const std::string& why) {
    const Property* property = find(at, name);
    const std::string text = "the DFDL property " + std::string(name) + ": " + why;
    if (property != nullptr)
        book_.error(*property->source, property->offset, text);
    else
        book_.error(*at.source, *at.element, text);
}

std::string TermReader::one_of(const At& at, std::string_view name, std::string_view otherwise,
                               const std::vector<std::string_view>& words) {
    std::string value = text(at, name, otherwise);
    if (std::find(words.begin(), words.end(), value) != words.end()) return value;
    std::string list;
    for (const std::string_view word : words)
        list += (list.empty() ? "" : ", ") + std::string(word);
    refuse(at, name, "'" + value + "' is outside the subset (" + list + ")");
    return std::string(otherwise);
}

std::uint64_t TermReader::number(const At& at, std::string_view name, std::uint64_t otherwise) {
    const Property* property = find(at, name);
    if (property == nullptr) return otherwise;
    const std::string& text = property->value;
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size() ||
        value > 1'000'000'000) {
        refuse(at, name, "'" + text + "' is no number that fits here");
        return otherwise;
    }
    return value;
}

bool TermReader::yes(const At& at, std::string_view name, bool otherwise) {
    return one_of(at, name, otherwise ? "yes" : "no", {"yes", "no"}) == "yes";
}

Markup TermReader::markup(const At& at, std::string_view name, Charset charset) {
    Markup made;
    made.charset = charset;
    const std::string value = text(at, name, "");
    if (is_expression(value)) {
        refuse(at, name, "an expression is outside the subset here");
        return made;
    }
    guarded(at, name, [&] {
        std::string line = text(at, "outputNewLine", is_ebcdic(charset) ? "%NEL;" : "%LF;");
        std::string new_line;
        if (!is_expression(line)) new_line = compile_literal(line, charset, "").output;
        made = compile_markup(value, charset, new_line, yes(at, "ignoreCase", false));
    });
    return made;
}

std::string TermReader::bytes(const At& at, std::string_view name, std::string_view otherwise,
                              Charset charset) {
    std::string made;
    const std::string value = text(at, name, otherwise);
    if (is_expression(value))
        refuse(at, name, "an expression is outside the subset here");
    else
        guarded(at, name, [&] { made = compile_literal(value, charset, "").output; });
    return made;
}

Expression TermReader::expression(const At& at, std::string_view name) {
    Expression made;
    guarded(at, name, [&] { made = Expression::compile(text(at, name, "")); });
    return made;
}

// ---- terms ----

std::uint32_t TermReader::new_term(Term::Kind kind, std::uint32_t parent, const At& at) {
    const auto index = static_cast<std::uint32_t>(layout_.terms.size());
    Term& term = layout_.terms.emplace_back();
    term.kind = kind;
    term.parent = parent;
    term.where = book_.where(*at.source, *at.element);
    return index;
}

// What elements and groups have alike.
void TermReader::common(Term& term, const At& at) {
    const std::string name = text(at, "encoding", "UTF-8");
    if (const auto charset = charset_named(name))
        term.charset = *charset;
    else
        refuse(at, "encoding", "'" + name + "' is outside the subset");
    for (const char* skip : {"leadingSkip", "trailingSkip"})
        if (text(at, skip, "0") != "0") refuse(at, skip, "skipping is outside the subset");
    for (const char* calc : {"inputValueCalc", "outputValueCalc", "hiddenGroupRef"})
        if (!text(at, calc, "").empty()) refuse(at, calc, "it is outside the subset");
    if (yes(at, "floating", false)) refuse(at, "floating", "it is outside the subset");
    term.initiator = markup(at, "initiator", term.charset);
    term.terminator = markup(at, "terminator", term.charset);
    term.final_terminator_may_miss = yes(at, "documentFinalTerminatorCanBeMissing", true);
    tests(term, at);
}

void TermReader::tests(Term& term, const At& at) {
    for (const Said::Test& test : at.tests) {
        try {
            term.asserts.push_back({Expression::compile(test.text), test.discriminates});
        } catch (const std::string& why) {
            book_.error(*at.source, *test.element, why);
        }
    }
}

void TermReader::read(const Global& root) {
    element(*root.source, *root.element, none);
    if (layout_.terms.empty()) return;
    layout_.charset = layout_.terms.front().charset;
    finish();
}

std::uint32_t TermReader::particle(const Source& source, const xml::Element& element_,
                                   std::uint32_t parent) {
    if (layout_.terms.size() > terms_max || depth_ > depth_max) {
        book_.error(source, element_, "the layout is too large, or an element is inside itself");
        return none;
    }
    ++depth_;
    std::uint32_t made = none;
    if (element_.is(xs_space, "element"))
        made = element(source, element_, parent);
    else if (element_.is(xs_space, "sequence") || element_.is(xs_space, "choice") ||
             element_.is(xs_space, "group"))
        made = group(source, element_, parent);
    else if (!element_.is(xs_space, "annotation"))
        book_.error(source, element_, "xs:" + element_.local + " is outside the subset");
    --depth_;
    return made;
}

void TermReader::occurrences(Term& term, const At& at, const xml::Element& particle) {
    const auto bound = [&](const char* name) -> std::uint64_t {
        const std::string_view text = particle.value_or(name, "1");
        if (text == "unbounded") return unbounded;
        std::uint64_t value = 1;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    term.least = bound("minOccurs");
    term.most = bound("maxOccurs");
    const std::string kind = one_of(at, "occursCountKind", "implicit",
                                    {"implicit", "fixed", "parsed", "expression", "stopValue"});
    if (term.least == 1 && term.most == 1 && kind != "expression") return;
    if (kind == "fixed") {
        term.occurs = Occurs::fixed;
        if (term.most == unbounded)
            refuse(at, "occursCountKind", "fixed needs a maxOccurs that is a number");
    } else if (kind == "parsed") {
        term.occurs = Occurs::parsed;
    } else if (kind == "expression") {
        if (text(at, "occursCount", "").empty()) {
            if (term.least != 1 || term.most != 1)
                refuse(at, "occursCountKind", "expression needs occursCount");
            return;
        }
        term.occurs = Occurs::expression;
        term.count = expression(at, "occursCount");
    } else if (kind == "stopValue") {
        term.occurs = Occurs::stop_value;
        const std::string stop = text(at, "occursStopValue", "");
        guarded(at, "occursStopValue", [&] { term.stop = {compile_characters(stop)}; });
        if (stop.empty()) refuse(at, "occursCountKind", "stopValue needs occursStopValue");
    }
}

std::uint32_t TermReader::element(const Source& source, const xml::Element& use,
                                  std::uint32_t parent) {
    Global declared{&source, &use};
    At here = at(source, use);
    std::vector<const Source*> defaults = {&source};
    if (const auto ref = use.value("ref")) {
        declared = book_.find("element", source, use, *ref);
        if (!declared) {
            book_.error(source, use, "there is no element '" + std::string(*ref) + "'");
            return none;
        }
        add(here, *declared.source, *declared.element);
        defaults.push_back(declared.source);
    }
    const xml::Element& declaration = *declared.element;
    const std::uint32_t index = new_term(Term::Kind::element, parent, here);
    {
        Term& term = layout_.terms[index];
        term.name = declaration.value_or("name", "");
        const bool global = declaration.parent == &declared.source->document.root();
        const std::string_view form = declaration.value_or("form", "");
        if (global || form == "qualified" || (form.empty() && declared.source->qualified))
            term.space = declared.source->space;
    }
    Global type{declared.source, declaration.child(xs_space, "complexType")};
    if (!type.element) {
        if (const auto name = declaration.value("type"))
            type = book_.find("complexType", *declared.source, declaration, *name);
    }
    Term shell = layout_.terms[index];
    if (!type) simple_type(here, shell, *declared.source, declaration, defaults);
    add_defaults(here, defaults);
    shell.complex = static_cast<bool>(type);
    common(shell, here);
    if (parent != none) occurrences(shell, here, use);
    length(shell, here);
    if (!type) value(shell, here);
    nils(shell, here, declaration);
    if (const auto fixed = declaration.value("fixed")) shell.fixed = std::string(*fixed);
    if (const auto otherwise = declaration.value("default"))
        shell.otherwise = std::string(*otherwise);
    if (type && shell.nillable) {
        shell.nillable = false;
        book_.error(source, use, "a complex element that may be nil is outside the subset");
    }
    layout_.terms[index] = std::move(shell);
    if (type) complex_type(index, *type.source, *type.element);
    return index;
}

void TermReader::complex_type(std::uint32_t index, const Source& source, const xml::Element& type) {
    const xml::Element* model = nullptr;
    for (const xml::Element* child : type.children) {
        if (child->space != xs_space || child->local == "annotation") continue;
        if (child->local == "sequence" || child->local == "choice" || child->local == "group")
            model = child;
        else
            book_.error(source, *child,
                        "xs:" + child->local + " in a complex type is outside the subset");
    }
    if (model == nullptr) {
        book_.error(source, type, "a complex type of a flat file has a sequence or a choice");
        return;
    }
    const std::uint32_t child = particle(source, *model, index);
    if (child != none) layout_.terms[index].children.push_back(child);
}

std::uint32_t TermReader::group(const Source& source, const xml::Element& use,
                                std::uint32_t parent) {
    if (use.value_or("minOccurs", "1") != "1" || use.value_or("maxOccurs", "1") != "1")
        book_.error(source, use,
                    "DFDL has no repeated or optional groups: put an element around it");
    Global declared{&source, &use};
    At here = at(source, use);
    std::vector<const Source*> defaults = {&source};
    if (use.local == "group") {
        const Global named = book_.find("group", source, use, use.value_or("ref", ""));
        declared.source = named.source;
        declared.element = nullptr;
        if (named)
            for (const char* kind : {"sequence", "choice"})
                if (const xml::Element* inner = named.element->child(xs_space, kind))
                    declared.element = inner;
        if (!declared) {
            book_.error(source, use,
                        "there is no group '" + std::string(use.value_or("ref", "")) + "'");
            return none;
        }
        add(here, *declared.source, *declared.element);
        defaults.push_back(declared.source);
    }
    add_defaults(here, defaults);
    const bool choice = declared.element->local == "choice";
    const std::uint32_t index =
        new_term(choice ? Term::Kind::choice : Term::Kind::sequence, parent, here);
    Term shell = layout_.terms[index];
    common(shell, here);
    if (choice) {
        one_of(here, "choiceLengthKind", "implicit", {"implicit"});
        const bool keyed = !text(here, "choiceDispatchKey", "").empty();
        if (keyed) shell.dispatch = expression(here, "choiceDispatchKey");
    } else {
        one_of(here, "sequenceKind", "ordered", {"ordered"});
        shell.separator = markup(here, "separator", shell.charset);
        const std::string position =
            one_of(here, "separatorPosition", "infix", {"infix", "prefix", "postfix"});
        shell.position = position == "prefix"    ? Position::prefix
                         : position == "postfix" ? Position::postfix
                                                 : Position::infix;
        std::string policy =
            one_of(here, "separatorSuppressionPolicy", "",
                   {"", "never", "anyEmpty", "trailingEmpty", "trailingEmptyStrict"});
        if (policy.empty()) {
            // The name that it had before DFDL 1.0 was final.
            const std::string old = text(here, "separatorPolicy", "suppressed");
            policy = old == "required"                ? "never"
                     : old == "suppressedAtEndLax"    ? "trailingEmpty"
                     : old == "suppressedAtEndStrict" ? "trailingEmptyStrict"
                                                      : "anyEmpty";
        }
        shell.suppression = policy == "never"           ? Suppression::never
                            : policy == "trailingEmpty" ? Suppression::trailing_empty
                            : policy == "anyEmpty"      ? Suppression::any_empty
                                                        : Suppression::trailing_empty_strict;
    }
    layout_.terms[index] = std::move(shell);
    std::vector<std::uint32_t> children;
    for (const xml::Element* child : declared.element->children) {
        const std::uint32_t made = particle(*declared.source, *child, index);
        if (made == none) continue;
        children.push_back(made);
        if (!choice) continue;
        const Said said = book_.said(*declared.source, *child);
        std::vector<std::string> keys;
        const auto key = said.properties.find("choiceBranchKey");
        if (key != said.properties.end()) {
            std::string_view list = key->second.value;
            while (!list.empty()) {
                const std::size_t end = std::min(list.find(' '), list.size());
                if (end > 0) keys.push_back(compile_characters(list.substr(0, end)));
                list.remove_prefix(std::min(end + 1, list.size()));
            }
        }
        layout_.terms[index].branch_keys.push_back(std::move(keys));
    }
    layout_.terms[index].children = std::move(children);
    return index;
}

}  // namespace dfdl
