#include "xml/builder.hpp"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "core/ensure.hpp"

namespace xml {
namespace {

std::string string_of(const xmlChar* text) {
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

std::string string_of(const xmlChar* begin, const xmlChar* end) {
    return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// libxml2 tells only where it stands when an event is given: at the `>` or `/>` of a start tag,
// behind everything else. A raw `<` cannot occur inside a tag, so the last one before is its start.
class Builder {
  public:
    Builder(Tree& tree, const Options& options, std::vector<Error>& errors)
        : tree_(tree), options_(options), errors_(errors) {}

    void set_context(xmlParserCtxtPtr context) { context_ = context; }
    bool clean() const { return clean_; }

    void start(xmlParserCtxtPtr context, Element element, const xmlChar** attributes, int count);
    void end();
    void text(const xmlChar* characters, int length);
    void passed() { floor_ = position(); }
    void doctype();
    void library_error(const xmlError& error);

  private:
    std::size_t position() const;
    void fail(std::size_t offset, std::string text);
    void stop(std::string text);
    void grow(std::size_t bytes);
    std::size_t tag_start(xmlParserCtxtPtr context) const;
    std::string attribute_value(xmlParserCtxtPtr context, const xmlChar* begin,
                                const xmlChar* end) const;
    void locate_attributes(Element& element, std::size_t begin, std::size_t end) const;

    Tree& tree_;
    const Options& options_;
    std::vector<Error>& errors_;
    xmlParserCtxtPtr context_ = nullptr;  // the document's own, not those of entities
    std::vector<Element*> open_;
    std::size_t floor_ = 0;  // behind the last event
    std::uint64_t expanded_ = 0;
    bool clean_ = true;
    bool stopped_ = false;
};

std::size_t Builder::position() const {
    const long at = xmlByteConsumed(context_);
    return at < 0 ? floor_ : std::min(static_cast<std::size_t>(at), tree_.text.size());
}

void Builder::fail(std::size_t offset, std::string text) {
    clean_ = false;
    if (errors_.size() >= options_.errors_max) return;
    const core::Place place = tree_.lines.place(tree_.text, offset);
    errors_.push_back({place.line, place.column, std::move(text)});
}

void Builder::stop(std::string text) {
    if (stopped_) return;
    stopped_ = true;
    fail(position(), std::move(text));
    xmlStopParser(context_);
}

void Builder::grow(std::size_t bytes) {
    expanded_ += bytes;
    if (expanded_ > options_.expanded_bytes_max)
        stop("the content is greater than " + std::to_string(options_.expanded_bytes_max) +
             " bytes");
}

// Elements born of an entity have no tag of their own here: they take the place of the reference.
std::size_t Builder::tag_start(xmlParserCtxtPtr context) const {
    const std::size_t at = position();
    if (context != context_) {
        const std::size_t reference = at == 0 ? std::string::npos : tree_.text.rfind('&', at - 1);
        return reference == std::string::npos ? floor_ : reference;
    }
    const std::size_t begin = at == 0 ? std::string::npos : tree_.text.rfind('<', at - 1);
    if (begin == std::string::npos) return floor_;
    return begin;
}

// Inside an entity the library keeps references in attribute values (see build()).
std::string Builder::attribute_value(xmlParserCtxtPtr context, const xmlChar* begin,
                                     const xmlChar* end) const {
    std::string value = string_of(begin, end);
    if (context == context_ || value.find('&') == std::string::npos) return value;
    xmlChar* decoded = xmlStringDecodeEntities(
        context, reinterpret_cast<const xmlChar*>(value.c_str()), XML_SUBSTITUTE_REF, 0, 0, 0);
    if (decoded == nullptr) return value;
    value = string_of(decoded);
    xmlFree(decoded);
    return value;
}

// The tag is known to be well-formed, so this needs no checks beyond its ends.
void Builder::locate_attributes(Element& element, std::size_t begin, std::size_t end) const {
    const std::string_view tag(tree_.text.data() + begin, end - begin);
    std::size_t at = 1;
    while (at < tag.size() && !is_blank(tag[at])) ++at;
    for (;;) {
        while (at < tag.size() && is_blank(tag[at])) ++at;
        const std::size_t name = at;
        while (at < tag.size() && tag[at] != '=' && !is_blank(tag[at])) ++at;
        const std::string_view qualified = tag.substr(name, at - name);
        at = tag.find_first_of("\"'", at);
        if (at == std::string_view::npos) return;
        const std::size_t close = tag.find(tag[at], at + 1);
        if (close == std::string_view::npos) return;
        for (Attribute& attribute : element.attributes) {
            const std::size_t colon = attribute.prefix.empty() ? 0 : attribute.prefix.size() + 1;
            if (qualified.size() != colon + attribute.local.size() ||
                qualified.substr(colon) != attribute.local ||
                qualified.substr(0, attribute.prefix.size()) != attribute.prefix)
                continue;
            attribute.raw = tag.substr(at + 1, close - at - 1);
            attribute.offset = begin + name;
            attribute.value_offset = begin + at + 1;
        }
        at = close + 1;
    }
}

void Builder::start(xmlParserCtxtPtr context, Element element, const xmlChar** attributes,
                    int count) {
    if (stopped_) return;
    if (open_.size() >= options_.depth_max)
        return stop("elements are nested deeper than " + std::to_string(options_.depth_max));
    element.offset = tag_start(context);
    std::size_t bytes = sizeof(Element);
    for (int i = 0; i < count; ++i, attributes += 5) {
        Attribute attribute;
        attribute.local = string_of(attributes[0]);
        attribute.prefix = string_of(attributes[1]);
        attribute.space = string_of(attributes[2]);
        attribute.value = attribute_value(context, attributes[3], attributes[4]);
        bytes += sizeof(Attribute) + attribute.value.size();
        element.attributes.push_back(std::move(attribute));
    }
    grow(bytes);
    if (context == context_) locate_attributes(element, element.offset, position());
    element.parent = open_.empty() ? nullptr : open_.back();
    tree_.elements.push_back(std::move(element));
    Element* made = &tree_.elements.back();
    if (!open_.empty()) {
        open_.back()->children.push_back(made);
        open_.back()->content.push_back({made, {}, made->offset});
    }
    open_.push_back(made);
    floor_ = position();
    if (context == context_ && floor_ < tree_.text.size() && tree_.text[floor_] == '>') ++floor_;
}

void Builder::end() {
    if (stopped_ || open_.empty()) return;
    floor_ = position();
    open_.back()->end_offset = floor_;
    open_.pop_back();
}

void Builder::text(const xmlChar* characters, int length) {
    if (stopped_) return;
    const std::size_t begin = floor_;
    floor_ = position();
    if (open_.empty()) return;
    const std::string_view run(reinterpret_cast<const char*>(characters),
                               static_cast<std::size_t>(length));
    grow(run.size());
    std::vector<Content>& content = open_.back()->content;
    if (content.empty() || content.back().element != nullptr)
        content.push_back({nullptr, {}, begin});
    content.back().text += run;
}

void Builder::doctype() {
    if (options_.allow_doctype) return;
    const std::size_t at = tree_.text.find("<!DOCTYPE");
    stopped_ = true;
    fail(at == std::string::npos ? position() : at,
         "a document type declaration (DOCTYPE) is not allowed here");
    xmlStopParser(context_);
}

void Builder::library_error(const xmlError& error) {
    if (stopped_ || error.level < XML_ERR_ERROR) return;
    std::string text = error.message == nullptr ? "not well-formed" : error.message;
    while (!text.empty() && (is_blank(text.back()) || text.back() == '.')) text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    fail(position(), std::move(text));
}

Builder& builder_of(void* data) {
    return *static_cast<Builder*>(static_cast<xmlParserCtxtPtr>(data)->_private);
}

void on_start(void* data, const xmlChar* local, const xmlChar* prefix, const xmlChar* space,
              int bindings, const xmlChar** binding, int attributes, int, const xmlChar** values) {
    Element element;
    element.local = string_of(local);
    element.prefix = string_of(prefix);
    element.space = string_of(space);
    for (int i = 0; i < bindings; ++i)
        element.declared.push_back({string_of(binding[2 * i]), string_of(binding[2 * i + 1])});
    builder_of(data).start(static_cast<xmlParserCtxtPtr>(data), std::move(element), values,
                           attributes);
}

void on_end(void* data, const xmlChar*, const xmlChar*, const xmlChar*) {
    builder_of(data).end();
}
void on_text(void* data, const xmlChar* text, int length) {
    builder_of(data).text(text, length);
}
void on_comment(void* data, const xmlChar*) {
    builder_of(data).passed();
}
void on_instruction(void* data, const xmlChar*, const xmlChar*) {
    builder_of(data).passed();
}

void on_doctype(void* data, const xmlChar* name, const xmlChar* external, const xmlChar* system) {
    builder_of(data).doctype();
    xmlSAX2InternalSubset(data, name, external, system);
}

void on_error(void* data, xmlErrorPtr error) {
    if (error != nullptr) builder_of(data).library_error(*error);
}

xmlParserInputPtr open_nothing(const char*, const char*, xmlParserCtxtPtr) {
    return nullptr;
}

void prepare_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        xmlInitParser();
        xmlSetExternalEntityLoader(open_nothing);
    });
}

struct FreeContext {
    void operator()(xmlParserCtxtPtr context) const {
        if (context->myDoc != nullptr) xmlFreeDoc(context->myDoc);
        context->myDoc = nullptr;
        xmlFreeParserCtxt(context);
    }
};

void set_handlers(xmlSAXHandler& handler) {
    handler.startElementNs = on_start;
    handler.endElementNs = on_end;
    handler.characters = on_text;
    handler.ignorableWhitespace = on_text;
    handler.cdataBlock = on_text;
    handler.comment = on_comment;
    handler.processingInstruction = on_instruction;
    handler.reference = nullptr;
    handler.internalSubset = on_doctype;
    handler.externalSubset = nullptr;
    handler.warning = nullptr;
    handler.error = nullptr;
    handler.fatalError = nullptr;
    handler.serror = on_error;
}

}  // namespace

bool build(Tree& tree, const Options& options, std::vector<Error>& errors) {
    prepare_library();
    std::unique_ptr<xmlParserCtxt, FreeContext> context(
        xmlCreateMemoryParserCtxt(tree.text.data(), static_cast<int>(tree.text.size())));
    ENSURE(context != nullptr);
    Builder builder(tree, options, errors);
    builder.set_context(context.get());
    context->_private = &builder;
    // Long texts are fine under our own limits; where entities are allowed, the library's guards
    // against their growth stay on. With NOENT a repeated reference gives its events twice, and
    // without it attribute values keep their references: so only the half of it that values need.
    int flags = XML_PARSE_NONET | XML_PARSE_IGNORE_ENC;
    if (!options.allow_doctype) flags |= XML_PARSE_HUGE;
    xmlCtxtUseOptions(context.get(), flags);
    context->replaceEntities = 1;
    set_handlers(*context->sax);
    xmlParseDocument(context.get());
    if (builder.clean() && (context->wellFormed == 0 || context->nsWellFormed == 0))
        errors.push_back({0, 0, "not well-formed"});
    return builder.clean() && context->wellFormed != 0 && context->nsWellFormed != 0 &&
           !tree.elements.empty();
}

}  // namespace xml
