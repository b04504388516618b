#include "parse/flat_layout.hpp"

#include <algorithm>

#include "core/fault.hpp"

namespace parse::flat {

namespace {

Encoding encoding_of(dfdl::Charset charset) {
    switch (charset) {
        case dfdl::Charset::utf8:
            return Encoding::utf8;
        case dfdl::Charset::latin9:
            return Encoding::latin9;
        case dfdl::Charset::cp1252:
            return Encoding::cp1252;
        default:
            return dfdl::is_ebcdic(charset) ? Encoding::ebcdic : Encoding::latin1;
    }
}

// Bytes that an element always takes, its markup included; 0: it differs.
std::uint64_t fixed_length(const dfdl::Layout& layout, std::uint32_t index) {
    const dfdl::Term& term = layout.terms[index];
    if (term.kind == dfdl::Term::Kind::choice) return 0;
    if (term.kind == dfdl::Term::Kind::element) {
        if (term.least != term.most && term.parent != dfdl::none && !term.is_array() &&
            term.length_kind != dfdl::LengthKind::explicit_)
            return 0;
        const bool bytes = term.length_in_bytes || term.charset != dfdl::Charset::utf8;
        if (term.length_kind == dfdl::LengthKind::explicit_ && term.length_of.empty() && bytes) {
            std::uint64_t length = term.length;
            if (!term.initiator.empty()) length += term.initiator.output().size();
            if (!term.terminator.empty() && !term.terminator.may_be_empty())
                length += term.terminator.output().size();
            return length;
        }
        if (!term.complex) return 0;
    }
    std::uint64_t total = 0;
    if (!term.initiator.empty()) total += term.initiator.output().size();
    if (!term.separator.empty()) return 0;
    for (const std::uint32_t child : term.children) {
        const std::uint64_t one = fixed_length(layout, child);
        const dfdl::Term& part = layout.terms[child];
        if (one == 0) return 0;
        if (part.is_array() && (part.most == dfdl::unbounded || part.occurs != dfdl::Occurs::fixed))
            return 0;
        total += one * (part.is_array() ? part.most : 1);
    }
    return total;
}

bool is_keyed(const dfdl::Layout& layout, std::uint32_t index) {
    const dfdl::Term& term = layout.terms[index];
    if (!term.initiator.empty()) return true;
    if (!term.complex) return !term.asserts.empty();
    for (const std::uint32_t child : layout.elements_in(index)) {
        if (layout.terms[child].is_key) return true;
        if (layout.terms[child].complex) return is_keyed(layout, child);
        if (!layout.terms[child].asserts.empty()) return true;
    }
    return false;
}

class Maker {
  public:
    Maker(Layout& layout, const std::vector<std::string>& record)
        : layout_(layout), record_(record) {}

    void make() { add(0, none, 0, 0, {}); }

  private:
    // Elements above the record are groups; every other one is a unit.
    void add(std::uint32_t term, std::uint32_t parent, std::uint32_t position, std::size_t depth,
             std::vector<std::uint32_t> groups) {
        const dfdl::Layout& dfdl = *layout_.dfdl;
        const dfdl::Term& element = dfdl.terms[term];
        const auto index = static_cast<std::uint32_t>(layout_.nodes.size());
        Node node;
        node.name = element.name;
        node.term = term;
        node.parent = parent;
        node.position = position;
        node.groups = std::move(groups);
        node.most = element.occurs == dfdl::Occurs::parsed ? dfdl::unbounded : element.most;
        node.repeats = node.most > 1;
        node.is_line = depth + 1 >= record_.size() || element.name != record_[depth];
        node.keyed = is_keyed(dfdl, term);
        node.length = fixed_length(dfdl, term);
        if (!node.is_line && element.length_kind == dfdl::LengthKind::explicit_)
            throw core::Fault(core::FaultKind::job, "read the flat layout", element.where,
                              "an element around records has no length of its own",
                              "give it dfdl:lengthKind=\"implicit\"; see docs/formats.md");
        layout_.nodes.push_back(node);
        if (parent != none) layout_.nodes[parent].children.push_back(index);
        if (node.is_line) return;
        std::uint32_t next = 0;
        for (const std::uint32_t child : dfdl.elements_in(term)) {
            std::vector<std::uint32_t> between;
            for (std::uint32_t up = dfdl.terms[child].parent; up != term;
                 up = dfdl.terms[up].parent)
                between.push_back(up);
            std::reverse(between.begin(), between.end());
            add(child, index, next++, depth + 1, std::move(between));
        }
    }

    Layout& layout_;
    const std::vector<std::string>& record_;
};

void add_ends(Layout& layout) {
    const auto add = [&](const dfdl::Markup& markup) {
        if (markup.empty()) return;
        if (markup.may_be_empty()) {
            layout.loose_lines = true;
            return;
        }
        if (std::find(layout.ends.begin(), layout.ends.end(), &markup) == layout.ends.end())
            layout.ends.push_back(&markup);
    };
    bool same = true;
    std::uint64_t length = 0;
    for (const Node& node : layout.nodes) {
        if (node.is_line) add(layout.term(node).terminator);
        for (const std::uint32_t group : node.groups) add(layout.dfdl->terms[group].separator);
        if (!node.is_line) continue;
        if (length == 0) length = node.length;
        same = same && node.length == length;
    }
    if (layout.ends.empty() && same) layout.length = length;
}

}  // namespace

std::uint32_t Layout::find(const std::vector<std::string>& names) const {
    if (names.empty() || names.front() != nodes.front().name) return none;
    std::uint32_t at = 0;
    for (std::size_t i = 1; i < names.size(); ++i) {
        const auto& children = nodes[at].children;
        const auto child = std::find_if(children.begin(), children.end(),
                                        [&](std::uint32_t c) { return nodes[c].name == names[i]; });
        if (child == children.end()) return none;
        at = *child;
    }
    return at;
}

const dfdl::Term* Layout::separated(const Node& child) const {
    for (std::size_t i = child.groups.size(); i-- > 0;) {
        const dfdl::Term& group = dfdl->terms[child.groups[i]];
        if (!group.separator.empty()) return &group;
    }
    return nullptr;
}

std::shared_ptr<const Layout> make_layout(std::shared_ptr<const dfdl::Layout> dfdl,
                                          const std::vector<std::string>& record) {
    auto layout = std::make_shared<Layout>();
    layout->dfdl = std::move(dfdl);
    layout->encoding = encoding_of(layout->dfdl->charset);
    Maker(*layout, record).make();
    add_ends(*layout);
    return layout;
}

std::shared_ptr<const Layout> read_layout(const std::vector<std::filesystem::path>& documents,
                                          const std::vector<std::string>& record) {
    dfdl::Loaded loaded = dfdl::load(documents, record.empty() ? std::string() : record.front());
    if (!loaded.layout) {
        const dfdl::Diagnostic& first = loaded.errors.front();
        throw core::Fault(core::FaultKind::job, "read the flat layout",
                          first.file.filename().string() + ":" + std::to_string(first.line) + ":" +
                              std::to_string(first.column),
                          first.text, "see docs/formats.md for what flat layouts may say");
    }
    return make_layout(std::move(loaded.layout), record);
}

std::vector<std::string> names_to_record(const job::Job& job) {
    std::vector<std::string> names;
    for (const job::Step& step : job.document.steps) names.push_back(step.name.local);
    for (const job::Step& step : job.record.steps) names.push_back(step.name.local);
    return names;
}

}  // namespace parse::flat
