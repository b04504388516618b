#pragma once
// Holds a file of definitions against its schema, through the schema room: line and column of every
// fault. Internal to the room.
#include <memory>
#include <string_view>

#include "job/report.hpp"
#include "schema/schema.hpp"

namespace job {

enum class Kind : unsigned char {
    job,
    partners,
    calendar,
    agreements,
    roles,
    registers,
    directory
};

// Compiled once per process.
void validate(const xml::Document& document, Kind kind, Report& report);

// The schema of a kind, compiled.
std::shared_ptr<const schema::Schema> schema_of(Kind kind);

}  // namespace job
