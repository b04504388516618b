#include "dfdl/expression.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "dfdl/number.hpp"

namespace dfdl {

struct ExpressionNode {
    enum class Kind : unsigned char { text, number, path, call, operation } kind = Kind::text;
    std::string word;  // literal, name of the function, operator
    ValuePath path;
    std::vector<std::shared_ptr<const ExpressionNode>> arguments;
};

namespace {

using Node = ExpressionNode;
using NodePtr = std::shared_ptr<const Node>;
using Kind = Node::Kind;

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_name(char c) {
    return is_name_start(c) || is_digit(c) || c == '-' || c == '.';
}

std::string local(std::string_view name) {
    const std::size_t colon = name.find(':');
    return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
}

class Compiler {
  public:
    explicit Compiler(std::string_view text) : text_(text) {}

    NodePtr all() {
        NodePtr node = either();
        space();
        if (at_ < text_.size()) fail();
        return node;
    }

  private:
    [[noreturn]] void fail() const {
        throw std::string("this expression is outside the subset, from '" +
                          std::string(text_.substr(std::min(at_, text_.size()), 20)) + "' on");
    }
    void space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' ||
                                      text_[at_] == '\t' || text_[at_] == '\r'))
            ++at_;
    }
    bool symbol(std::string_view what) {
        space();
        if (text_.substr(at_, what.size()) != what) return false;
        at_ += what.size();
        return true;
    }
    bool word(std::string_view what) {
        space();
        const std::size_t end = at_ + what.size();
        if (text_.substr(at_, what.size()) != what || (end < text_.size() && is_name(text_[end])))
            return false;
        at_ = end;
        return true;
    }
    static NodePtr operation(std::string name, NodePtr a, NodePtr b) {
        auto node = std::make_shared<Node>();
        node->kind = Kind::operation;
        node->word = std::move(name);
        node->arguments = {std::move(a), std::move(b)};
        return node;
    }

    NodePtr either() {
        NodePtr node = both();
        while (word("or")) node = operation("or", node, both());
        return node;
    }
    NodePtr both() {
        NodePtr node = comparison();
        while (word("and")) node = operation("and", node, comparison());
        return node;
    }
    NodePtr comparison() {
        NodePtr node = sum();
        static constexpr std::pair<std::string_view, const char*> symbols[] = {
            {"!=", "ne"}, {"<=", "le"}, {">=", "ge"}, {"=", "eq"}, {"<", "lt"}, {">", "gt"}};
        for (const char* name : {"eq", "ne", "lt", "le", "gt", "ge"})
            if (word(name)) return operation(name, node, sum());
        for (const auto& [sign, name] : symbols)
            if (symbol(sign)) return operation(name, node, sum());
        return node;
    }
    NodePtr sum() {
        NodePtr node = product();
        for (;;) {
            if (symbol("+"))
                node = operation("+", node, product());
            else if (symbol("-"))
                node = operation("-", node, product());
            else
                return node;
        }
    }
    NodePtr product() {
        NodePtr node = primary();
        while (symbol("*")) node = operation("*", node, primary());
        return node;
    }
    NodePtr primary() {
        space();
        if (at_ >= text_.size() || ++depth_ > 100) fail();
        const char c = text_[at_];
        if (c == '\'' || c == '"') return quoted(c);
        if (is_digit(c)) return digits();
        if (c == '(') {
            ++at_;
            NodePtr node = either();
            if (!symbol(")")) fail();
            return node;
        }
        const std::size_t begin = at_;
        if (is_name_start(c)) {
            std::string name = qname();
            if (symbol("(")) return call(local(name));
            at_ = begin;
        }
        return path();
    }
    NodePtr quoted(char quote) {
        auto node = std::make_shared<Node>();
        for (++at_;; ++at_) {
            if (at_ >= text_.size()) fail();
            if (text_[at_] != quote) {
                node->word.push_back(text_[at_]);
                continue;
            }
            if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote) break;
            node->word.push_back(quote);
            ++at_;
        }
        ++at_;
        return node;
    }
    NodePtr digits() {
        auto node = std::make_shared<Node>();
        node->kind = Kind::number;
        while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.'))
            node->word.push_back(text_[at_++]);
        return node;
    }
    std::string qname() {
        std::string name;
        if (at_ >= text_.size() || !is_name_start(text_[at_])) fail();
        while (at_ < text_.size() && (is_name(text_[at_]) || text_[at_] == ':'))
            name.push_back(text_[at_++]);
        return name;
    }
    NodePtr call(const std::string& name) {
        static constexpr std::string_view known[] = {
            "count",         "not",          "true",          "false",
            "string-length", "concat",       "exists",        "empty",
            "string",        "int",          "integer",       "nonNegativeInteger",
            "long",          "short",        "decimal",       "byte",
            "unsignedInt",   "unsignedLong", "unsignedShort", "unsignedByte",
            "double",        "float",        "number"};
        if (std::find(std::begin(known), std::end(known), name) == std::end(known))
            throw std::string("the function " + name + "() is outside the subset");
        auto node = std::make_shared<Node>();
        node->kind = Kind::call;
        node->word = name;
        while (!symbol(")")) {
            if (!node->arguments.empty() && !symbol(",")) fail();
            node->arguments.push_back(either());
        }
        const bool none = name == "true" || name == "false";
        const bool of_path = name == "count" || name == "exists" || name == "empty";
        if (none ? !node->arguments.empty() : node->arguments.empty()) fail();
        if (of_path && node->arguments[0]->kind != Kind::path) fail();
        return node;
    }
    NodePtr path() {
        auto node = std::make_shared<Node>();
        node->kind = Kind::path;
        if (symbol("/")) node->path.absolute = true;
        for (bool first = true;; first = false) {
            if (!first && !symbol("/")) break;
            space();
            if (symbol("..")) {
                if (!node->path.names.empty() || node->path.absolute) fail();
                ++node->path.up;
            } else if (at_ < text_.size() && text_[at_] == '.') {
                ++at_;
            } else {
                node->path.names.push_back(local(qname()));
            }
        }
        if (at_ < text_.size() && text_[at_] == '[')
            throw std::string("predicates in paths are outside the subset");
        return node;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

std::optional<long double> number_of(const std::optional<std::string>& text) {
    if (!text) return {};
    const auto canonical = canonical_decimal(*text);
    if (!canonical) return {};
    return std::strtold(canonical->c_str(), nullptr);
}

// Nothing where it is beyond all numbers.
std::optional<std::string> shown(long double number) {
    if (!std::isfinite(number)) return {};
    if (number > -9.2e18L && number < 9.2e18L) {
        const auto whole = static_cast<long long>(number);
        if (static_cast<long double>(whole) == number) return std::to_string(whole);
    }
    return std::to_string(number);
}

bool is_numeric(const Node& node) {
    if (node.kind == Kind::number) return true;
    if (node.kind == Kind::operation)
        return node.word == "+" || node.word == "-" || node.word == "*";
    return node.kind == Kind::call && node.word != "concat" && node.word != "string" &&
           node.word != "not" && node.word != "true" && node.word != "false";
}

std::optional<std::string> evaluate(const Node& node, const ValuesOf& values);

std::optional<std::string> compared(const Node& node, const ValuesOf& values) {
    const auto a = evaluate(*node.arguments[0], values), b = evaluate(*node.arguments[1], values);
    if (!a || !b) return {};
    int order = a->compare(*b);
    if (is_numeric(*node.arguments[0]) || is_numeric(*node.arguments[1])) {
        const auto x = number_of(a), y = number_of(b);
        if (!x || !y) return {};
        order = *x < *y ? -1 : (*x > *y ? 1 : 0);
    }
    const std::string& op = node.word;
    const bool holds = op == "eq"   ? order == 0
                       : op == "ne" ? order != 0
                       : op == "lt" ? order < 0
                       : op == "le" ? order <= 0
                       : op == "gt" ? order > 0
                                    : order >= 0;
    return holds ? "true" : "false";
}

bool truth_of(const Node& node, const ValuesOf& values) {
    const auto text = evaluate(node, values);
    return text && *text != "false" && *text != "0" && !text->empty();
}

std::optional<std::string> called(const Node& node, const ValuesOf& values) {
    const auto flag = [](bool is) { return std::string(is ? "true" : "false"); };
    if (node.word == "true" || node.word == "false") return node.word;
    const Node& first = *node.arguments[0];
    if (node.word == "count") return std::to_string(values(first.path).size());
    if (node.word == "exists") return flag(!values(first.path).empty());
    if (node.word == "empty") return flag(values(first.path).empty());
    if (node.word == "not") return flag(!truth_of(first, values));
    if (node.word == "concat") {
        std::string all;
        for (const NodePtr& argument : node.arguments) {
            const auto part = evaluate(*argument, values);
            if (!part) return {};
            all += *part;
        }
        return all;
    }
    const auto value = evaluate(first, values);
    if (!value || node.word == "string") return value;
    if (node.word == "string-length")
        return std::to_string(std::count_if(value->begin(), value->end(),
                                            [](char c) { return (c & '\xC0') != '\x80'; }));
    return canonical_decimal(*value);
}

std::optional<std::string> evaluate(const Node& node, const ValuesOf& values) {
    switch (node.kind) {
        case Kind::text:
        case Kind::number:
            return node.word;
        case Kind::path: {
            const auto found = values(node.path);
            if (found.empty()) return {};
            return found.front();
        }
        case Kind::call:
            return called(node, values);
        case Kind::operation:
            break;
    }
    if (node.word == "and" || node.word == "or") {
        const bool a = truth_of(*node.arguments[0], values);
        const bool decided = node.word == "and" ? !a : a;
        return (decided ? a : truth_of(*node.arguments[1], values)) ? "true" : "false";
    }
    if (node.word != "+" && node.word != "-" && node.word != "*") return compared(node, values);
    const auto a = number_of(evaluate(*node.arguments[0], values));
    const auto b = number_of(evaluate(*node.arguments[1], values));
    if (!a || !b) return {};
    return shown(node.word == "+" ? *a + *b : (node.word == "-" ? *a - *b : *a * *b));
}

void collect(const Node& node, std::vector<std::string>& out) {
    if (node.kind == Kind::path && !node.path.names.empty()) out.push_back(node.path.names.back());
    for (const NodePtr& argument : node.arguments) collect(*argument, out);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

}  // namespace

bool is_expression(std::string_view text) {
    text = trimmed(text);
    return text.size() >= 2 && text.front() == '{' && text.substr(0, 2) != "{{" &&
           text.back() == '}';
}

Expression Expression::compile(std::string_view text) {
    text = trimmed(text);
    if (is_expression(text)) text = text.substr(1, text.size() - 2);
    Expression made;
    made.node_ = Compiler(text).all();
    return made;
}

std::optional<std::string> Expression::text(const ValuesOf& values) const {
    return evaluate(*node_, values);
}

bool Expression::truth(const ValuesOf& values) const {
    return truth_of(*node_, values);
}

void Expression::names(std::vector<std::string>& out) const {
    if (node_) collect(*node_, out);
}

}  // namespace dfdl
