#pragma once
// Collects what is wrong with a schema: every Diagnostic once, up to a limit, in the order found.
// Not for findings about instances.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/components.hpp"
#include "schema/schema.hpp"

namespace schema {

class Report {
  public:
    explicit Report(std::size_t errors_max = 200) : errors_max_(errors_max) {}

    // `clause`: the constraint of the recommendation that is violated, e.g. "src-element.1".
    void add(const std::filesystem::path& file, std::size_t line, std::size_t column,
             std::string_view clause, std::string text);
    void add(const Components& components, const Source& source, std::string_view clause,
             std::string text);

    bool empty() const { return errors_.empty(); }
    bool full() const { return errors_.size() >= errors_max_; }
    std::size_t size() const { return errors_.size(); }
    std::vector<Diagnostic> take() { return std::move(errors_); }

  private:
    std::size_t errors_max_;
    std::vector<Diagnostic> errors_;
};

// 'local' or 'local' of namespace 'space', for messages.
std::string shown(const ExpandedName& name);

}  // namespace schema
