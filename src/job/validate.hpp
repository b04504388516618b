#pragma once
// Holds a file of definitions against its schema, through the schema room: line and column of every
// fault. Internal to the room.
#include <memory>
#include <string_view>

#include "job/report.hpp"

namespace job {

enum class Kind : unsigned char { job, partners, calendar, agreements, roles };

// Compiled once per process.
void validate(const xml::Document& document, Kind kind, Report& report);

}  // namespace job
