#pragma once
// The ledger's entries as the signed log: one leaf for each entry, under the same index. The log is
// a projection: what a crash interrupts is made again from the ledger.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "journal/evidence.hpp"
#include "journal/log.hpp"
#include "ledger/ledger.hpp"

namespace app {

std::filesystem::path journal_folder(const Home& home);

// The canonical line of an entry: {"index","at","kind","file","attempt","body"}; a body that is too
// long for a leaf stands there by its digest.
std::string journal_leaf(const ledger::Entry& entry, std::string_view identity);

// {"index","at","kind","body"}: an entry as people and their tools get to see it.
std::string entry_json(const ledger::Entry& entry);

// The leaves of the ledger's entries, read page by page. A Fault (integrity) at a gap.
journal::Entries ledger_leaves(const ledger::Ledger& book);

// Brings the log up to the ledger and signs the checkpoint, under spool/work/journal.lock. Returns
// the checkpoint that is published then; none while there is no entry at all.
std::optional<journal::Signed> project_journal(Home& home);
// Read through `book`; on any thread, once the home has loaded its keys.
std::optional<journal::Signed> project_journal(Home& home, const ledger::Ledger& book);

// The proofs that travel with answers and parcels: of the newest verdict about a file, under one
// checkpoint.
class FileProofs {
  public:
    explicit FileProofs(Home& home);  // projects first
    // Those of `files` are made at once, through `book`.
    FileProofs(Home& home, const ledger::Ledger& book, const std::vector<ledger::FileId>& files);
    // tlog-proof as text; empty where the file has no verdict.
    const std::string& of(ledger::FileId file);
    // Entries under the checkpoint.
    std::int64_t size() const {
        return under_ ? static_cast<std::int64_t>(under_->checkpoint.size) : 0;
    }

  private:
    const std::string& make(const ledger::Ledger& book, ledger::FileId file);

    Home& home_;
    std::optional<journal::Signed> under_;
    std::optional<journal::Tiles> tiles_;
    std::map<ledger::FileId, std::string> made_;
};

// The evidence of an entry as it lies in the log; `whole`: also a body that the leaf has not.
journal::Evidence entry_evidence(const ledger::Ledger& book, const journal::Tiles& tiles,
                                 std::uint64_t index, bool whole);

}  // namespace app
