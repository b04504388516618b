#pragma once
// The inside of xml::Scanner, spread over scanner*.cpp: dispatch and text, tags and namespaces,
// everything with <! and <?.
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "xml/char_class.hpp"
#include "xml/doctype.hpp"
#include "xml/scanner.hpp"

namespace xml {

struct Scanner::Impl {
    enum class Phase : std::uint8_t { beginning, prolog, content, epilog, broken };
    enum class Got : std::uint8_t { yes, more, no };  // more: the window ends inside

    struct OpenTag {
        std::uint32_t name_begin = 0, name_size = 0;  // in names
        std::uint32_t bindings = 0;                   // in force before it
    };
    struct Bound {
        std::string prefix, space;
        std::uint32_t space_id = 0;
    };
    // An entity that is being read; where to go on behind it.
    struct Source {
        const char *resume = nullptr, *end = nullptr;
        bool last = false;
        const char *reference_begin = nullptr, *reference_end = nullptr;
        std::size_t depth = 0;
        Entity* entity = nullptr;
    };

    ScanOptions options;
    const char *p = nullptr, *end = nullptr;
    const char *token_begin = nullptr, *token_end = nullptr;
    bool last = false;
    Phase phase = Phase::beginning;
    bool pending_end = false;  // of <a/>
    bool pending_pop = false;  // an end tag was given out: its scope lasts until the next token
    bool is_empty = false, is_literal = true, is_cdata = false, is_white = false;
    bool root_seen = false, doctype_seen = false, standalone = false;
    QName name;
    std::string_view raw;
    std::string encoding;
    ScanError error;

    std::vector<TagAttribute> attributes;
    struct Pending {  // where the value of an attribute stands in scratch
        std::size_t attribute, begin, size;
    };
    std::vector<Pending> pending;
    std::string scratch;

    std::string names;
    std::vector<OpenTag> open;
    std::deque<Bound> bound;  // a pool; the first scope.size() are in force
    std::vector<ScopedPrefix> scope;
    std::uint64_t scope_version = 1;
    std::unordered_map<std::string, std::uint32_t> space_ids;
    std::size_t space_bytes = 0;
    std::uint32_t next_space_id = 3;  // 1 and 2: xml, xmlns

    Doctype doctype;
    std::vector<Source> sources;
    std::uint64_t expanded_bytes = 0;

    void reset();
    Token next();

    // scanner.cpp
    Token fail(const char* at, std::string expected);
    Token fail_encoding(const char* at);
    Token fail_limit(const char* at, const char* setting, std::uint64_t value);
    Token more();  // the token does not fit in the window
    Token finish();
    Token text();
    bool text_step(const char*& q, Token& result);  // false: the piece ends at q, or result says so
    Got reference(const char*& q);                  // q behind it; no: failed, or a general entity
    Token open_entity();
    void close_entity();
    bool check_characters(const char* begin, const char* stop, Token& result);
    bool check_character(const char*& q, const char* stop, Token& result);
    Token take(Token token, const char* behind);

    // scanner_tag.cpp
    Token start_tag();
    Token end_tag();
    Got read_qname(const char*& q, QName& out);
    Got read_attributes(const char*& q);
    Got read_value(const char*& q, TagAttribute& attribute);
    bool normalise(std::string_view text, std::string& out, int depth);
    bool bind_namespaces();
    bool bind(const char* at, std::string_view prefix, std::string_view space);
    bool resolve_names();
    bool resolve(QName& qname, bool is_attribute);
    bool distinct_attributes();
    std::uint32_t id_of(std::string_view space);
    void pop();

    // scanner_markup.cpp
    Token markup();  // <! and <?
    Token comment();
    Token cdata();
    Token instruction();
    Token xml_declaration();
    Token doctype_token();
};

// First byte of [p, stop) that is not white space.
const char* skip_white(const char* p, const char* stop);
// First byte of [p, stop) that is not an ASCII name character (without colon).
const char* skip_name(const char* p, const char* stop);
// First byte that text has to look at: < & ] carriage return, other controls, 0x80 and above.
const char* find_special(const char* p, const char* stop);
// First control character (but tab and the line ends) or byte from 0x80.
const char* find_odd(const char* p, const char* stop);
// A character reference or predefined entity at '&', whole: the code point, or 0 if it is another
// reference or none; `size` with & and ;.
char32_t plain_reference(std::string_view text, std::size_t& size);

}  // namespace xml
