#pragma once
// A small read-only tree of one XML document in memory: job files, partners, tables, XSD documents.
// Everything has its exact place. Not for data files: those are walked (schema/walker.hpp), never
// held. Nothing external is ever opened.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"

namespace xml {

struct Binding {
    std::string prefix;  // empty: the default namespace
    std::string space;   // empty: xmlns="" takes the default away
};

// Offsets are 0-based bytes of Document::text(); 0 for attributes that an internal subset supplied.
struct Attribute {
    std::string space, local, prefix;
    std::string value;     // normalised as CDATA: references resolved, tabs and line ends to blanks
    std::string_view raw;  // between the quotes, as written; lives as long as the document
    std::size_t offset = 0;        // of the first character of the name
    std::size_t value_offset = 0;  // of the first character between the quotes
    bool is(std::string_view a_space, std::string_view a_local) const {
        return local == a_local && space == a_space;
    }
};

struct Element;

// One run of character data (CDATA opened, references resolved) or one child element. Comments and
// processing instructions leave nothing; they do not split a run.
struct Content {
    const Element* element = nullptr;  // null: text
    std::string text;
    std::size_t offset = 0;  // of the `<`, or of the first byte of the text
};

struct Element {
    std::string space, local, prefix;
    const Element* parent = nullptr;    // null for the root
    std::vector<Attribute> attributes;  // without namespace declarations, in document order
    std::vector<Binding> declared;      // xmlns declarations of this very element
    std::vector<Content> content;
    std::vector<const Element*> children;  // the elements of `content`
    std::size_t offset = 0;                // of the `<` of the start tag
    std::size_t end_offset = 0;            // behind the `>` of the end tag (or of `<a/>`)

    bool is(std::string_view a_space, std::string_view a_local) const {
        return local == a_local && space == a_space;
    }
    // Attributes of no namespace, or of the given one; null where absent.
    const Attribute* attribute(std::string_view a_local) const { return attribute({}, a_local); }
    const Attribute* attribute(std::string_view a_space, std::string_view a_local) const;
    // The normalised value, or nothing / `otherwise`.
    std::optional<std::string_view> value(std::string_view a_local) const;
    std::string_view value_or(std::string_view a_local, std::string_view otherwise) const;
    // First child element of that name, or null.
    const Element* child(std::string_view a_space, std::string_view a_local) const;
    // All own character data, not that of children.
    std::string text() const;
    // All character data, of descendants too, in document order.
    std::string deep_text() const;
    // What a prefix means here ("" is the default namespace; "xml" is always bound); nothing where
    // it is not bound. The default namespace unbound is the empty string.
    std::optional<std::string> resolve(std::string_view a_prefix) const;
    // Every binding in scope, inner ones first, each prefix once.
    std::vector<Binding> in_scope() const;
};

struct Error {
    std::size_t line = 0, column = 0;  // from 1, column in code points; 0 without a place
    std::string text;
};

struct Options {
    bool allow_doctype = false;  // the internal subset only, never anything external
    std::uint64_t bytes_max = 64ULL << 20;
    std::uint64_t expanded_bytes_max = 256ULL << 20;  // text and values after references
    std::uint32_t depth_max = 256;
    std::uint32_t errors_max = 100;
};

// UTF-8, UTF-16 (byte order mark or not), and what the declaration names and the C library can
// convert. Movable; the tree's addresses stay.
class Document {
  public:
    // The document, or nothing with at least one error.
    static std::optional<Document> parse(std::string bytes, const Options& options,
                                         std::vector<Error>& errors);
    // Reads the file first; throws core::Fault (world) where that fails.
    static std::optional<Document> parse_file(const std::filesystem::path& file,
                                              const Options& options, std::vector<Error>& errors);

    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    const Element& root() const;
    // Takes out every element but the root for which `unwanted` holds, and what is inside.
    void prune(const std::function<bool(const Element&)>& unwanted);
    // The document as UTF-8 without a byte order mark: what all offsets count in. The delivered
    // bytes themselves where these were UTF-8.
    std::string_view text() const;
    core::Place place(std::size_t offset) const;
    core::Place place(const Element& element) const { return place(element.offset); }
    core::Place place(const Attribute& attribute) const { return place(attribute.offset); }

  private:
    struct Impl;
    explicit Document(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace xml
