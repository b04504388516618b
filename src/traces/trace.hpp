#pragma once
// A trace of the privacy log: one record's way to one recipient. The law's six fields (message,
// time, who sent, who got, whom it is about, that person's quality), the decision with its grounds,
// and the way back to the journal. Plain values.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/instant.hpp"

namespace traces {

// What all traces of one file share.
struct Source {
    std::string file;                // identity: SUBJ.NNNNNN.YYYYMMDD.SEQ5.ENV
    std::int64_t attempt = 0;        // the ledger's number of the file
    std::string message;             // type of message: the job
    std::string sender;              // institution that sent: partner number
    std::string user;                // user or application that sent: the signer, or the channel
    std::string directory_version;   // under which access was decided; empty: none
    core::Instant received, sent;    // sent: when deliveries were made
    std::int64_t closing_entry = 0;  // index in the journal of the entry that closed the file
    std::int64_t first_record = 1;   // ordinal of the first record that is traced here
    std::uint64_t records = 0;       // of the file, from first_record on, whose traces may be here
    bool operator==(const Source&) const = default;
};

enum class Decision : std::uint8_t { delivered, withheld, rejected };
std::string_view to_string(Decision decision);

// What became of a record towards one recipient; few differ, many records share each.
struct Fate {
    Decision decision = Decision::delivered;
    std::string recipient;      // institution: partner number, or whom the rule names
    std::string reason;         // why it was withheld or rejected
    std::string authorisation;  // row of the directory that decided
    std::string quality;        // of the person
    auto operator<=>(const Fate&) const = default;
};

struct Trace {
    std::uint64_t person = 0;
    std::int64_t record = 0;  // ordinal in the file, from 1
    Source source;
    Fate fate;
    bool operator==(const Trace&) const = default;
};

}  // namespace traces
