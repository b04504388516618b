#pragma once
// What an operator names on a command line: FILE, FILE/DOCUMENT, FILE#RECORD,... FILE is any name
// of the set, with or without its prefix.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "core/file_name.hpp"
#include "ledger/types.hpp"

namespace app {

struct Target {
    std::string text;                            // FILE as it was typed
    std::optional<core::FileIdentity> identity;  // none: a name outside the grammar
    std::string document;                        // ordinal or id; empty: all of the file
    std::vector<std::int64_t> records;           // rising; empty: all of the file
};

inline constexpr std::size_t target_records_max = 10'000;

// A Fault (usage) for numbers that are none.
Target parse_target(const std::string& text);

// A date of the home's zone or an RFC 3339 instant. A Fault (usage) for others.
core::Instant parse_since(const Home& home, const std::string& text);

// The file that owns the name, else the newest attempt under it; also found by the name of its GO.
std::optional<ledger::File> find_target(Home& home, const Target& target);
// All attempts under the name, the owner first.
std::vector<ledger::File> find_attempts(Home& home, const Target& target);

// The ordinal of the document of a record, and its id; 0 where the record is not known.
struct DocumentOfRecord {
    std::int64_t ordinal = 0;
    std::string id;
};
DocumentOfRecord document_of_record(const ledger::Ledger& book, const ledger::File& file,
                                    std::int64_t record);

}  // namespace app
