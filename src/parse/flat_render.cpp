#include "parse/flat_render.hpp"

#include <algorithm>
#include <array>

namespace parse::flat {

namespace {

using dfdl::Node;

// Characters that do not stand for themselves.
constexpr std::array<bool, 256> special = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
    for (const std::size_t c : {0x26U, 0x3CU, 0x3EU, 0xEFU}) table[c] = true;  // & < >
    return table;
}();

class Renderer {
  public:
    Renderer(const dfdl::Layout& layout, const dfdl::Parser& unit, Rendered& to)
        : layout_(layout), unit_(unit), to_(to), open_(to.open) {
        open_.clear();
    }

    void all(std::uint64_t whole, bool root) {
        const std::vector<Node>& nodes = unit_.nodes();
        for (std::uint32_t i = 0; i < nodes.size(); ++i) {
            while (!open_.empty() && open_.back() != nodes[i].parent) close();
            start(i, root && i == 0);
        }
        while (open_.size() > 1) close();
        if (!open_.empty()) {
            anchor(behind_);
            end(nodes[0]);
            open_.clear();
        }
        anchor(whole);
    }

  private:
    void anchor(std::uint64_t at) { add_anchor(to_.map, to_.walked.size(), to_.base + at); }
    const dfdl::Term& term(const Node& node) const { return layout_.terms[node.term]; }

    void start(std::uint32_t index, bool root) {
        const Node& node = unit_.nodes()[index];
        const dfdl::Term& term = this->term(node);
        anchor(node.begin);
        if (root)
            to_.walked += layout_.root_start();
        else
            to_.walked += term.start_tag;
        if (node.nil) to_.walked.insert(to_.walked.size() - 1, " xsi:nil=\"true\"");
        open_.push_back(index);
        if (term.complex) return;
        anchor(node.value_begin);
        text(unit_.value(node), index);
        anchor(node.value_end);
        behind_ = std::max<std::uint64_t>(behind_, node.value_end);
        if (index != 0) close();
    }

    void close() {
        const Node& node = unit_.nodes()[open_.back()];
        if (term(node).complex) anchor(behind_);
        end(node);
        behind_ = std::max<std::uint64_t>(behind_, node.end);
        open_.pop_back();
    }

    void end(const Node& node) { to_.walked += term(node).end_tag; }

    void text(std::string_view value, std::uint32_t index) {
        for (std::size_t at = 0; at < value.size(); ++at) {
            const std::size_t from = at;
            while (at < value.size() && !special[static_cast<unsigned char>(value[at])]) ++at;
            to_.walked.append(value, from, at - from);
            if (at == value.size()) return;
            const char c = value[at];
            if (c == '&') {
                to_.walked += "&amp;";
            } else if (c == '<') {
                to_.walked += "&lt;";
            } else if (c == '>') {
                to_.walked += "&gt;";
            } else if (c == '\r') {
                to_.walked += "&#13;";
            } else if (c == '\xEF' && (value.substr(at, 3) == "\xEF\xBF\xBE" ||
                                       value.substr(at, 3) == "\xEF\xBF\xBF")) {
                unfit(index);
                at += 2;
            } else if (c == '\t' || c == '\n' || c == '\xEF') {
                to_.walked += c;
            } else {
                unfit(index);
            }
        }
    }

    // No XML can hold it: the unit is wrong, whatever its type says.
    void unfit(std::uint32_t index) {
        to_.walked += '?';
        if (!to_.notes.empty() && to_.notes.back().node == index) return;
        to_.notes.push_back(
            {core::Reason::encoding, "008", unit_.nodes()[index].value_begin, index});
    }

    const dfdl::Layout& layout_;
    const dfdl::Parser& unit_;
    Rendered& to_;
    std::vector<std::uint32_t>& open_;
    std::uint64_t behind_ = 0;
};

}  // namespace

void add_anchor(Map& map, std::uint64_t walked, std::uint64_t bytes) {
    if (map.size() > 1) {
        const auto& before = map[map.size() - 2];
        auto& last = map.back();
        const std::uint64_t reached = before.second + (last.first - before.first);
        const bool same_line = reached == last.second && last.second <= bytes;
        if (same_line || (last.second == bytes && reached >= last.second)) {
            last = {walked, bytes};
            return;
        }
    }
    map.emplace_back(walked, bytes);
}

void render(const dfdl::Layout& layout, const dfdl::Parser& unit, std::uint64_t whole, bool root,
            Rendered& to) {
    Renderer(layout, unit, to).all(whole, root);
}

}  // namespace parse::flat
