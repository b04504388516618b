#pragma once
// Files whose records change the persons table: each change of an accepted record is tried over the
// current version, in order; what cannot be done rejects its record. When the file is decided all
// of them become one new version. Such a file is processed alone, under the directory's lock.
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "app/routing.hpp"
#include "directory/changes.hpp"
#include "directory/store.hpp"
#include "io/lock.hpp"
#include "job/maintenance.hpp"

namespace app {

class Maintaining {
  public:
    // Waits for whoever else writes the directory.
    Maintaining(Home& home, ledger::File file, const job::Job& job);

    // Tries the changes of all records; adds findings to the products (Routed).
    void take(const DirectoryPin& pin, const std::vector<std::unique_ptr<parse::Outcome>>& outcomes,
              const std::vector<std::unique_ptr<parse::Product>>& products);
    // The comparison, where a larger share of the sender's rows changes than may without somebody
    // saying so; empty where it may.
    std::string too_many() const;
    // Durable before the file is decided.
    void keep() const;
    // Behind the decision: the new version. After a crash (`again`) it may have been made.
    void make_version(bool again);
    // When the file is closed.
    void forget() const;

  private:
    void change(const parse::Outcome& outcome, std::size_t record, directory::Changes& changes,
                Routed& routed) const;
    std::optional<directory::WantedChange> read(const parse::Outcome& outcome, std::size_t record,
                                                Routed& routed) const;
    std::filesystem::path kept() const;
    std::string origin() const;

    Home& home_;
    const ledger::File file_;
    const job::Job& job_;
    const job::Maintenance& rule_;
    std::string name_;  // of the directory's folder
    io::Lock lock_;
    std::optional<directory::Changes> changes_;
};

}  // namespace app
