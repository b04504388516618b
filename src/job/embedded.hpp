#pragma once
// xsd/job.xsd and xsd/partners.xsd, compiled in.
#include <string_view>

namespace job {

std::string_view job_schema_text();
std::string_view partners_schema_text();

}  // namespace job
