#include "job/attributes.hpp"

#include <charconv>

#include "job/text_parser.hpp"
#include "job/values.hpp"

namespace job {
namespace {

std::string collapsed(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!blank)
            result += c;
        else if (!result.empty() && result.back() != ' ')
            result += ' ';
    }
    if (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

struct ElementPrefixes : PrefixLookup {
    explicit ElementPrefixes(const xml::Element& e) : element(e) {}
    bool find(std::string_view prefix, std::string& space) const override {
        const auto found = element.resolve(prefix);
        if (!found) return false;
        space = *found;
        return true;
    }
    const xml::Element& element;
};

}  // namespace

std::string Attributes::token(std::string_view name) const {
    return collapsed(element_.value_or(name, {}));
}

std::optional<Path> Attributes::path(std::string_view name) const {
    const xml::Attribute* attribute = find(name);
    if (attribute == nullptr || collapsed(attribute->value).empty()) return std::nullopt;
    const ElementPrefixes prefixes(element_);
    TextParser parser(attribute->value, prefixes);
    auto result = parser.whole_path();
    if (!result) report_.error(*attribute, parser.fault().text, parser.fault().at);
    return result;
}

std::vector<Path> Attributes::paths(std::string_view name) const {
    std::vector<Path> list;
    const xml::Attribute* attribute = find(name);
    if (attribute == nullptr) return list;
    const ElementPrefixes prefixes(element_);
    const std::string_view text = attribute->value;
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        for (bool bracket = false; end < text.size() && (bracket || !is_blank(text[end])); ++end)
            bracket = text[end] == '[' || (bracket && text[end] != ']');
        if (end > begin) {
            TextParser parser(text.substr(begin, end - begin), prefixes);
            if (auto path = parser.whole_path())
                list.push_back(std::move(*path));
            else
                report_.error(*attribute, parser.fault().text, begin + parser.fault().at);
        }
        begin = end + 1;
    }
    return list;
}

std::optional<Condition> Attributes::condition(std::string_view name) const {
    const xml::Attribute* attribute = find(name);
    if (attribute == nullptr || attribute->value.empty()) return std::nullopt;
    const ElementPrefixes prefixes(element_);
    TextParser parser(attribute->value, prefixes);
    auto result = parser.whole_condition();
    if (!result) report_.error(*attribute, parser.fault().text, parser.fault().at);
    return result;
}

// xs:date also knows years beyond 9999 and time zones; neither means anything here.
std::optional<core::Date> Attributes::date(std::string_view name) const {
    const std::string text = token(name);
    if (text.empty()) return std::nullopt;
    const auto date = core::parse_date(text);
    if (!date && text.size() > 10 && core::parse_date(std::string_view(text).substr(0, 10)))
        report_.error(*find(name), "a day is written YYYY-MM-DD, without a time zone");
    return date;
}

core::Severity Attributes::severity(std::string_view name, core::Severity otherwise) const {
    return core::parse_severity(token(name)).value_or(otherwise);
}

bool Attributes::boolean(std::string_view name) const {
    return parse_boolean(token(name));
}

std::optional<std::uint64_t> Attributes::whole(std::string_view name) const {
    std::string text = token(name);
    if (!text.empty() && text[0] == '+') text.erase(0, 1);
    return parse_count(text);
}

void Attributes::size(std::string_view name, std::uint64_t& value) const {
    const std::string text = token(name);
    if (text.empty() || text.find_first_not_of("0123456789 BkKMGTi") != std::string::npos) return;
    const auto bytes = parse_size(text);
    if (!bytes)
        report_.error(*find(name), "this is not a size that fits: write 500000, 64MiB or 20GB");
    else if (*bytes == 0)
        report_.error(*find(name), "a limit of 0 bytes would refuse everything");
    else
        value = *bytes;
}

std::optional<double> Attributes::decimal(std::string_view name) const {
    const std::string text = token(name);
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace job
