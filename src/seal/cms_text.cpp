// The encodings in which FS files come and go.
#include "seal/cms_sign.hpp"
#include "seal/cms_verify.hpp"

namespace seal {

static constexpr std::size_t columns = 76;

static std::string_view trimmed_breaks(std::string_view text) {
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
    while (!text.empty() && (text.front() == '\r' || text.front() == '\n')) text.remove_prefix(1);
    return text;
}

// Between the PEM lines, or false when the first line is a PEM line but the rest does not fit.
static bool strip_armour(std::string_view& text) {
    static constexpr std::string_view begin = "-----BEGIN ", end = "-----END ", dashes = "-----";
    if (text.substr(0, begin.size()) != begin) return true;
    text.remove_prefix(begin.size());
    const std::size_t label_end = text.find(dashes);
    if (label_end == std::string_view::npos) return false;
    const std::string_view label = text.substr(0, label_end);
    if (label != "CMS" && label != "PKCS7" && label != "PKCS #7 SIGNED DATA") return false;
    const std::string last = std::string(end) + std::string(label) + std::string(dashes);
    text.remove_prefix(label_end + dashes.size());
    if (text.empty() || (text.front() != '\r' && text.front() != '\n')) return false;
    if (text.size() < last.size() || text.substr(text.size() - last.size()) != last) return false;
    text.remove_suffix(last.size());
    text = trimmed_breaks(text);
    return true;
}

bool signature_der(std::string_view fs, std::string& der) {
    if (fs.substr(0, 1) == "\x30") {  // a SEQUENCE; in base64 a CMS begins with M
        der = fs;
        return true;
    }
    std::string_view text = trimmed_breaks(fs);
    if (!strip_armour(text)) return false;
    std::string joined;
    joined.reserve(text.size());
    for (const char c : text)
        if (c != '\r' && c != '\n') joined += c;
    return !joined.empty() && from_base64(joined, der);
}

std::string signature_text(std::string_view der, SignatureLines lines) {
    std::string one = base64(der);
    if (lines == SignatureLines::one) return one;
    const std::string_view line_break = lines == SignatureLines::cr   ? "\r"
                                        : lines == SignatureLines::lf ? "\n"
                                                                      : "\r\n";
    std::string text;
    for (std::size_t at = 0; at < one.size(); at += columns) {
        text += one.substr(at, columns);
        text += line_break;
    }
    return text;
}

}  // namespace seal
