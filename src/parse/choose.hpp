#pragma once
// Which job and which of its schema versions a file is for, from its first bytes: root name, then
// the base name of the schemaLocation hint (never opened), then schema@when over the first
// document's values. Reads a bounded look-ahead only.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "core/instant.hpp"
#include "job/job.hpp"
#include "parse/source.hpp"

namespace parse {

struct Choice {
    const job::Job* job = nullptr;  // null: none fits, `findings` says why
    std::size_t version = 0;        // index in job->schemas
    // ACRF-102 (not well-formed in the look-ahead), ACRF-138 (encoding), ACRF-089 (no job has this
    // root), ACRF-088 (no schema version fits).
    std::vector<core::Finding> findings;
};

// The jobs are those of the file's subject, in the order of their names. `day`: the date that
// valid-from/valid-to are held against (day of reception); nothing: dates are not looked at.
Choice choose(const std::vector<const job::Job*>& jobs, const Source& source,
              std::optional<core::Date> day = {}, std::uint64_t look_ahead_bytes_max = 1ULL << 20);

}  // namespace parse
