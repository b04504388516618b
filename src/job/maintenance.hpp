#pragma once
// A flow whose records are changes of the persons table: each inserts, changes or closes a row of
// its sender. Which field of the record is which column. What becomes of them: app/maintaining.hpp.
#include <optional>
#include <string>

#include "job/job.hpp"

namespace xml {
struct Element;
}

namespace job {

class Report;

// Such a file is decided in one commit: it stays in memory meanwhile.
inline constexpr std::uint64_t maintenance_bytes_max = 64ULL << 20;

struct Maintenance {
    std::string directory;  // empty: the main one
    // Fields of the job. Empty: the sender's own number, sector and institution type.
    std::string action, person, partner, sector, institution_type, quality, from, to;
    // The words that the action's field has; empty action: every record inserts.
    std::string insert = "insert", change = "change", close = "close";
};

Maintenance read_maintenance(const xml::Element& element, Report& report);
// Names that must exist among the fields of the job.
void check_maintenance(const Job& job, const xml::Element& element, Report& report);

}  // namespace job
