#include "xml/doctype.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "xml/char_class.hpp"
#include "xml/scanner_impl.hpp"

namespace xml {
namespace {

// Reads declarations from one piece of text: the document itself, or the replacement text of a
// parameter entity (then there is never more to come).
class Subset {
  public:
    Subset(const char* p, const char* end, Doctype& doctype, int depth)
        : p_(p), end_(end), doctype_(doctype), depth_(depth) {}

    DoctypeResult document();  // <!DOCTYPE ... >
    DoctypeResult declarations(bool bracket);
    const char* position() const { return p_; }
    const char* expected() const { return expected_; }

  private:
    using Result = DoctypeResult;
    Result wrong(const char* expected) {
        expected_ = expected;
        return Result::wrong;
    }
    bool at(std::string_view text) const {
        return static_cast<std::size_t>(end_ - p_) >= text.size() &&
               std::memcmp(p_, text.data(), text.size()) == 0;
    }
    bool white() {  // at least one
        const char* const before = p_;
        p_ = skip_white(p_, end_);
        return p_ != before;
    }
    bool name(std::string& out);
    bool quoted(std::string_view& out);
    Result external_id(bool public_alone);
    Result entity();
    Result notation();
    Result skip_declaration();
    Result parameter();
    Result entity_value(std::string_view literal, std::string& out);
    Result until(std::string_view close);

    const char *p_, *end_;
    Doctype& doctype_;
    int depth_;
    const char* expected_ = "";
};

bool Subset::name(std::string& out) {
    const char* q = p_;
    while (q != end_ && (class_of(*q) & (class_name | class_high)) != 0) ++q;
    if (!is_ncname(p_, q)) return false;
    out.assign(p_, q);
    p_ = q;
    return true;
}

bool Subset::quoted(std::string_view& out) {
    if (p_ == end_ || (*p_ != '"' && *p_ != '\'')) return false;
    const char* const close = std::find(p_ + 1, end_, *p_);
    if (close == end_) return false;
    out = {p_ + 1, static_cast<std::size_t>(close - p_ - 1)};
    p_ = close + 1;
    return true;
}

DoctypeResult Subset::external_id(bool public_alone) {
    std::string_view literal;
    const bool is_public = at("PUBLIC");
    p_ += 6;
    if (!white() || !quoted(literal)) return wrong("a quoted identifier");
    if (!is_public) return Result::whole;
    const char* const behind = p_;
    if (white() && quoted(literal)) return Result::whole;
    p_ = behind;
    return public_alone ? Result::whole : wrong("a system identifier");
}

DoctypeResult Subset::document() {
    p_ += 9;
    std::string root;
    if (!white()) return wrong("white space");
    if (!name(root)) {
        return wrong("a name");
    }
    if (p_ != end_ && *p_ == ':') {
        ++p_;
        if (!name(root)) return wrong("a name");
    }
    white();
    if (at("SYSTEM") || at("PUBLIC")) {
        if (const Result result = external_id(false); result != Result::whole) return result;
        doctype_.incomplete = true;
        white();
    }
    if (at("[")) {
        ++p_;
        if (const Result result = declarations(true); result != Result::whole) return result;
        white();
    }
    if (!at(">")) return wrong(">");
    ++p_;
    return Result::whole;
}

DoctypeResult Subset::declarations(bool bracket) {
    for (;;) {
        white();
        Result result = Result::whole;
        if (p_ == end_) return bracket ? wrong("]") : Result::whole;
        if (*p_ == ']' && bracket) {
            ++p_;
            return Result::whole;
        }
        if (*p_ == '%') {
            result = parameter();
        } else if (at("<!--")) {
            p_ += 4;
            result = until("--");
            if (result == Result::whole && !at(">")) return wrong("no -- in a comment");
            p_ += result == Result::whole ? 1 : 0;
        } else if (at("<?")) {
            result = until("?>");
        } else if (at("<!ENTITY")) {
            result = entity();
        } else if (at("<!NOTATION")) {
            result = notation();
        } else if (at("<!ELEMENT") || at("<!ATTLIST")) {
            result = skip_declaration();
        } else {
            return wrong("a markup declaration");
        }
        if (result != Result::whole) return result;
    }
}

DoctypeResult Subset::until(std::string_view close) {
    const std::string_view rest(p_, static_cast<std::size_t>(end_ - p_));
    const std::size_t found = rest.find(close);
    if (found == std::string_view::npos) return wrong("the end of the declaration");
    p_ += found + close.size();
    return Result::whole;
}

DoctypeResult Subset::skip_declaration() {
    p_ += 9;
    while (p_ != end_ && *p_ != '>') {
        std::string_view literal;
        if (*p_ == '<') return wrong(">");
        if (*p_ == '"' || *p_ == '\'') {
            if (!quoted(literal)) return wrong("the end of a literal");
        } else {
            ++p_;
        }
    }
    if (p_ == end_) return wrong(">");
    ++p_;
    return Result::whole;
}

DoctypeResult Subset::parameter() {
    ++p_;
    std::string which;
    if (!name(which) || !at(";")) return wrong("a parameter entity");
    ++p_;
    const auto found = doctype_.parameters.find(which);
    if (found == doctype_.parameters.end()) return wrong("a declared parameter entity");
    Entity& entity = found->second;
    if (entity.external) {
        doctype_.incomplete = true;
        return Result::whole;
    }
    if (entity.open || depth_ > 16) return wrong("a parameter entity that does not contain itself");
    entity.open = true;
    const std::string text = entity.text;  // declarations may touch the table
    Subset inner(text.data(), text.data() + text.size(), doctype_, depth_ + 1);
    const Result result = inner.declarations(false);
    doctype_.parameters[which].open = false;
    if (result != Result::whole) expected_ = inner.expected();
    return result;
}

DoctypeResult Subset::entity() {
    p_ += 8;
    if (!white()) return wrong("white space");
    bool is_parameter = false;
    if (at("%")) {
        ++p_;
        is_parameter = true;
        if (!white()) return wrong("white space");
    }
    std::string which;
    if (!name(which)) return wrong("a name");
    if (!white()) return wrong("white space");
    Entity entity;
    std::string_view literal;
    if (quoted(literal)) {
        if (const Result result = entity_value(literal, entity.text); result != Result::whole)
            return result;
    } else if (at("SYSTEM") || at("PUBLIC")) {
        if (const Result result = external_id(false); result != Result::whole) return result;
        entity.external = true;
        const bool spaced = white();
        if (at("NDATA") && spaced && !is_parameter) {
            p_ += 5;
            std::string notation;
            if (!white() || !name(notation)) return wrong("a notation");
            entity.unparsed = true;
        }
    } else {
        return wrong("the value of the entity");
    }
    white();
    if (!at(">")) return wrong(">");
    ++p_;
    // The first declaration binds.
    (is_parameter ? doctype_.parameters : doctype_.entities).emplace(which, std::move(entity));
    return Result::whole;
}

DoctypeResult Subset::notation() {
    p_ += 10;
    std::string which;
    if (!white() || !name(which) || !white()) return wrong("a name");
    if (!at("SYSTEM") && !at("PUBLIC")) return wrong("SYSTEM or PUBLIC");
    if (const Result result = external_id(true); result != Result::whole) return result;
    white();
    if (!at(">")) return wrong(">");
    ++p_;
    doctype_.notations.emplace(which, true);
    return Result::whole;
}

// Character references are resolved at once, general ones stay; parameter ones may not be here.
DoctypeResult Subset::entity_value(std::string_view literal, std::string& out) {
    while (!literal.empty()) {
        const char c = literal[0];
        std::size_t size = 1;
        if (c == '%' && depth_ == 0) return wrong("no parameter entity in a value");
        if (c == '&') {
            const char32_t point = plain_reference(literal, size);
            if (size < 2) return wrong("a reference");
            if (literal[1] == '#') {
                if (point == 0) return wrong("a reference to an allowed character");
                append_utf8(point, out);
            } else {
                const std::string_view inner = literal.substr(1, size - 2);
                if (!is_ncname(inner.data(), inner.data() + inner.size()))
                    return wrong("a reference");
                out.append(literal.substr(0, size));
            }
        } else {
            out.push_back(c);
        }
        literal.remove_prefix(size);
    }
    return Result::whole;
}

// The whole declaration must be in the bytes: finds its end without understanding it.
const char* find_end(const char* p, const char* end) {
    bool bracket = false;
    const auto behind = [end](const char* from, std::string_view close) {
        const std::string_view rest(from, static_cast<std::size_t>(end - from));
        const std::size_t found = rest.find(close);
        return found == std::string_view::npos ? nullptr : from + found + close.size();
    };
    while (p != nullptr && p != end) {
        const std::string_view rest(p, static_cast<std::size_t>(end - p));
        if (*p == '"' || *p == '\'') {
            p = behind(p + 1, rest.substr(0, 1));
        } else if (rest.substr(0, 4) == "<!--") {
            p = behind(p + 4, "-->");
        } else if (rest.substr(0, 2) == "<?") {
            p = behind(p + 2, "?>");
        } else {
            if (*p == '[') bracket = true;
            if (*p == ']') bracket = false;
            if (*p == '>' && !bracket) return p + 1;
            ++p;
        }
    }
    return nullptr;
}

}  // namespace

DoctypeResult read_doctype(const char*& p, const char* end, Doctype& doctype,
                           std::string& expected) {
    const char* const stop = find_end(p, end);
    if (stop == nullptr) return DoctypeResult::more;
    Doctype fresh;
    Subset subset(p, stop, fresh, 0);
    const DoctypeResult result = subset.document();
    p = subset.position();
    if (result == DoctypeResult::whole) {
        doctype = std::move(fresh);
    } else {
        expected = subset.expected();
    }
    return result;
}

}  // namespace xml
