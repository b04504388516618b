// The state of a walk as bytes, and states beside each other.
#include <algorithm>

#include "schema/components.hpp"
#include "schema/state_bytes.hpp"
#include "schema/walker.hpp"

namespace schema {
namespace {

// The name and the namespace declarations of a start tag.
std::string course_of(std::string_view tag) {
    std::string out;
    std::size_t i = std::min(tag.find_first_of(" \t\r\n/>"), tag.size());
    out.append(tag.substr(0, i));
    while (i < tag.size()) {
        i = tag.find_first_not_of(" \t\r\n", i);
        if (i == std::string_view::npos || tag[i] == '>' || tag[i] == '/') break;
        const std::size_t open = tag.find_first_of("\"'", i);
        if (open == std::string_view::npos) break;
        const std::size_t close = tag.find(tag[open], open + 1);
        if (close == std::string_view::npos) break;
        if (tag.substr(i, 5) == "xmlns") out.append(" ").append(tag.substr(i, close + 1 - i));
        i = close + 1;
    }
    return out;
}

bool same_counter(const OpenElement& a, const OpenElement& b) {
    return a.counter_min == b.counter_min && a.counter_max == b.counter_max &&
           (a.counter == b.counter || (a.counter >= a.counter_min && b.counter >= b.counter_min));
}

std::uint64_t count_in(const OpenElement& element, const std::string& name) {
    for (const auto& [each, count] : element.children)
        if (each == name) return count;
    return 0;
}

}  // namespace

bool State::same_course(const State& other) const {
    if (open.size() != other.open.size() || root_seen != other.root_seen || extra != other.extra ||
        begun != other.begun || findings != other.findings)
        return false;
    return std::equal(
        open.begin(), open.end(), other.open.begin(),
        [](const OpenElement& a, const OpenElement& b) {
            return a.declaration == b.declaration && a.type == b.type && a.state == b.state &&
                   a.watch == b.watch && a.extra == b.extra && same_counter(a, b) &&
                   (a.start_tag == b.start_tag || course_of(a.start_tag) == course_of(b.start_tag));
        });
}

bool State::advance(const State& assumed, const State& reached) {
    State next = reached;
    for (std::size_t i = 0; i < reached.open.size(); ++i) {
        const OpenElement& to = reached.open[i];
        OpenElement& out = next.open[i];
        const bool is_new = i >= assumed.open.size() || assumed.open[i].name != to.name ||
                            assumed.open[i].position != to.position;
        if (is_new) {
            // Another element of its parent: only its number among its siblings is different.
            if (i == 0 && !assumed.open.empty()) return false;
            if (i > 0)
                out.position = to.position + count_in(open[i - 1], to.name) -
                               count_in(assumed.open[i - 1], to.name);
            break;
        }
        const OpenElement &from = assumed.open[i], &mine = open[i];
        out.position = mine.position;
        out.start_tag = mine.start_tag;
        out.children = mine.children;
        std::size_t changed = 0;
        for (const auto& [name, count] : to.children) {
            const std::uint64_t more = count - count_in(from, name);
            if (more == 0) continue;
            ++changed;
            const auto found =
                std::find_if(out.children.begin(), out.children.end(),
                             [&n = name](const auto& each) { return each.first == n; });
            if (found == out.children.end())
                out.children.emplace_back(name, more);
            else
                found->second += more;
        }
        if (to.counter_max <= 1 && to.counter_min == 0) continue;
        if (to.counter_max == unbounded) {
            out.counter = std::max(to.counter, to.counter_min);
            continue;
        }
        if (to.state != from.state || changed > 1) return false;
        out.counter = mine.counter + (to.counter - from.counter);
        if (out.counter > to.counter_max) return false;
    }
    *this = std::move(next);
    return true;
}

std::string State::save() const {
    StateWriter out;
    out.number(1);  // version
    out.number(root_seen ? 1 : 0);
    out.number(begun ? 1 : 0);
    out.number(findings);
    out.text(extra);
    out.number(open.size());
    for (const OpenElement& element : open) {
        out.text(element.start_tag);
        out.text(element.name);
        out.number(element.declaration);
        out.number(element.type);
        out.number(element.state);
        out.number(element.position);
        out.number(element.counter);
        out.number(element.counter_min);
        out.number(element.counter_max);
        out.number(element.watch);
        out.number(element.children.size());
        for (const auto& [name, count] : element.children) {
            out.text(name);
            out.number(count);
        }
        out.text(element.extra);
    }
    return out.take();
}

State State::restore(std::string_view bytes) {
    State state;
    StateReader in(bytes);
    if (in.number() != 1) return state;
    state.root_seen = in.flag();
    state.begun = in.flag();
    state.findings = in.number();
    state.extra = in.text();
    for (std::uint64_t left = in.number(); left != 0 && !in.empty(); --left) {
        OpenElement& element = state.open.emplace_back();
        element.start_tag = in.text();
        element.name = in.text();
        element.declaration = in.id();
        element.type = in.id();
        element.state = in.id();
        element.position = in.number();
        element.counter = in.number();
        element.counter_min = in.number();
        element.counter_max = in.number();
        element.watch = in.id();
        for (std::uint64_t more = in.number(); more != 0 && !in.empty(); --more) {
            std::string name(in.text());
            const std::uint64_t count = in.number();
            element.children.emplace_back(std::move(name), count);
        }
        element.extra = in.text();
    }
    return state;
}

}  // namespace schema
