#include "xml/encoding.hpp"

#include <iconv.h>

#include <cerrno>
#include <string_view>

namespace xml {
namespace {

bool convert(std::string& bytes, const std::string& from, std::string& error) {
    iconv_t converter = iconv_open("UTF-8", from.c_str());
    if (reinterpret_cast<std::intptr_t>(converter) == -1) {
        error = "the encoding " + from + " is not known here";
        return false;
    }
    std::string out(bytes.size() * 3 + 16, '\0');  // no charset gives more than 3 bytes for one
    char* source = bytes.data();
    std::size_t source_left = bytes.size();
    char* target = out.data();
    std::size_t target_left = out.size();
    const std::size_t result = iconv(converter, &source, &source_left, &target, &target_left);
    iconv_close(converter);
    if (result == static_cast<std::size_t>(-1)) {
        error = "byte " + std::to_string(bytes.size() - source_left + 1) + " is not " + from;
        return false;
    }
    out.resize(out.size() - target_left);
    bytes.swap(out);
    return true;
}

// The name in <?xml ... encoding="NAME"?>, or empty.
std::string declared_encoding(std::string_view bytes) {
    if (bytes.substr(0, 5) != "<?xml") return {};
    const std::string_view head = bytes.substr(0, bytes.find("?>"));
    std::size_t at = head.substr(0, 400).find("encoding");
    if (at == std::string_view::npos) return {};
    at = head.find_first_of("\"'", at);
    if (at == std::string_view::npos) return {};
    const std::size_t end = head.find(head[at], at + 1);
    if (end == std::string_view::npos) return {};
    const std::string name(head.substr(at + 1, end - at - 1));
    const char* letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return name.find_first_not_of(letters) == std::string::npos ? name : std::string();
}

bool is_utf8_name(std::string_view name) {
    std::string lower;
    for (char c : name) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return lower.empty() || lower == "utf-8" || lower == "utf8" || lower == "us-ascii" ||
           lower == "ascii";
}

}  // namespace

bool to_utf8(std::string& bytes, std::string& error) {
    using namespace std::string_view_literals;
    const std::string_view all = bytes;
    if (all.substr(0, 3) == "\xEF\xBB\xBF"sv) {
        bytes.erase(0, 3);
        return true;
    }
    std::string from;
    if (all.substr(0, 2) == "\xFF\xFE"sv || all.substr(0, 2) == "<\0"sv) {
        from = "UTF-16LE";
    } else if (all.substr(0, 2) == "\xFE\xFF"sv || all.substr(0, 2) == "\0<"sv) {
        from = "UTF-16BE";
    } else {
        from = declared_encoding(all);
        if (is_utf8_name(from)) return true;
    }
    if (!convert(bytes, from, error)) return false;
    if (std::string_view(bytes).substr(0, 3) == "\xEF\xBB\xBF"sv) bytes.erase(0, 3);
    return true;
}

}  // namespace xml
