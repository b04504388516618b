#pragma once
// Entries about what went out: one for each source file, its parcels apart from its answers. The
// places in the signed log that a sender sees in two proofs must not tell how many parcels were
// entered between them.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/json.hpp"
#include "ledger/ledger.hpp"

namespace app {

class FileEntries {
  public:
    // The parcels of these files get an entry in any case.
    explicit FileEntries(const std::vector<ledger::FileId>& decided = {});
    // `list` is "files", or "waiting" where a recipient cannot take it now.
    void add(const ledger::Outgoing& row, const std::string& list, const JsonObject& item);
    void append(ledger::Step& step, ledger::EntryKind kind, core::Instant at,
                const std::optional<std::int64_t>& checkpoint = std::nullopt) const;

  private:
    enum class Of : unsigned char { parcels, answers };
    struct Group {
        ledger::FileId file = 0;
        Of of = Of::parcels;
        std::map<std::string, std::vector<std::string>> lists;
    };
    Group& find(ledger::FileId file, Of of);

    std::vector<Group> groups_;
    std::map<std::pair<ledger::FileId, Of>, std::size_t> places_;
};

// Of these files, those without an entry of this kind about their parcels since they were decided.
std::vector<ledger::FileId> without_entry(const ledger::Ledger& book, ledger::EntryKind kind,
                                          const std::vector<ledger::FileId>& files);

}  // namespace app
