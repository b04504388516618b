#pragma once
// What a Version holds in its hands. Of version.cpp and store.cpp alone.
#include <array>
#include <mutex>
#include <unordered_map>

#include "directory/layout.hpp"
#include "directory/text_table.hpp"
#include "directory/version.hpp"

namespace directory {

// Replaced numbers, found in one or two steps; most numbers are told to be none by one bit.
class Replacements {
  public:
    void build(const TextTable& table);
    bool maybe(PersonKey person) const {
        if (filter_.empty()) return false;
        const std::uint32_t hash = person.value * 2654435761U;
        const std::uint32_t bit = hash >> shift_;
        return (filter_[bit / 64] >> (bit % 64) & 1U) != 0;
    }
    // The number that counts now.
    PersonKey resolve(PersonKey person, core::Date* since) const;

  private:
    struct Item {
        std::uint32_t from, to;
        core::Date at;
    };
    std::vector<Item> items_;
    std::vector<std::uint64_t> filter_;
    unsigned shift_ = 31;
};

struct Version::Content {
    std::string id, digest;
    Manifest manifest;
    Chain chain;
    std::array<std::shared_ptr<const TextTable>, table_count> tables;  // null: none
    std::vector<Availability> availability;
    std::vector<Authorisation> authorisations;
    std::unordered_map<std::string_view, const Authorisation*> authorisation_ids;
    Replacements replaced;

    void open(const Layout& layout);
    // Rows of links by country and key, put in order when they are first asked for.
    const std::vector<std::uint64_t>& links_back() const;
    const TextTable* table(TableName name) const {
        return tables[static_cast<std::size_t>(name)].get();
    }

  private:
    void read_availability();
    void read_authorisations();
    mutable std::once_flag links_once_;
    mutable std::vector<std::uint64_t> links_back_;
};

}  // namespace directory
