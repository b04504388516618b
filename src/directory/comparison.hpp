#pragma once
// The new persons table beside the old one, person by person: what each owner added, took away and
// changed, the sum over all rows, and the delta between the two.
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "directory/dictionary.hpp"
#include "directory/manifest.hpp"
#include "directory/persons_file.hpp"

namespace directory {

using OwnerRows = std::map<std::string, std::uint64_t, std::less<>>;  // partner -> rows
std::string owners_text(const OwnerRows& owners);
OwnerRows parse_owners(const std::string& text);

class Comparison {
  public:
    // `before` and `owners` are of the version that is compared with.
    Comparison(const Dictionary& dictionary, const Manifest& before, OwnerRows owners);

    // Both ordered. Rows of `delta` are written where it is not null.
    void person(PersonKey person, std::span<const Row> old_rows, std::span<const Row> new_rows,
                PersonsWriter* delta);
    void count_into(Manifest& manifest) const;
    OwnerRows owners_after() const;
    // Owners with more changes than the options allow, most changed first.
    std::vector<OwnerChange> too_many(const StoreOptions& options) const;
    std::uint64_t mutations() const { return added_ + removed_ + changed_; }
    const RowSum& sum() const { return sum_; }

  private:
    OwnerChange& owner(std::uint32_t code);
    const Dictionary& dictionary_;
    OwnerRows before_;
    std::vector<OwnerChange> owners_;
    std::map<std::string, std::size_t, std::less<>> owner_index_;
    std::vector<std::uint32_t> owner_of_code_;  // index + 1
    RowSum sum_;
    std::uint64_t persons_, rows_;
    std::uint64_t added_ = 0, removed_ = 0, changed_ = 0;
};

}  // namespace directory
