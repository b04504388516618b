#pragma once
// Records that were withheld are decided again when the directory has changed, for so many days as
// their job says (<route retry-days>). What is decided then is an attempt of its own under the name
// of the file, behind it in the ledger: a supplement, over the same bytes, with the same job,
// schema and day of reception and a newer version of the directory. It delivers what was withheld
// and is allowed now, and nothing else; it has its own parcels, certificate, traces and
// commitments, and no answers. Its sender learns nothing of it: every file of such a job has one
// for each version, whether anything of it is open or not.
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/directories.hpp"
#include "app/home.hpp"
#include "app/routing.hpp"

namespace app {

bool is_supplement(const ledger::File& file);

// The supplements of a file, oldest first.
std::vector<ledger::File> supplements_of(const ledger::Ledger& book, const ledger::File& file);

// The day behind the last one on which the file's withheld records are decided again; none where
// its job, as it is now, asks for nothing of the kind.
std::optional<core::Instant> open_until(Home& home, const ledger::File& file);

// Records a supplement for each closed file whose directory has changed since it was decided last,
// but for those of the jobs `locked`. Each in one step. Returns how many.
std::size_t open_supplements(Home& home, const std::set<std::string>& jobs,
                             const std::set<std::string>& locked);

// One that an operator asks for, whatever the days of the job. Why not; empty: it is recorded, or
// with an empty `reason` it could be. `version` becomes that of the directory it is decided with.
std::string supplement_by_hand(Home& home, const ledger::File& file, const std::string& reason,
                               std::string& version);

// What was decided before a supplement, oldest first: the rules with the versions and partners of
// then. Throws where a definition of then is gone.
std::vector<EarlierRuling> rulings_before(Home& home, const ledger::File& supplement,
                                          const std::shared_ptr<const parse::Plan>& plan,
                                          Directories& directories);

}  // namespace app
