#pragma once
// A pull tokenizer over a window of UTF-8 bytes: XML 1.0 well-formedness and Namespaces 1.0, with
// limits, in bounded memory. It resolves names and normalises attribute values; what an element may
// contain is not its business. Never opens anything external.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"

namespace xml {

inline constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view xmlns_space = "http://www.w3.org/2000/xmlns/";

struct ScanLimits {
    std::uint64_t text_bytes_max = 8ULL << 20;  // text, CDATA, comment, instruction, one start tag
    std::uint64_t name_bytes_max = 1024;
    std::uint32_t depth_max = 128;
    std::uint32_t attributes_max = 256;
    std::uint64_t entity_bytes_max = 1ULL << 20;  // all that entities expanded to, in one document
};

enum class Token : std::uint8_t {
    need_more,    // the window ends inside a token; nothing has changed, position() is its begin
    start,        // <a ...> or <a .../>: name(), attributes(), empty(); of <a/> an `end` follows
    end,          // </a>, or the second half of <a/> (then the same bytes)
    text,         // character data or one CDATA section, perhaps only a piece: raw(), flags below
    comment,      // raw() is what stands between the delimiters
    instruction,  // name().local is the target, raw() the data
    declaration,  // <?xml ...?>
    doctype,      // only with allow_doctype
    finish,       // the document is complete and the window was the last one
    error,        // not well-formed, or over a limit: error(); stays so
};

struct QName {
    std::string_view qname;   // as written
    std::string_view prefix;  // "" if none
    std::string_view local;
    std::string_view space;      // "" if none
    std::uint32_t space_id = 0;  // equal ids mean equal spaces, within one scanner; 0: none
};

struct TagAttribute {
    QName name;
    std::string_view raw;     // between the quotes, in the window
    std::string_view value;   // references resolved, white space normalised; valid until next()
    bool namespaces = false;  // xmlns or xmlns:p
    bool literal = true;      // value is raw
};

struct ScanError {
    core::Reason reason = core::Reason::xml_syntax;
    std::vector<std::string> details;
    const char* at = nullptr;  // in the window
};

struct ScopedPrefix {
    std::string_view prefix, space;
};

struct ScanOptions {
    ScanLimits limits;
    bool allow_doctype = false;
};

class Scanner {
  public:
    explicit Scanner(const ScanOptions& options);
    ~Scanner();
    Scanner(Scanner&&) noexcept;
    Scanner& operator=(Scanner&&) noexcept;

    void reset();  // to the beginning of a document
    // Opens an element as if its start tag (as written) had been read; for carrying on in the
    // middle. False if the tag is not well-formed. With none: `root_seen` says whether the document
    // is before or behind its root.
    bool enter(std::string_view start_tag);
    void set_root_seen(bool seen);

    // The bytes to read; views given out before become invalid. The first byte is the one at the
    // old position().
    void window(const char* begin, const char* end, bool is_last);
    Token next();

    const char* position() const;  // behind the last token
    // Only right after a `start` in the window: the element was read elsewhere, up to `to`. Up to
    // token_begin(): it is not read yet (not for the root).
    void skip_element(const char* to);

    // Of the last token:
    const char* token_begin() const;
    const char* token_end() const;
    const QName& name() const;
    const std::vector<TagAttribute>& attributes() const;
    bool empty() const;  // <a/>
    std::string_view raw() const;
    // text: no reference and no carriage return inside, the bytes stand for themselves
    bool literal() const;
    bool cdata() const;
    bool white() const;     // text: white space alone (never for CDATA and references)
    bool expanded() const;  // the token comes out of an entity; its bytes are not in the window,
                            // token_begin() and token_end() are those of the reference
    const ScanError& error() const;

    std::uint32_t depth() const;  // open elements
    bool root_seen() const;
    bool in_document_start() const;  // nothing was read yet

    // Namespaces in scope, innermost last; the version changes whenever they do.
    const std::vector<ScopedPrefix>& scope() const;
    std::uint64_t scope_version() const;
    // nullopt-like: null data() if not bound. "" gives the default namespace ("" if none).
    bool resolve(std::string_view prefix, std::string_view& space) const;

    // With allow_doctype: what the internal subset declared.
    bool unparsed_entity(std::string_view name) const;
    std::string_view declared_encoding() const;  // of the XML declaration, "" if none
    bool standalone() const;

    struct Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

// Appends the characters that `raw` text (no markup inside) stands for: references resolved,
// line ends normalised. For text that a Scanner has accepted.
void append_text(std::string_view raw, std::string& out);
// The same for raw content with CDATA, comments and instructions inside (no elements).
void append_content(std::string_view raw, std::string& out);

}  // namespace xml
