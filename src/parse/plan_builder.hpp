#pragma once
// Makes the watch tree and the queries of a Plan from paths. Used by make_plan and by choose.
#include <cstdint>
#include <string_view>

#include "parse/plan.hpp"

namespace parse {

class PlanBuilder {
  public:
    // Begins with the chain down to the record.
    PlanBuilder(Plan& plan, const job::Path& document, const job::Path& record);

    enum class Wanted : unsigned char { value, presence };
    // `base`: the chain level that a relative path starts from. Returns the index in plan.queries.
    std::uint32_t add_query(const job::Path& path, std::uint32_t base, Wanted wanted);
    void add_condition(const job::Condition& condition, std::uint32_t base);
    void add_condition_path(const job::Path& path, std::uint32_t base, Wanted wanted);
    // The node of a path (absolute, or from the record) without predicates or attribute.
    std::uint32_t add_node(const job::Path& path);
    // Call once at the end: fills uses and the tables per node.
    void finish();

  private:
    std::uint32_t child(std::uint32_t parent, const job::Name& name);
    bool in_chain(std::uint32_t node) const;
    std::uint32_t level_of(std::uint32_t node) const;
    [[noreturn]] void refuse(const job::Path& path, std::string_view why) const;

    Plan& plan_;
};

}  // namespace parse
