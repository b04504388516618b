#pragma once
// What a version consists of, as a small text file: the names and digests of its tables and files.
// Its own digest is the version's.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/instant.hpp"
#include "directory/checksum.hpp"
#include "directory/store.hpp"

namespace directory {

enum class PersonsForm : unsigned char { none, same, base, delta };

struct Manifest {
    std::string id, parent, parent_digest;  // empty: the first
    core::Instant made_at;
    std::string origin;
    // Of the persons: nothing yet, as in the parent, a base of its own, or a delta to the parent.
    PersonsForm persons = PersonsForm::none;
    std::string persons_digest;       // of the base's or the delta's bytes
    RowSum rows_sum;                  // over all rows of the version, however it was come to
    std::string owners_digest;        // of the list of rows of each partner
    std::string tables[table_count];  // digest of each; empty: no such table
    VersionCounts counts;
    std::uint64_t added = 0, removed = 0, changed = 0;

    std::string text() const;
    // A Fault (integrity) where it is no manifest.
    static Manifest parse(const std::string& text, const std::string& shown);
};

}  // namespace directory
