#include "rules/reduce.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "rules/tags.hpp"

namespace rules {

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::size_t end_of_tag(std::string_view text, std::size_t at) {
    char quote = 0;
    for (++at; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at + 1;
        }
    }
    ENSURE(false);  // the record was found well-formed
    return at;
}

static std::size_t behind(std::string_view text, std::size_t at, std::string_view end) {
    const std::size_t found = text.find(end, at);
    ENSURE(found != std::string_view::npos);
    return found + end.size();
}

std::size_t behind_aside(std::string_view text, std::size_t at) {
    if (text.substr(at, 4) == "<!--") return behind(text, at + 4, "-->");
    if (text.substr(at, 9) == "<![CDATA[") return behind(text, at + 9, "]]>");
    if (text.substr(at, 2) == "<?") return behind(text, at + 2, "?>");
    return at;
}

std::string_view local_name(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end]) && text[end] != '>' && text[end] != '/') ++end;
    const std::string_view name = text.substr(at, end - at);
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// Names of the elements that are open below the record.
static bool is_one_of(const std::vector<std::string_view>& open,
                      const std::vector<const job::Path*>& paths) {
    return std::any_of(paths.begin(), paths.end(), [&](const job::Path* path) {
        return path->steps.size() == open.size() &&
               std::equal(open.begin(), open.end(), path->steps.begin(),
                          [](std::string_view name, const job::Step& step) {
                              return name == step.name.local;
                          });
    });
}

std::string without(std::string_view record, const std::vector<const job::Path*>& paths) {
    std::string kept;
    kept.reserve(record.size());
    std::vector<std::string_view> open;  // without the record itself
    std::size_t depth = 0, hidden_depth = 0, copied = 0;
    const auto copy_to = [&](std::size_t end) {
        if (hidden_depth == 0) kept.append(record.substr(copied, end - copied));
        copied = end;
    };
    for (std::size_t at = record.find('<'); at != std::string_view::npos;
         at = record.find('<', at)) {
        if (const std::size_t passed = behind_aside(record, at); passed != at) {
            at = passed;
            continue;
        }
        const std::size_t end = end_of_tag(record, at);
        if (record[at + 1] == '/') {
            if (hidden_depth == depth && hidden_depth != 0) {
                copied = end;
                hidden_depth = 0;
            }
            --depth;
            if (!open.empty()) open.pop_back();
            at = end;
            continue;
        }
        const bool empty = record[end - 2] == '/';
        if (depth > 0) open.push_back(local_name(record, at + 1));
        ++depth;
        if (hidden_depth == 0 && depth > 1 && is_one_of(open, paths)) {
            std::size_t from = at;
            while (from > copied && is_space(record[from - 1])) --from;
            copy_to(from);
            hidden_depth = depth;
        }
        if (empty) {
            if (hidden_depth == depth) {
                copied = end;
                hidden_depth = 0;
            }
            --depth;
            if (!open.empty()) open.pop_back();
        }
        at = end;
    }
    copy_to(record.size());
    return kept;
}

}  // namespace rules
