#pragma once
// What came in and what became of it, one small row a file, without its entries: for looking at
// many days at once.
#include <cstdint>
#include <functional>
#include <string>

#include "ledger/ledger.hpp"

namespace ledger {

struct FileCount {
    std::string sender, job;
    core::Instant received_at;
    std::int64_t records = 0, rejected = 0;
};

// Decided files of environment R received in [from, to), in order.
void each_count(const Ledger& book, core::Instant from, core::Instant to,
                const std::function<void(const FileCount&)>& visit);

// The newest file of environment R of a sender and job; none where none was accepted for
// processing. Seconds for senders who sent nothing for years are not spent: `since` bounds it.
std::optional<core::Instant> newest_arrival(const Ledger& book, const std::string& sender,
                                            const std::string& job, core::Instant since);

}  // namespace ledger
