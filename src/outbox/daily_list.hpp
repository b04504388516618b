#pragma once
// What a sender sent in one day, as we saw it: every file with its digest and what became of it,
// sets that are not complete, and numbers that never came. Signed like every answer, so that it can
// also be shown what did not come. Grammar: xsd/answers/daily.xsd, docs/answers.md.
#include <cstdint>
#include <string>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "core/language.hpp"

namespace outbox {

struct DailyFile {
    std::string name, state, digest, ticket;
    core::Instant received_at;
    std::uint64_t bytes = 0;
    bool duplicate = false;
    std::vector<std::string> codes;
};
struct DailyWaiting {
    std::string name;
    bool complete = false;  // false: half a set
    core::Instant since;
};
struct DailyGap {
    std::int64_t first = 0, last = 0;
};

struct DailyFacts {
    std::string sender;
    core::Date day;
    core::Environment environment = core::Environment::R;
    core::Language language = core::Language::en;
    core::Instant at;
    std::vector<DailyFile> files;
    std::uint64_t unlisted = 0;  // further files, beyond the limit
    std::vector<DailyWaiting> waiting;
    std::vector<DailyGap> gaps;
};
std::string daily_list(const DailyFacts& facts);

// The word of a file's state in the language, or the state itself where it is none of the table's.
std::string state_text(const std::string& state, core::Language language);

}  // namespace outbox
