#include "schema/regex.hpp"

#include "schema/regex_automaton.hpp"
#include "schema/regex_parse.hpp"

namespace schema {

struct Regex::Impl {
    std::vector<std::string> sources;
    RegexTree tree;
    RegexClasses classes;
    RegexNfa nfa;
    RegexTable table;
    bool has_table = false;
};

namespace {

// Any of the alternatives.
void join_roots(RegexTree& tree, std::vector<std::uint32_t> roots) {
    if (roots.size() < 2) return;
    RegexNode node;
    node.kind = RegexNode::Kind::choice;
    node.children = std::move(roots);
    tree.nodes.push_back(std::move(node));
    tree.root = static_cast<std::uint32_t>(tree.nodes.size() - 1);
}

std::shared_ptr<const Regex> too_large(RegexError& error) {
    error = {0, "the expression is above the limits for patterns", true};
    return nullptr;
}

}  // namespace

Regex::Regex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Regex::~Regex() = default;

std::shared_ptr<const Regex> Regex::compile(const std::vector<std::string>& alternatives,
                                            RegexError& error, const RegexLimits& limits) {
    auto impl = std::make_unique<Impl>();
    impl->sources = alternatives;
    RegexTree& tree = impl->tree;
    std::vector<std::uint32_t> roots;
    for (const std::string& alternative : alternatives) {
        if (!parse_regex(alternative, limits, tree, error)) return nullptr;
        roots.push_back(tree.root);
    }
    join_roots(tree, std::move(roots));
    if (!find_classes(tree, impl->classes)) return too_large(error);
    if (tree.nodes.empty() || !build_nfa(tree, limits, impl->nfa)) return too_large(error);
    impl->has_table = build_table(impl->nfa, impl->classes, limits, impl->table);
    if (!impl->has_table && impl->nfa.nodes.size() > limits.simulated_nodes_max)
        return too_large(error);
    if (impl->has_table) {
        impl->nfa = {};
        impl->tree = {};
    } else {
        impl->table = {};
    }
    return std::shared_ptr<const Regex>(new Regex(std::move(impl)));
}

bool Regex::matches(std::string_view text) const {
    if (!impl_->has_table) return impl_->nfa.matches(text, impl_->tree);
    const RegexTable& table = impl_->table;
    const std::uint32_t* const next = table.next.data();
    const std::size_t classes = table.classes;
    std::size_t state = 1;
    for (std::size_t at = 0; at < text.size() && state != 0;) {
        const auto byte = static_cast<unsigned char>(text[at]);
        std::uint16_t number = 0;
        if (byte < 0x80) {
            number = table.ascii_class[byte];
            ++at;
        } else {
            const char32_t c = next_code_point(text, at);
            if (c > 0x10FFFF) return false;
            number = impl_->classes.of(c);
        }
        state = next[state * classes + number];
    }
    return table.accepting[state] != 0;
}

const RegexTable* Regex::table() const {
    return impl_->has_table ? &impl_->table : nullptr;
}
std::uint16_t Regex::class_of(char32_t c) const {
    return impl_->classes.of(c);
}
const std::vector<std::string>& Regex::sources() const {
    return impl_->sources;
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
    constexpr char32_t malformed = 0xFFFFFFFF;
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) return lead;
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < more) return malformed;
    char32_t c = lead & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i) {
        const auto byte = static_cast<unsigned char>(text[at++]);
        if ((byte & 0xC0U) != 0x80) return malformed;
        c = c << 6 | (byte & 0x3FU);
    }
    constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
    const bool good = c >= least[more] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    return good ? c : malformed;
}

}  // namespace schema
