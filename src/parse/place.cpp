#include "parse/place.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace parse {

namespace {

std::string step(std::string_view name, std::uint64_t position) {
    return "/" + std::string(name) + "[" + std::to_string(position) + "]";
}

// An open element on the way to the offset.
struct Open {
    std::string_view name;
    std::uint64_t position;
    std::vector<std::pair<std::string_view, std::uint64_t>> children;

    std::uint64_t count(std::string_view child) {
        for (auto& [known, number] : children)
            if (known == child) return ++number;
        children.emplace_back(child, 1);
        return 1;
    }
};

// Behind the markup that begins at `at`; the element is well-formed.
std::size_t behind(std::string_view text, std::size_t at, std::string_view head,
                   std::string_view tail) {
    const std::size_t end = text.find(tail, at + head.size());
    return end == std::string_view::npos ? text.size() : end + tail.size();
}

std::size_t tag_end(std::string_view text, std::size_t at) {
    char quote = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at + 1;
        }
    }
    return text.size();
}

// Skips a comment, CDATA section or instruction; 0 where there is none.
std::size_t skipped(std::string_view text, std::size_t at) {
    static constexpr std::pair<std::string_view, std::string_view> kinds[] = {
        {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
    for (const auto& [head, tail] : kinds)
        if (text.substr(at, head.size()) == head) return behind(text, at, head, tail);
    return 0;
}

}  // namespace

std::string_view tag_name(std::string_view bytes) {
    if (!bytes.empty()) bytes.remove_prefix(1);
    return bytes.substr(0, bytes.find_first_of(" \t\r\n/>"));
}

std::string path_inside(std::string_view element, std::uint64_t offset, std::string_view parent,
                        std::uint64_t position) {
    std::vector<Open> open;
    std::size_t at = 0;
    while (at < element.size() && at <= offset) {
        at = element.find('<', at);
        if (at == std::string_view::npos || at > offset) break;
        if (const std::size_t next = skipped(element, at)) {
            at = next;
            continue;
        }
        const std::size_t end = tag_end(element, at);
        if (element.substr(at, 2) == "</") {
            if (offset < end || open.size() <= 1) break;
            open.pop_back();
        } else {
            const std::string_view name = tag_name(element.substr(at));
            open.push_back({name, open.empty() ? position : open.back().count(name), {}});
            const bool is_empty = element[end - 2] == '/';
            if (is_empty && offset >= end) open.pop_back();
        }
        at = end;
    }
    std::string path(parent);
    for (const Open& level : open) path += step(level.name, level.position);
    return path;
}

std::string path_of_query(const Query& query, std::string_view around) {
    std::size_t cut = 0;
    for (std::uint32_t i = 0; i <= query.level && cut != std::string_view::npos; ++i)
        cut = around.find('/', cut == 0 && i == 0 ? 0 : cut + 1);
    std::string path(around.substr(0, cut));
    const std::size_t last = path.rfind('/');
    const std::size_t colon = path.find(':', last == std::string::npos ? 0 : last);
    const std::string prefix = colon == std::string::npos || last == std::string::npos
                                   ? std::string()
                                   : path.substr(last + 1, colon - last);
    std::size_t skip = 0;
    if (query.path->absolute) skip = std::min<std::size_t>(query.level, query.path->steps.size());
    for (std::size_t i = skip; i < query.path->steps.size(); ++i)
        path += step(prefix + query.path->steps[i].name.local, 1);
    return path;
}

PlaceCounter::PlaceCounter(const Entry& entry, const Scale& scale, std::string_view bytes)
    : scale_(scale),
      bytes_(bytes),
      last_{0, {entry.delivered + scale.head_bytes, entry.line, entry.column}},
      known_{last_} {}

// What is known of a place at or before the offset.
const PlaceCounter::Known& PlaceCounter::nearest(std::uint64_t offset) const {
    const auto behind = std::upper_bound(
        known_.begin(), known_.end(), offset,
        [](std::uint64_t value, const Known& known) { return value < known.offset; });
    const Known& known = *(behind - 1);
    return last_.offset <= offset && last_.offset > known.offset ? last_ : known;
}

core::Place PlaceCounter::at(std::uint64_t offset) {
    constexpr std::uint64_t apart = 4096;
    offset = std::min<std::uint64_t>(offset, bytes_.size());
    const Known& from = nearest(offset);
    const std::string_view between = bytes_.substr(static_cast<std::size_t>(from.offset),
                                                   static_cast<std::size_t>(offset - from.offset));
    Known asked{offset, from.place};
    asked.place.offset += scale_.delivered(between);
    advance(asked.place.line, asked.place.column, scale_.measure(between));
    // A line may end in two characters: no count begins between them.
    if (!between.empty() && between.back() == '\r') return asked.place;
    last_ = asked;
    if (offset >= known_.back().offset + apart) known_.push_back(asked);
    return asked.place;
}

}  // namespace parse
