#include "app/plans.hpp"

namespace app {

std::shared_ptr<const parse::Plan> Plans::get(const job::Job& job, std::size_t version) {
    auto& plan = plans_[{&job, version}];
    if (!plan) plan = parse::make_plan(job, version);
    return plan;
}

}  // namespace app
