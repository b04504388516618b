#pragma once
// The step that partners see: staged sets are renamed into their OUT folders, data first and GO
// last, never over anything. May be repeated at will: a missing draft is already published. What
// stops one recipient is told as a value, so that the others go on.
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"

namespace outbox {

struct Publication {
    std::string recipient;             // 6 digits
    std::filesystem::path out;         // spool/partners/NNNNNN/OUT...
    std::filesystem::path from;        // where its files are staged
    std::vector<std::string> members;  // their names in order, GO last
    std::uint64_t bytes = 0;           // of them all; 0: to be asked for
    bool closed = false;               // the partner takes nothing now
    std::string after;  // not before the publication with this key (order of one sender) ...
    std::string key;    // ... of this batch; both may be empty
};

enum class Outcome : unsigned char {
    published,
    closed,          // the recipient is closed; stays a draft
    folder_missing,  // no such folder, or not a folder
    full,            // the recipient's waiting files or bytes are over the limit
    name_taken,      // another file of that name is there
    refused,         // the system said no (see reason)
    waits            // the one it must follow was not published
};
std::string_view to_string(Outcome outcome);

struct PublishResult {
    Outcome outcome = Outcome::published;
    std::string reason;  // for operators, in English; empty when published
};

struct PublishSettings {
    std::uint64_t waiting_files_max = 100'000;       // partner-waiting-files-max
    std::uint64_t waiting_bytes_max = 200ULL << 30;  // partner-waiting-bytes-max
};

// What waits in folders: counted once, and believed while nobody else changes them. A batch counts
// again what is new, what was changed, and what seems full.
struct WaitingCounts {
    struct Folder {
        std::uint64_t files = 0, bytes = 0;  // over a limit: at least so many
        core::Instant modified;              // of the folder, when we left it
    };
    std::map<std::string, Folder> folders;  // by path
};

// One result for each publication, in their order. Folders are flushed twice for the whole batch:
// before the first GO and after the last.
std::vector<PublishResult> publish(std::span<const Publication> batch,
                                   const PublishSettings& settings, WaitingCounts& counts);
std::vector<PublishResult> publish(std::span<const Publication> batch,
                                   const PublishSettings& settings = {});

}  // namespace outbox
