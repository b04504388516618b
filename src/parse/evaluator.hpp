#pragma once
// Follows the marks of a walk and keeps the current value of every query of a plan. Values are
// views into the walked bytes, or into the strings given with them.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parse/entry.hpp"
#include "parse/plan.hpp"

namespace parse {

using Strings = std::vector<std::unique_ptr<std::string>>;

class Evaluator {
  public:
    struct Running {
        std::string_view text;
        std::uint64_t begin = 0;    // in the walked bytes, of the first character that is no space
        bool present = false;       // hit, perhaps not yet decided
        bool before = false;        // the value stands before the walked bytes
        bool decided = false;       // before them, and so did all that it depends on
        bool open = false;          // inside the element that was hit
        std::uint32_t pending = 0;  // predicates, outermost first, that are not yet fulfilled
        std::uint32_t fulfilled = 0;  // bit per predicate, of its element that is open now
        bool settled() const { return present && pending == 0; }
    };

    // The entry must outlive the evaluator.
    Evaluator(const Plan& plan, const Entry& entry);
    void on_mark(const schema::Mark& mark, std::string_view walked, Strings& strings);
    const Running& operator[](std::size_t query) const { return running_[query]; }
    std::string query_state() const;  // for Entry

  private:
    void on_target(Running& running, const Query& query, const schema::Mark& mark,
                   std::string_view walked, Strings& strings);
    void on_predicate_leave(Running& running, std::uint32_t predicate);

    const Plan& plan_;
    std::vector<Running> running_;
};

std::string_view trimmed(std::string_view text);

}  // namespace parse
