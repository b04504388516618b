#pragma once
// A sender may drop FI.STAT.NNNNNN... (with GO) and gets FO.STAT.999999... with the state of its
// own files. Grammar of both: xsd/answers/status.xsd, docs/answers.md.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "core/language.hpp"

namespace outbox {

// <StatusRequest xmlns="urn:sluice:status:1"
// since="YYYY-MM-DD"?><File>NAME</File>*</StatusRequest>. No File: everything since that day;
// neither: everything that is not closed.
struct StatusRequest {
    std::vector<std::string> files;  // identities, or names as written where they are none
    std::optional<core::Date> since;
};

struct ParsedStatusRequest {
    std::optional<StatusRequest> request;
    std::vector<int> codes;  // annex 30, where there is no request
    std::string error;       // line:column: text
};
inline constexpr std::size_t status_request_files_max = 1000;  // status-request-files-max
ParsedStatusRequest parse_status_request(std::string bytes);

struct StatusCounts {
    std::uint64_t total = 0, accepted = 0, rejected = 0, pending = 0;
};

struct StatusFile {
    std::string file, job, ticket;
    std::string state;  // as `status --json`; "unknown" where we never saw the file
    bool final = false;
    std::string actor;
    std::optional<core::Instant> received_at, deadline_at, closed_at;
    StatusCounts documents, records;
    std::vector<std::string> codes;
};

std::string status_answer(const std::string& sender, const std::vector<StatusFile>& files,
                          core::Environment environment, core::Language language,
                          core::Instant moment);

}  // namespace outbox
