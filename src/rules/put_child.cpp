// Works on the well-formed bytes of one element, like reduce.cpp; names are compared without their
// prefixes.
#include <algorithm>

#include "rules/enrich.hpp"
#include "rules/tags.hpp"

namespace rules {

std::string put_child(std::string_view record, const std::string& own,
                      const std::vector<std::string>& before, std::string_view text) {
    const std::size_t start = record.find('<');
    const std::size_t start_end = end_of_tag(record, start);
    if (record[start_end - 2] == '/') {  // without children
        if (text.empty()) return std::string(record);
        std::size_t end = start + 1;
        while (end < record.size() && !is_space(record[end]) && record[end] != '/') ++end;
        const std::string name(record.substr(start + 1, end - start - 1));
        return std::string(record.substr(0, start_end - 2)) + ">" + std::string(text) + "</" +
               name + ">" + std::string(record.substr(start_end));
    }
    std::string kept;
    std::size_t depth = 0, copied = 0, place = start_end;  // place: in kept
    bool leading = true, hidden = false;
    for (std::size_t at = record.find('<', start_end); at != std::string_view::npos;
         at = record.find('<', at)) {
        if (const std::size_t passed = behind_aside(record, at); passed != at) {
            at = passed;
            continue;
        }
        const std::size_t end = end_of_tag(record, at);
        const bool closing = record[at + 1] == '/', empty = record[end - 2] == '/';
        if (closing && depth == 0) break;
        if (!closing && depth == 0) {
            const std::string_view name = local_name(record, at + 1);
            hidden = name == own;
            if (hidden) {
                std::size_t from = at;
                while (from > copied && is_space(record[from - 1])) --from;
                kept.append(record.substr(copied, from - copied));
                copied = at;
            } else {
                leading = leading && std::find(before.begin(), before.end(), name) != before.end();
            }
        }
        if (closing)
            --depth;
        else if (!empty)
            ++depth;
        if (depth == 0) {
            if (hidden) {
                copied = end;
                hidden = false;
            } else if (leading) {
                place = kept.size() + end - copied;
            }
        }
        at = end;
    }
    kept.append(record.substr(copied));
    kept.insert(place, text);
    return kept;
}

}  // namespace rules
