#include "xml/writer.hpp"

#include "core/ensure.hpp"

namespace xml {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of the well-formed UTF-8 character of XML 1.0 that begins here; 0 for anything else.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto follows = [&](std::size_t i) {
        return i < text.size() && (byte(i) & 0xC0U) == 0x80;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
    if (lead >= 0xC2 && lead < 0xE0) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead < 0xF0) {
        if (!follows(1) || !follows(2)) return 0;
        const unsigned code = (lead & 0xFU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
        return code >= 0x800 && (code < 0xD800 || code > 0xDFFF) && code < 0xFFFE ? 3 : 0;
    }
    if (lead >= 0xF0 && lead < 0xF5) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        const unsigned head = (lead & 0x7U) << 2 | (byte(1) & 0x3FU) >> 4;
        return head >= 1 && head <= 16 ? 4 : 0;
    }
    return 0;
}

enum class In : unsigned char { text, attribute };

// What stands as it is everywhere, which is nearly all there is.
bool is_plain(char c) {
    return c >= ' ' && c < '\x7F' && c != '&' && c != '<' && c != '>' && c != '"';
}

void escape(std::string_view text, In place, std::string& out) {
    for (;;) {
        std::size_t plain = 0;
        while (plain < text.size() && is_plain(text[plain])) ++plain;
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) return;
        const std::size_t length = character_length(text);
        const std::string_view character = text.substr(0, length);
        if (length == 0) {
            out += replacement;
        } else if (character == "&") {
            out += "&amp;";
        } else if (character == "<") {
            out += "&lt;";
        } else if (character == ">") {
            out += "&gt;";
        } else if (character == "\r") {
            out += "&#13;";
        } else if (place == In::attribute && character == "\"") {
            out += "&quot;";
        } else if (place == In::attribute && character == "\n") {
            out += "&#10;";
        } else if (place == In::attribute && character == "\t") {
            out += "&#9;";
        } else {
            out += character;
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

}  // namespace

void escape_text(std::string_view text, std::string& out) {
    escape(text, In::text, out);
}
void escape_attribute(std::string_view text, std::string& out) {
    escape(text, In::attribute, out);
}

std::string escape_text(std::string_view text) {
    std::string out;
    escape_text(text, out);
    return out;
}

std::string escape_attribute(std::string_view text) {
    std::string out;
    escape_attribute(text, out);
    return out;
}

void Writer::close_tag() {
    if (tag_open_) out_ += '>';
    tag_open_ = false;
}

void Writer::new_line(std::size_t depth) {
    if (layout_ == Layout::compact || !anything_) return;
    out_ += '\n';
    out_.append(2 * depth, ' ');
}

Writer& Writer::declaration() {
    out_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    anything_ = true;
    return *this;
}

Writer& Writer::start(std::string_view name) {
    close_tag();
    const bool mixed = !open_.empty() && open_.back().has_text;
    if (!mixed) new_line(open_.size());
    if (!open_.empty()) open_.back().has_children = true;
    out_ += '<';
    open_.push_back({names_.size()});
    names_ += name;
    out_ += name;
    tag_open_ = true;
    anything_ = true;
    return *this;
}

Writer& Writer::attribute(std::string_view name, std::string_view value) {
    ENSURE(tag_open_);
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    escape_attribute(value, out_);
    out_ += '"';
    return *this;
}

Writer& Writer::attribute(std::string_view name, long long value) {
    return attribute(name, std::string_view(std::to_string(value)));
}

Writer& Writer::text(std::string_view text) {
    ENSURE(!open_.empty());
    if (text.empty()) return *this;
    close_tag();
    open_.back().has_text = true;
    escape_text(text, out_);
    return *this;
}

Writer& Writer::raw(std::string_view markup) {
    if (markup.empty()) return *this;
    close_tag();
    if (!open_.empty()) open_.back().has_text = true;
    out_ += markup;
    anything_ = true;
    return *this;
}

// Two hyphens may not stand in a comment, nor one at its end.
Writer& Writer::comment(std::string_view text) {
    close_tag();
    if (open_.empty() || !open_.back().has_text) new_line(open_.size());
    if (!open_.empty()) open_.back().has_children = true;
    std::string safe;
    for (char c : text) {
        if (c == '-' && !safe.empty() && safe.back() == '-') safe += ' ';
        safe += c;
    }
    out_ += "<!-- ";
    out_ += safe;
    out_ += " -->";
    anything_ = true;
    return *this;
}

Writer& Writer::end() {
    ENSURE(!open_.empty());
    const Open top = open_.back();
    const auto name = std::string_view(names_).substr(top.name);
    open_.pop_back();
    if (tag_open_) {
        out_ += "/>";
        tag_open_ = false;
    } else {
        if (top.has_children && !top.has_text) new_line(open_.size());
        out_ += "</";
        out_ += name;
        out_ += '>';
    }
    names_.resize(top.name);
    return *this;
}

Writer& Writer::leaf(std::string_view name, std::string_view text) {
    return start(name).text(text).end();
}

Writer& Writer::leaf(std::string_view name, long long value) {
    return leaf(name, std::string_view(std::to_string(value)));
}

void Writer::finish() {
    while (!open_.empty()) end();
    out_ += '\n';
}

}  // namespace xml
