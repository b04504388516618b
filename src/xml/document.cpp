#include "xml/document.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "xml/builder.hpp"
#include "xml/encoding.hpp"

namespace xml {

const Attribute* Element::attribute(std::string_view a_space, std::string_view a_local) const {
    for (const Attribute& each : attributes)
        if (each.is(a_space, a_local)) return &each;
    return nullptr;
}

std::optional<std::string_view> Element::value(std::string_view a_local) const {
    const Attribute* found = attribute(a_local);
    if (found == nullptr) return std::nullopt;
    return std::string_view(found->value);
}

std::string_view Element::value_or(std::string_view a_local, std::string_view otherwise) const {
    return value(a_local).value_or(otherwise);
}

const Element* Element::child(std::string_view a_space, std::string_view a_local) const {
    for (const Element* each : children)
        if (each->is(a_space, a_local)) return each;
    return nullptr;
}

std::string Element::text() const {
    std::string all;
    for (const Content& each : content) all += each.text;
    return all;
}

std::string Element::deep_text() const {
    std::string all;
    for (const Content& each : content)
        all += each.element == nullptr ? each.text : each.element->deep_text();
    return all;
}

std::optional<std::string> Element::resolve(std::string_view a_prefix) const {
    if (a_prefix == "xml") return "http://www.w3.org/XML/1998/namespace";
    for (const Element* each = this; each != nullptr; each = each->parent)
        for (const Binding& binding : each->declared)
            if (binding.prefix == a_prefix) return binding.space;
    if (a_prefix.empty()) return std::string();
    return std::nullopt;
}

std::vector<Binding> Element::in_scope() const {
    std::vector<Binding> all;
    for (const Element* each = this; each != nullptr; each = each->parent)
        for (const Binding& binding : each->declared)
            if (std::none_of(all.begin(), all.end(),
                             [&](const Binding& known) { return known.prefix == binding.prefix; }))
                all.push_back(binding);
    return all;
}

void Lines::read(std::string_view text) {
    starts_.assign(1, 0);
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')))
            starts_.push_back(i + 1);
}

core::Place Lines::place(std::string_view text, std::size_t offset) const {
    offset = std::min(offset, text.size());
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    const std::size_t start = *(after - 1);
    core::Place place;
    place.offset = offset;
    place.line = static_cast<std::uint64_t>(after - starts_.begin());
    place.column = 1;
    for (std::size_t i = start; i < offset; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) ++place.column;
    return place;
}

struct Document::Impl {
    Tree tree;
};

Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

void Document::prune(const std::function<bool(const Element&)>& unwanted) {
    for (Element& element : impl_->tree.elements) {
        auto& children = element.children;
        const auto kept = std::remove_if(children.begin(), children.end(),
                                         [&](const Element* child) { return unwanted(*child); });
        if (kept == children.end()) continue;
        children.erase(kept, children.end());
        auto& content = element.content;
        content.erase(std::remove_if(content.begin(), content.end(),
                                     [&](const Content& each) {
                                         return each.element != nullptr && unwanted(*each.element);
                                     }),
                      content.end());
    }
}

std::optional<Document> Document::parse(std::string bytes, const Options& options,
                                        std::vector<Error>& errors) {
    if (bytes.size() > options.bytes_max || bytes.size() > std::numeric_limits<int>::max() / 4) {
        errors.push_back(
            {0, 0, "the document is greater than " + std::to_string(options.bytes_max) + " bytes"});
        return std::nullopt;
    }
    std::string error;
    if (!to_utf8(bytes, error)) {
        errors.push_back({1, 1, error});
        return std::nullopt;
    }
    if (bytes.empty()) {
        errors.push_back({1, 1, "the document is empty"});
        return std::nullopt;
    }
    auto impl = std::make_unique<Impl>();
    impl->tree.text = std::move(bytes);
    impl->tree.lines.read(impl->tree.text);
    if (!build(impl->tree, options, errors)) return std::nullopt;
    return Document(std::move(impl));
}

std::optional<Document> Document::parse_file(const std::filesystem::path& file,
                                             const Options& options, std::vector<Error>& errors) {
    std::error_code code;
    if (std::filesystem::is_directory(file, code))
        throw core::system_fault("read", file.string(), EISDIR);
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in) throw core::system_fault("open", file.string(), errno == 0 ? EIO : errno);
    // One byte more than the limit is enough to know that it is broken.
    std::string bytes;
    char buffer[65536];
    while (bytes.size() <= options.bytes_max && in) {
        in.read(buffer, sizeof buffer);
        bytes.append(buffer, static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) throw core::system_fault("read", file.string(), errno == 0 ? EIO : errno);
    return parse(std::move(bytes), options, errors);
}

const Element& Document::root() const {
    return impl_->tree.elements.front();
}
std::string_view Document::text() const {
    return impl_->tree.text;
}
core::Place Document::place(std::size_t offset) const {
    return impl_->tree.lines.place(impl_->tree.text, offset);
}

}  // namespace xml
