#pragma once
// Reads <enrich> of a job file. Internal to the room.
#include "job/attributes.hpp"
#include "job/job.hpp"
#include "job/report.hpp"

namespace job {

Enrich read_enrich(const xml::Element& element, Report& report);
// Names that must exist, values that can be had. Its place in the schema: enrichment.hpp.
void check_enrich(const Job& job, const Enrich& enrich, const xml::Element& element,
                  Report& report);

}  // namespace job
