#pragma once
// A version in the making: its files stand in work/ until all of them are whole. Of the store
// alone.
#include <optional>
#include <string>
#include <vector>

#include "directory/comparison.hpp"
#include "directory/dictionary.hpp"
#include "directory/findings.hpp"
#include "directory/layout.hpp"
#include "directory/sorting.hpp"

namespace directory {

inline constexpr std::size_t rows_of_a_person_max = 1 << 16;

struct Store::Draft {
    Draft(const fs::path& folder, const StoreOptions& options, core::Date today);
    ~Draft();  // what was not published is removed
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    void load_persons(const fs::path& csv);
    void load_table(TableName table, const fs::path& csv);
    void apply(const fs::path& csv, std::string_view owner);
    void publish_files();

    Layout layout;
    const StoreOptions& options;
    FindingList findings;
    Manifest before;  // of the current version; empty id: there is none
    Manifest manifest;
    OwnerRows owners;
    std::vector<OwnerChange> too_many;
    std::uint64_t rows_read = 0;

  private:
    friend class Store;
    struct Publication {
        fs::path from, to;
    };
    fs::path work(const std::string& name) const { return layout.work() / name; }
    void read_persons(const fs::path& csv, Dictionary& dictionary, RecordSorter& sorter);
    void write_persons(RecordSorter& sorter, const Dictionary& dictionary, const Chain& chain);
    bool read_mutations(const fs::path& csv, std::string_view owner, Dictionary& dictionary,
                        RecordSorter& sorter);
    void count_table_changes(TableName table, const fs::path& fresh);
    OwnerRows owners_before() const;
    std::vector<Publication> publications_;
};

}  // namespace directory
