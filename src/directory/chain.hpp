#pragma once
// The persons table of one version: a base and the deltas after it, oldest first. In a delta a row
// takes the place of the row with the same identity (code, from); Row::day_gone as its end takes
// that row away.
#include <memory>
#include <span>
#include <vector>

#include "directory/persons_file.hpp"
#include "directory/version.hpp"

namespace directory {

// Applies a delta's rows (ordered) to rows (ordered).
void merge_rows(std::span<const Row> rows, std::span<const Row> delta, std::vector<Row>& out);

class Chain {
  public:
    Chain() = default;
    // Without a base: an empty table before the first delta.
    Chain(std::shared_ptr<const PersonsFile> base,
          std::vector<std::shared_ptr<const PersonsFile>> deltas);

    // The rows lie in the files, or in `merged` where a delta has something to say.
    std::span<const Row> find(PersonKey person, std::vector<Row>& merged) const;
    void find(std::span<const PersonKey> persons, std::span<Holdings> out) const;
    std::span<const Holder> holders() const { return holders_; }
    const std::shared_ptr<const PersonsFile>& base() const { return base_; }
    std::span<const std::shared_ptr<const PersonsFile>> deltas() const { return deltas_; }
    std::uint64_t delta_rows() const;

    // Every person that has rows, in order.
    void each_person(const Visit<PersonKey, std::span<const Row>>& visit) const;
    // As each_person over the deltas alone, put together and not applied: the overlay.
    void each_mutation(const Visit<PersonKey, std::span<const Row>>& visit) const;

  private:
    void find_in_history(std::span<const PersonKey> persons, std::span<Holdings> out) const;
    // The memory of one is fetched while others are read.
    static void find_ahead(const PersonsFile& base, const PersonsFile* delta,
                           std::span<const PersonKey> persons, std::span<Holdings> out);
    std::shared_ptr<const PersonsFile> base_;
    std::vector<std::shared_ptr<const PersonsFile>> deltas_;
    std::vector<Holder> holders_;
};

// Reads the persons of a chain one by one.
class ChainCursor {
  public:
    explicit ChainCursor(const Chain& chain);
    bool done() const { return done_; }
    PersonKey person() const { return person_; }
    std::span<const Row> rows() const { return rows_; }
    void next();

  private:
    std::vector<PersonsFile::Cursor> cursors_;  // the base first, where there is one
    bool has_base_;
    PersonKey person_;
    std::span<const Row> rows_;
    std::vector<Row> buffers_[2];
    bool done_ = false;
};

}  // namespace directory
