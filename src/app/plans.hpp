#pragma once
// Plans of (job, schema version), made once a run.
#include <map>
#include <memory>
#include <string>

#include "job/job.hpp"
#include "parse/plan.hpp"

namespace app {

class Plans {
  public:
    // `job` must outlive the plans.
    std::shared_ptr<const parse::Plan> get(const job::Job& job, std::size_t version);

  private:
    std::map<std::pair<const job::Job*, std::size_t>, std::shared_ptr<const parse::Plan>> plans_;
};

}  // namespace app
