#include "job/partners_edit.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "xml/document.hpp"
#include "xml/writer.hpp"

namespace job {
namespace {

constexpr std::string_view space = "urn:sluice:partners:1";

// The file is small: it is read again for each change, so that offsets are always true.
xml::Document parse(const std::string& text) {
    std::vector<xml::Error> errors;
    auto document = xml::Document::parse(text, {}, errors);
    if (document && document->root().is(space, "partners")) return std::move(*document);
    throw core::Fault(core::FaultKind::job, "read", "jobs/partners.xml",
                      errors.empty() ? "this is no <partners>" : errors.front().text,
                      "see: sluice job check");
}

const xml::Element* find(const xml::Document& document, std::string_view number) {
    for (const xml::Element* each : document.root().children)
        if (each->is(space, "partner") && each->value_or("number", "") == number) return each;
    return nullptr;
}

const xml::Element& partner(const xml::Document& document, std::string_view number) {
    const xml::Element* found = find(document, number);
    ENSURE(found != nullptr);
    return *found;
}

const xml::Element& nth(const xml::Element& parent, std::string_view name, std::size_t index) {
    const xml::Element* found = nullptr;
    for (const xml::Element* each : parent.children)
        if (each->is(space, name) && index-- == 0) found = each;
    ENSURE(found != nullptr);
    return *found;
}

// Behind the name and the attributes of a start tag: the offset of its `>` or `/>`.
std::size_t end_of_start_tag(std::string_view text, const xml::Element& element) {
    char quote = 0;
    for (std::size_t at = element.offset;; ++at) {
        ENSURE(at < text.size());  // a parsed element has an end
        const char c = text[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return text[at - 1] == '/' ? at - 1 : at;
        }
    }
}

std::string prefix_of(const xml::Element& element) {
    return element.prefix.empty() ? std::string() : element.prefix + ":";
}

std::string attributes_text(const PartnersEdit::Values& attributes) {
    std::string text;
    for (const auto& [name, value] : attributes)
        if (!value.empty()) text += " " + name + "=\"" + xml::escape_attribute(value) + "\"";
    return text;
}

// The blanks that stand before an element on its line; nothing where something else does.
std::string indent_of(std::string_view text, const xml::Element& element) {
    const std::size_t line = text.rfind('\n', element.offset) + 1;
    const std::string_view before = text.substr(line, element.offset - line);
    if (before.find_first_not_of(" \t") != std::string_view::npos) return {};
    return std::string(before);
}

// Puts a finished element behind the last child of another one, on a line of its own.
void append_child(std::string& text, const xml::Element& parent, const std::string& made) {
    const std::string own = indent_of(text, parent);
    const std::string indent =
        parent.children.empty() ? own + "  " : indent_of(text, *parent.children.back());
    const std::size_t tag_end = end_of_start_tag(text, parent);
    if (text[tag_end] == '/') {  // <a/> opens first
        std::size_t blanks = tag_end;
        while (blanks > 0 && (text[blanks - 1] == ' ' || text[blanks - 1] == '\n')) --blanks;
        text.replace(
            blanks, tag_end + 2 - blanks,
            ">\n" + indent + made + "\n" + own + "</" + prefix_of(parent) + parent.local + ">");
        return;
    }
    if (!parent.children.empty()) {
        text.insert(parent.children.back()->end_offset, "\n" + indent + made);
        return;
    }
    const std::size_t close = text.rfind("</", parent.end_offset - 1);
    const std::size_t line = text.rfind('\n', close) + 1;
    const bool alone = text.find_first_not_of(" \t", line) == close && line > tag_end;
    if (alone)
        text.insert(line, indent + made + "\n");
    else
        text.insert(close, "\n" + indent + made + "\n" + own);
}

void set_attribute(std::string& text, const xml::Element& element, const std::string& name,
                   const std::string& value) {
    const xml::Attribute* there = element.attribute(name);
    if (there == nullptr) {
        if (value.empty()) return;
        std::size_t at = end_of_start_tag(text, element);
        while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n')) --at;
        text.insert(at, attributes_text({{name, value}}));
    } else if (value.empty()) {
        std::size_t from = there->offset;
        while (from > 0 && (text[from - 1] == ' ' || text[from - 1] == '\n')) --from;
        text.erase(from, there->value_offset + there->raw.size() + 1 - from);
    } else {
        const char quote = text[there->value_offset - 1];
        std::string escaped = xml::escape_attribute(value);
        if (quote == '\'')
            for (std::size_t at = 0; (at = escaped.find('\'', at)) != std::string::npos; at += 6)
                escaped.replace(at, 1, "&apos;");
        text.replace(there->value_offset, there->raw.size(), escaped);
    }
}

}  // namespace

PartnersEdit::PartnersEdit(std::string text) : text_(std::move(text)) {
    // Offsets count in UTF-8; what had to be converted would be written back as other bytes.
    if (parse(text_).text() != text_)
        throw core::Fault(core::FaultKind::job, "change", "jobs/partners.xml",
                          "it is not plain UTF-8",
                          "save it as UTF-8 without a byte order mark, then again");
}

bool PartnersEdit::has(std::string_view number) const {
    const auto document = parse(text_);
    return find(document, number) != nullptr;
}

void PartnersEdit::add_partner(const Values& attributes) {
    ENSURE(!attributes.empty() && !has(attributes.front().second));
    const auto document = parse(text_);
    append_child(text_, document.root(),
                 "<" + prefix_of(document.root()) + "partner" + attributes_text(attributes) + "/>");
}

void PartnersEdit::set(std::string_view number, const std::string& name, const std::string& value) {
    const auto document = parse(text_);
    set_attribute(text_, partner(document, number), name, value);
}

std::size_t PartnersEdit::count(std::string_view number, std::string_view child) const {
    const auto document = parse(text_);
    const auto& children = partner(document, number).children;
    return static_cast<std::size_t>(
        std::count_if(children.begin(), children.end(),
                      [&](const xml::Element* each) { return each->is(space, child); }));
}

void PartnersEdit::add_child(std::string_view number, const std::string& child,
                             const Values& attributes) {
    const auto document = parse(text_);
    const xml::Element& parent = partner(document, number);
    append_child(text_, parent,
                 "<" + prefix_of(parent) + child + attributes_text(attributes) + "/>");
}

void PartnersEdit::set_child(std::string_view number, std::string_view child, std::size_t index,
                             const std::string& name, const std::string& value) {
    const auto document = parse(text_);
    set_attribute(text_, nth(partner(document, number), child, index), name, value);
}

void PartnersEdit::remove_child(std::string_view number, std::string_view child,
                                std::size_t index) {
    const auto document = parse(text_);
    const xml::Element& element = nth(partner(document, number), child, index);
    std::size_t from = element.offset, to = element.end_offset;
    // With its line, where it stands alone on it.
    const std::size_t line = text_.rfind('\n', from) + 1;
    const std::size_t end = std::min(text_.find('\n', to), text_.size());
    const auto blank = [&](std::size_t a, std::size_t b) {
        return text_.find_first_not_of(" \t\r", a) >= b;
    };
    if (line > 0 && blank(line, from) && blank(to, end)) {
        from = line;
        to = std::min(end + 1, text_.size());
    }
    text_.erase(from, to - from);
}

void PartnersEdit::add_grandchild(std::string_view number, std::string_view child,
                                  std::size_t index, const std::string& name,
                                  const Values& attributes) {
    const auto document = parse(text_);
    const xml::Element& parent = nth(partner(document, number), child, index);
    append_child(text_, parent,
                 "<" + prefix_of(parent) + name + attributes_text(attributes) + "/>");
}

}  // namespace job
