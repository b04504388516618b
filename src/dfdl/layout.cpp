#include "dfdl/layout.hpp"

#include <algorithm>

namespace dfdl {

// One namespace for all: the default one. Else a prefix for each, and none for no namespace.
void Layout::name_tags() {
    std::vector<std::string> known;
    bool all = true;
    for (const Term& term : terms) {
        if (term.kind != Term::Kind::element) continue;
        if (term.space.empty())
            all = false;
        else if (std::find(known.begin(), known.end(), term.space) == known.end())
            known.push_back(term.space);
    }
    for (std::size_t i = 0; i < known.size(); ++i)
        spaces.emplace_back(all && i == 0 ? "" : "f" + (i == 0 ? "" : std::to_string(i)), known[i]);
    for (Term& term : terms) {
        term.tag = term.name;
        for (const auto& [prefix, space] : spaces)
            if (space == term.space && !prefix.empty()) term.tag = prefix + ":" + term.name;
        term.start_tag = "<" + term.tag + ">";
        term.end_tag = "</" + term.tag + ">";
    }
}

std::string Layout::root_start() const {
    std::string start = "<" + terms.front().tag;
    for (const auto& [prefix, space] : spaces)
        start += (prefix.empty() ? " xmlns=\"" : " xmlns:" + prefix + "=\"") + space + "\"";
    if (any_nillable) start += " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    return start + ">";
}

std::string Layout::root_end() const {
    return "</" + terms.front().tag + ">";
}

std::uint32_t Layout::element_around(std::uint32_t term) const {
    do {
        term = terms[term].parent;
    } while (term != none && terms[term].kind != Term::Kind::element);
    return term;
}

std::vector<std::uint32_t> Layout::elements_in(std::uint32_t element) const {
    std::vector<std::uint32_t> found;
    std::vector<std::uint32_t> left(terms[element].children.rbegin(),
                                    terms[element].children.rend());
    while (!left.empty()) {
        const std::uint32_t at = left.back();
        left.pop_back();
        if (terms[at].kind == Term::Kind::element) {
            found.push_back(at);
            continue;
        }
        left.insert(left.end(), terms[at].children.rbegin(), terms[at].children.rend());
    }
    return found;
}

std::uint32_t Layout::find(const std::vector<std::string>& names) const {
    if (names.empty() || names.front() != terms.front().name) return none;
    std::uint32_t at = 0;
    for (std::size_t i = 1; i < names.size(); ++i) {
        std::uint32_t next = none;
        for (const std::uint32_t child : elements_in(at))
            if (next == none && terms[child].name == names[i]) next = child;
        if (next == none) return none;
        at = next;
    }
    return at;
}

}  // namespace dfdl
