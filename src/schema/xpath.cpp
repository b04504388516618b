#include "schema/xpath.hpp"

#include "schema/datatype_lexical.hpp"
#include "schema/reader_values.hpp"

namespace schema {

namespace {

// Tokens: . / // | @ * : :: and NCNames; white space may stand between them, but not around the
// single colon of a QName.
class PathParser {
  public:
    PathParser(std::string_view text, const xml::Element& node, bool field)
        : text_(text), node_(node), field_(field) {}

    XPathResult run() {
        do {
            branch();
        } while (result_.error.empty() && take("|"));
        skip();
        if (result_.error.empty() && at_ != text_.size()) {
            fail("there is something behind the path that the subset does not know");
        }
        return std::move(result_);
    }

  private:
    void skip() {
        while (at_ < text_.size() && trimmed(text_.substr(at_, 1)).empty()) ++at_;
    }

    bool take(std::string_view token) {
        skip();
        if (text_.substr(at_, token.size()) != token) {
            return false;
        }
        at_ += token.size();
        return true;
    }

    void fail(std::string text) {
        if (result_.error.empty()) {
            result_.error = std::move(text);
        }
    }

    // An NCName at the very place, or empty.
    std::string_view name_here() {
        const std::size_t end = text_.find_first_of(" \t\r\n/|@*:[]()'\"=<>!,+$", at_);
        std::string_view name = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
        if (!is_ncname(name)) {
            return {};
        }
        at_ += name.size();
        return name;
    }

    void branch() {
        PathBranch branch;
        skip();
        const std::size_t start = at_;
        if (take(".")) {
            if (take("//")) {
                branch.descendants = true;
            } else {
                at_ = start;
            }
        }
        do {
            if (branch.attribute) {
                fail("an attribute must be the last step");
                return;
            }
            step(branch);
        } while (result_.error.empty() && !at_double_slash() && take("/"));
        result_.path.push_back(std::move(branch));
    }

    bool at_double_slash() {
        skip();
        return text_.substr(at_, 2) == "//";
    }

    void step(PathBranch& branch) {
        if (take(".")) {
            return;
        }
        if (take("@")) {
            attribute_step(branch);
            return;
        }
        const std::size_t start = at_;
        const std::string_view axis = (skip(), name_here());
        if ((axis == "child" || axis == "attribute") && take("::")) {
            if (axis == "attribute") {
                attribute_step(branch);
                return;
            }
        } else {
            at_ = start;
        }
        branch.steps.push_back(name_test());
    }

    void attribute_step(PathBranch& branch) {
        if (!field_) {
            fail("a selector may not choose attributes");
            return;
        }
        branch.attribute = true;
        branch.steps.push_back(name_test());
    }

    PathStep name_test() {
        PathStep step;
        if (take("*")) {
            step.any_name = step.any_space = true;
            return step;
        }
        skip();
        const std::string_view first = name_here();
        if (first.empty()) {
            fail("a name, * or . is missing");
            return step;
        }
        if (text_.substr(at_, 1) != ":" || text_.substr(at_, 2) == "::") {
            step.name.local = first;
            return step;
        }
        ++at_;
        const std::optional<std::string> space = node_.resolve(first);
        if (!space) {
            fail("the prefix '" + std::string(first) + "' is not bound");
            return step;
        }
        step.name.space = *space;
        if (text_.substr(at_, 1) == "*") {
            ++at_;
            step.any_name = true;
            return step;
        }
        step.name.local = name_here();
        if (step.name.local.empty()) {
            fail("a name is missing behind the prefix");
        }
        return step;
    }

    std::string_view text_;
    const xml::Element& node_;
    bool field_;
    std::size_t at_ = 0;
    XPathResult result_;
};

}  // namespace

XPathResult parse_path(std::string_view text, const xml::Element& node, bool field) {
    return PathParser(text, node, field).run();
}

}  // namespace schema
