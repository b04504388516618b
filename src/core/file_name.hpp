#pragma once
// The names of the batch channel: PFX.SUBJ.SENDER.YYYYMMDD.SEQ5.ENV[.TOTAL[.PART]], and the
// identity of a file that they share. Grammar and error codes: annex 30 (107-117, 127-132, 367). No
// file system here.
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"

namespace core {

enum class Prefix : unsigned char { FI, FS, GO, TD, FO, CO };
enum class Environment : char { R = 'R', T = 'T', S = 'S' };

std::string_view to_string(Prefix prefix);

// What one delivery is called whatever the member: SUBJ.NNNNNN.YYYYMMDD.SEQ5.ENV (decisions: no
// suffix = .1.1).
struct FileIdentity {
    std::string subject;   // 4 characters, A-Z 0-9
    std::string sender;    // 6 digits
    std::string date;      // YYYYMMDD, a calendar date
    std::string sequence;  // 5 characters 0-9A-Z, not 00000
    Environment environment = Environment::R;

    bool operator==(const FileIdentity&) const = default;
    std::string text() const;  // SUBJ.NNNNNN.YYYYMMDD.SEQ5.ENV
    std::string slot() const;  // NNNNNN.YYYYMMDD.SEQ5.ENV: the same name under any subject
};

struct FileName {
    Prefix prefix = Prefix::FI;
    FileIdentity identity;
    int total = 1;     // 1..9
    int part = 1;      // 1..total; of no meaning for GO and TD
    int elements = 8;  // 6, 7 or 8, as written

    std::string text() const;  // exactly as it was written
};

// The parsed name, or the annex 30 codes (three digits) of everything that is wrong with it. `name`
// is the base name alone.
struct ParsedName {
    FileName name;
    std::vector<int> errors;  // empty: good
    bool good() const { return errors.empty(); }
};
ParsedName parse_file_name(std::string_view name);

// Accepts any member of the set, with or without prefix and suffix (what commands take as FILE).
bool parse_identity(std::string_view text, FileIdentity& identity);

}  // namespace core
