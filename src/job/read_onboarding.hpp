#pragma once
// Reads <onboarding> of jobs/partners.xml. Internal to the room.
#include <memory>

#include "job/onboarding.hpp"
#include "job/report.hpp"

namespace job {

// Null where it cannot be read (reported).
std::shared_ptr<const Onboarding> read_onboarding(const xml::Element& element, Report& report);

}  // namespace job
