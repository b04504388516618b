#pragma once
// What was agreed with a partner about a job: deadline, volume, reasons for a longer delay, whom to
// call. The checked content of jobs/agreements.xml; plain values.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "job/job.hpp"
#include "job/read.hpp"

namespace job {

struct Contact {
    std::string role;  // "service", "escalation", ...: free word
    std::string name, mail, phone;
    int after_minutes = 0;  // of an escalation: how long after the breach
};

struct Agreement {
    std::string partner;                 // 6 digits; empty: every partner
    std::string job;                     // empty: every job
    std::optional<core::Date> from, to;  // both included
    std::optional<int> days;
    std::optional<bool> working_days;
    std::optional<int> priority;
    std::optional<double> target_percent;
    std::vector<std::string> reasons;   // volume, supplier, complexity, need
    std::int64_t records_expected = 0;  // a day on which files come; 0: nothing agreed
    int days_between = 0;               // a file is expected at least so often; 0: nothing agreed
    std::vector<Contact> contacts;
};

struct Deadline {
    int days = 4;
    bool working_days = false;
};

struct Agreements {
    std::vector<Agreement> list;
    // The closest one: partner and job, then partner, then job, then general; of equals the later
    // in the file. Null where none holds on this day.
    const Agreement* find(std::string_view partner, std::string_view job, core::Date day) const;
    // As agreed, else as the job says.
    Deadline deadline(const Job& job, std::string_view partner, core::Date day) const;
};

// A missing file is no agreement at all.
std::optional<Agreements> read_agreements(const std::filesystem::path& file,
                                          std::vector<Diagnostic>& diagnostics);

}  // namespace job
