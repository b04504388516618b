#pragma once
// A backup that is consistent, and the way back. The ledger is copied as one transaction saw it;
// the archive, which never changes, by second names where the file system allows; pseudonym keys
// never, but to a place of their own.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/home.hpp"

namespace app {

struct BackupResult {
    std::uint64_t files = 0, bytes = 0, linked = 0;
};

// Into `folder`, which is new. `pseudonyms`: where the keys of pseudonyms go; empty: nowhere.
BackupResult write_backup(Home& home, const std::filesystem::path& folder,
                          const std::filesystem::path& pseudonyms);

// The list of files is signed by one of `keys` (empty: those in the backup itself), every file is
// there with its length, and those that are not archive with their digest. Empty, or what does not
// hold.
std::string check_backup(const std::filesystem::path& folder,
                         const std::vector<seal::VerifierKey>& keys = {});

// Copies a backup into `home`, which has no ledger yet; partners' folders may be there.
void unpack_backup(const std::filesystem::path& folder, const std::filesystem::path& home,
                   const std::filesystem::path& pseudonyms);

// The detail of a parcel's row that a restore found published: it is not made again.
inline constexpr const char* restored_detail = "restored";
inline constexpr const char* restored_taken = "restored, counted";  // its file has come to it
inline constexpr const char* restored_final = "restored FA";        // the final receipt

// Of what was returned to an asker: which part, and whether it was the last.
inline std::string restored_answer(int part, bool last) {
    return std::string(restored_detail) + " part " + std::to_string(part) + (last ? " last" : "");
}

struct Reconciled {
    std::size_t known = 0;  // published sets that the backup knows
    std::size_t added = 0;  // published after the backup: taken into the ledger under their names
    std::vector<std::string> names;
};
// What lies in partners' OUT folders and among `witnesses` (folders with what partners kept) and is
// newer than the backup: its names, numbers and digests count, and nothing of it is made again.
// Counters are moved beyond it and by `skip` more, for what nobody showed. One signed entry
// `restored` says so.
Reconciled reconcile(Home& home, const std::vector<std::filesystem::path>& witnesses,
                     std::int64_t skip, const std::string& reason);

}  // namespace app
