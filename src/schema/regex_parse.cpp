#include "schema/regex_parse.hpp"

#include <algorithm>
#include <optional>

namespace schema {

namespace {

constexpr char32_t end_of_text = 0xFFFFFFFE;
constexpr std::uint64_t count_max = 1ULL << 31;
constexpr std::size_t sets_max = 10'000;

// One fault ends the parse; thrown and caught in this file only.
struct Wrong {
    RegexError error;
};

class Parser {
  public:
    Parser(std::string_view text, const RegexLimits& limits, RegexTree& tree)
        : text_(text), limits_(limits), tree_(tree) {
        read();
    }

    std::uint32_t parse() {
        const std::uint32_t top = expression();
        if (now_ != end_of_text) fail("')' without '('");
        return top;
    }

  private:
    [[noreturn]] void fail(std::string words) const { throw Wrong{{at_, std::move(words), false}}; }
    [[noreturn]] void fail_large(std::string words) const {
        throw Wrong{{at_, std::move(words), true}};
    }

    void read() {
        at_ = next_;
        if (next_ >= text_.size()) {
            now_ = end_of_text;
            return;
        }
        now_ = next_code_point(text_, next_);
        if (now_ > code_point_max) fail("not UTF-8");
    }

    char32_t peek() const {
        std::size_t next = next_;
        return next < text_.size() ? next_code_point(text_, next) : end_of_text;
    }

    bool take(char32_t c) {
        if (now_ != c) return false;
        read();
        return true;
    }

    std::uint32_t add(RegexNode node) {
        if (tree_.nodes.size() >= limits_.nodes_max) fail_large("too many parts");
        tree_.nodes.push_back(std::move(node));
        return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
    }

    std::uint32_t add_set(const CharSet& set) {
        RegexNode node;
        node.kind = RegexNode::Kind::set;
        const auto found = std::find(tree_.sets.begin(), tree_.sets.end(), set);
        node.set = static_cast<std::uint32_t>(found - tree_.sets.begin());
        if (tree_.sets.size() > sets_max) fail_large("too many different characters");
        if (found == tree_.sets.end()) tree_.sets.push_back(set);
        return add(std::move(node));
    }

    // A sequence or choice of one is that one.
    std::uint32_t add_group(RegexNode::Kind kind, std::vector<std::uint32_t> children) {
        if (children.size() == 1) return children.front();
        RegexNode node;
        node.kind = children.empty() ? RegexNode::Kind::empty : kind;
        node.children = std::move(children);
        return add(std::move(node));
    }

    std::uint32_t expression() {
        if (++depth_ > limits_.depth_max) fail_large("groups nested too deeply");
        std::vector<std::uint32_t> branches;
        do {
            branches.push_back(branch());
        } while (take('|'));
        --depth_;
        return add_group(RegexNode::Kind::choice, std::move(branches));
    }

    std::uint32_t branch() {
        std::vector<std::uint32_t> pieces;
        while (now_ != end_of_text && now_ != '|' && now_ != ')') pieces.push_back(piece());
        return add_group(RegexNode::Kind::sequence, std::move(pieces));
    }

    std::uint32_t piece() {
        const std::uint32_t child = atom();
        RegexNode node;
        node.kind = RegexNode::Kind::repeat;
        node.children = {child};
        if (take('?')) {
            node.most = 1;
        } else if (take('*')) {
            node.most = RegexNode::unbounded;
        } else if (take('+')) {
            node.least = 1;
            node.most = RegexNode::unbounded;
        } else if (take('{')) {
            quantity(node);
        } else {
            return child;
        }
        return add(std::move(node));
    }

    void quantity(RegexNode& node) {
        const std::uint64_t least = number();
        std::uint64_t most = least;
        bool open = false;
        if (take(',')) {
            open = now_ == '}';
            if (!open) most = number();
        }
        if (!take('}')) fail("'}' expected");
        if (!open && most < least) fail("the quantifier's greatest number is below its least");
        if (least >= count_max) fail_large("repeated too often");
        node.least = static_cast<std::uint32_t>(least);
        // No text of this program is 2 GiB long, so such a bound does not bind.
        node.most =
            open || most >= count_max ? RegexNode::unbounded : static_cast<std::uint32_t>(most);
    }

    std::uint64_t number() {
        if (now_ < '0' || now_ > '9') fail("a number is expected in the quantifier");
        std::uint64_t value = 0;
        for (; now_ >= '0' && now_ <= '9'; read())
            value = std::min(value * 10 + (now_ - '0'), count_max);
        return value;
    }

    std::uint32_t atom() {
        switch (now_) {
            case '(': {
                read();
                const std::uint32_t inner = expression();
                if (!take(')')) fail("')' expected");
                return inner;
            }
            case '[':
                return add_set(class_expression());
            case '.': {
                read();
                CharSet lines;
                lines.add(CharSet::single('\n'));
                lines.add(CharSet::single('\r'));
                return add_set(lines.complement());
            }
            case '\\':
                return add_set(escape());
            case '?':
            case '*':
            case '+':
                fail("a quantifier without anything before it");
            case '{':
            case '}':
            case ']':
                fail("this character must be escaped");
            default:
                break;
        }
        const CharSet set = CharSet::single(now_);
        read();
        return add_set(set);
    }

    // The character of a single character escape whose letter is `letter`.
    static std::optional<char32_t> single_escape(char32_t letter) {
        switch (letter) {
            case 'n':
                return U'\n';
            case 'r':
                return U'\r';
            case 't':
                return U'\t';
            default:
                break;
        }
        if (letter < 0x80 && std::string_view("\\|.?*+(){}-[]^").find(static_cast<char>(letter)) !=
                                 std::string_view::npos)
            return letter;
        return std::nullopt;
    }

    static CharSet multi_escape(char32_t lower) {
        switch (lower) {
            case 's':
                return CharSet::space();
            case 'i':
                return CharSet::name_start();
            case 'c':
                return CharSet::name_char();
            case 'w':
                return CharSet::word();
            default:
                break;
        }
        CharSet digits;
        CharSet::category("Nd", digits);
        return digits;
    }

    // Any escape; stands on the backslash.
    CharSet escape() {
        read();
        const char32_t letter = now_;
        if (const auto single = single_escape(letter)) {
            read();
            return CharSet::single(*single);
        }
        const char32_t lower = letter < 0x80 ? letter | 0x20U : letter;
        if (lower == 'p') return property(letter == 'P');
        if (lower == 's' || lower == 'i' || lower == 'c' || lower == 'd' || lower == 'w') {
            read();
            CharSet set = multi_escape(lower);
            return letter == lower ? set : set.complement();
        }
        fail(now_ == end_of_text ? "a backslash ends the expression" : "unknown escape");
    }

    CharSet property(bool complement) {
        read();
        if (!take('{')) fail("'{' expected");
        const std::size_t begin = at_;
        while (now_ != '}' && now_ != end_of_text) read();
        const std::string_view name = text_.substr(begin, at_ - begin);
        if (!take('}')) fail("'}' expected");
        CharSet set;
        const bool known = name.substr(0, 2) == "Is" ? CharSet::block(name.substr(2), set)
                                                     : CharSet::category(name, set);
        if (!known) fail("unknown category or block");
        return complement ? set.complement() : set;
    }

    // [...]; stands on the bracket.
    CharSet class_expression() {
        if (++depth_ > limits_.depth_max) fail_large("subtractions nested too deeply");
        read();
        const bool negative = take('^');
        CharSet set;
        if (now_ == ']') fail("an empty character group");
        bool first = true;
        std::optional<CharSet> subtracted;
        while (now_ != ']') {
            if (now_ == end_of_text) fail("']' expected");
            if (now_ == '-' && peek() == '[') {
                if (first) fail("nothing to subtract from");
                read();
                subtracted = class_expression();
                if (now_ != ']') fail("']' expected after the subtraction");
                break;
            }
            group_item(set, first);
            first = false;
        }
        read();
        --depth_;
        set.tidy();
        if (negative) set = set.complement();
        return subtracted ? set.minus(*subtracted) : set;
    }

    // One character, range or escape inside [...].
    void group_item(CharSet& set, bool first) {
        std::optional<char32_t> from;
        const bool dash = now_ == '-';
        if (now_ == '\\') {
            from = single_escape(peek());
            if (!from) {
                set.add(escape());
                return;
            }
            read();
        } else if (now_ == '[') {
            fail("'[' must be escaped in a character group");
        } else if (now_ == '-') {
            if (!first && peek() != ']' && !before_subtraction())
                fail("'-' must be escaped or stand first or last");
            from = now_;
        } else {
            from = now_;
        }
        read();
        char32_t to = *from;
        if (now_ == '-' && peek() != ']' && peek() != '[' && !before_subtraction()) {
            if (dash) fail("'-' cannot begin a range");
            read();
            to = range_end();
            if (to < *from) fail("the range ends before it begins");
        }
        set.add(CharSet::range(*from, to));
    }

    // "--[": the first is the group's last character, the second subtracts.
    bool before_subtraction() const { return text_.substr(next_, 2) == "-["; }

    char32_t range_end() {
        char32_t to = now_;
        if (now_ == '\\') {
            const auto escaped = single_escape(peek());
            if (!escaped) fail("a range must end in a character");
            to = *escaped;
            read();
        } else if (now_ == '-') {
            fail("'-' cannot end a range");
        } else if (now_ == '[' || now_ == end_of_text) {
            fail("the range has no end");
        }
        read();
        return to;
    }

    std::string_view text_;
    const RegexLimits& limits_;
    RegexTree& tree_;
    std::size_t at_ = 0, next_ = 0;  // of the current character, and behind it
    char32_t now_ = end_of_text;
    std::uint32_t depth_ = 0;
};

}  // namespace

bool parse_regex(std::string_view text, const RegexLimits& limits, RegexTree& tree,
                 RegexError& error) {
    try {
        tree.root = Parser(text, limits, tree).parse();
        return true;
    } catch (const Wrong& wrong) {
        error = wrong.error;
        return false;
    }
}

}  // namespace schema
