#pragma once
// What the walker keeps for unique, key and keyref, and for ID and IDREF, in bounded memory.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/finding.hpp"
#include "schema/components.hpp"

namespace schema {

// A node that a selector found and that is still open.
struct IdentityRow {
    std::size_t depth = 0;
    std::vector<std::optional<std::string>> keys;  // by field
    bool bad = false;                              // reported already
    core::Place place;                             // of its start tag
};

struct IdentityReference {
    std::string key;
    core::Place place;
    std::string path, element;
};

// A constraint of an open element.
struct IdentityScope {
    const IdentityConstraint* constraint = nullptr;
    std::size_t depth = 0;
    std::vector<IdentityRow> rows;
    std::unordered_set<std::string> keys;       // unique and key: what was found
    std::vector<IdentityReference> references;  // keyref: what must be found
    std::map<std::string, unsigned> available;  // keys of inner elements, how often
};

struct IdentityTables {
    std::vector<IdentityScope> scopes;  // of outer elements first
    std::unordered_set<std::string> ids;
    std::map<std::string, IdentityReference> idrefs;  // not yet seen as ID
    std::uint64_t bytes = 0;                          // kept in all of them
    bool full = false;  // over the limit: reported once, nothing more is kept
};

}  // namespace schema
