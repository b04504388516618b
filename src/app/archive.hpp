#pragma once
// The payload that is kept: private copies of what came in, second names of what went out. It
// expires by the job's payload-days; what a legal hold stands on stays, and answers while their
// questions are open. Digests, signatures,
// entries and traces are no payload and stay for ever.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "ledger/types.hpp"

namespace app {

// The newest word about a file: nothing of it may be taken away while this is true.
bool on_legal_hold(const ledger::Ledger& book, ledger::FileId file);

struct ArchivedFile {
    ledger::File file;
    std::vector<std::filesystem::path> payload;  // what is there and would be taken away
    std::uint64_t bytes = 0;                     // on disk
    core::Date expires;                          // first day on which it may go
    bool held = false;                           // or needed still
};
// None where nothing of the file is kept any more.
std::optional<ArchivedFile> archived(Home& home, const ledger::File& file);

// Where the data member of what went out is kept, in whatever form it went; empty: it has no name
// of ours.
std::filesystem::path kept_data(const Home& home, const ledger::Outgoing& row);

// Every file whose payload is kept, oldest first. `visit` gives false to stop.
void each_archived(Home& home, const std::function<bool(const ArchivedFile&)>& visit);

}  // namespace app
