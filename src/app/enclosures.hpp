#pragma once
// The documents that lie beside the records of a set: which of its parts they are, and which of
// them a recipient gets with its parcel.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "ledger/types.hpp"
#include "outbox/stage.hpp"
#include "parse/enclosures.hpp"

namespace app {

// Takes the parts that hold documents out of `parts`: those behind the first that are ZIP archives,
// down to the last that is not. Null where the job has no documents beside its records.
std::shared_ptr<const parse::Enclosures> take_enclosures(const Home& home, const job::Job& job,
                                                         std::vector<ledger::Part>& parts);

// The same while the private copies are kept, for who looks back; null: they are not, or the ledger
// does not have the job of then.
std::shared_ptr<const parse::Enclosures> kept_enclosures(Home& home, const ledger::File& file);

// Which documents each recipient gets: those of the records that were decided for him, by the facts
// in the ledger.
using Enclosed = std::map<std::string, std::vector<bool>>;
Enclosed enclosed_of(const ledger::Ledger& book, ledger::FileId file, std::size_t enclosures);

// The finished `records` of one recipient and his documents, each once, in the order of the set:
// one archive in `folder`, the same bytes each time. `content_bytes` grows by what these have
// unpacked.
outbox::StagedFile enclose(const parse::Enclosures& enclosures, const std::vector<bool>& his,
                           const ledger::Outgoing& row, const outbox::StagedFile& records,
                           const std::filesystem::path& folder, std::uint64_t& content_bytes);

}  // namespace app
