#pragma once
// The DFDL expressions of the subset: paths to elements that were read before, literals,
// comparisons, and/or/not, sums, fn:count, string-length, concat, constructors of numbers.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dfdl {

struct ExpressionNode;

// "../header/title": steps up, then names down. Absolute paths begin at the root.
struct ValuePath {
    bool absolute = false;
    unsigned up = 0;
    std::vector<std::string> names;  // local
};

// What a path stands for: the values of its elements, in order.
using ValuesOf = std::function<std::vector<std::string>(const ValuePath&)>;

class Expression {
  public:
    bool empty() const { return node_ == nullptr; }
    // Throws std::string (what is not understood). With or without the braces.
    static Expression compile(std::string_view text);
    // Nothing where a path has no value.
    std::optional<std::string> text(const ValuesOf& values) const;
    bool truth(const ValuesOf& values) const;  // false where it cannot be said
    // The local names that paths in it end in.
    void names(std::vector<std::string>& out) const;

  private:
    std::shared_ptr<const ExpressionNode> node_;
};

bool is_expression(std::string_view text);

}  // namespace dfdl
