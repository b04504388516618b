#pragma once
// The schemas of a home's own definitions (xsd/job.xsd, partners.xsd, ...), compiled in.
#include <string_view>

namespace job {

std::string_view job_schema_text();
std::string_view partners_schema_text();
std::string_view calendar_schema_text();
std::string_view agreements_schema_text();
std::string_view roles_schema_text();
std::string_view registers_schema_text();
std::string_view directory_schema_text();  // of tables in XML

}  // namespace job
