#pragma once
// The versions of one directory in its folder (spool/directory/main, .../synthetic, .../NAME): made
// by loads and mutations, published whole, kept for ten years, opened by mapping. Several processes
// may read while one writes; the caller holds a lock for writing.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "directory/version.hpp"

namespace directory {

namespace fs = std::filesystem;

enum class TableName : unsigned char {
    persons,
    availability,
    authorisations,
    mandates,
    replaced,
    links,
    registers
};
inline constexpr std::size_t table_count = 7;
std::string_view to_string(TableName table);
std::string_view header_line(TableName table);  // the first line that its CSV must have

// One thing wrong with a row of a delivered table. `text` never quotes personal data.
struct RowFinding {
    TableName table = TableName::persons;
    std::uint64_t line = 0, column = 0;  // from 1; column in code points
    bool error = true;                   // false: loaded all the same, shown in the indicators
    std::string code;                    // short and stable: "check-digits", "overlap", ...
    std::string text;
};

// SHA-256 as the app has it (this room knows no OpenSSL). Where a store is given none, its digests
// are fast sums, which no version that counts may rely on.
struct Digester {
    virtual ~Digester() = default;
    virtual void add(std::string_view bytes) = 0;
    virtual std::string hex() = 0;  // ends this digest
};

struct StoreOptions {
    std::uint64_t memory_budget_bytes = 256ULL << 20;  // sorting works within it
    double change_share_max = 0.10;                    // of an owner's existing rows; more is held
    std::uint64_t change_rows_min = 20;   // so few changed rows of an owner are never held
    double overlay_share_max = 0.05;      // mutations since the base, as a share of its rows; more
                                          // makes a new base
    std::uint32_t base_keep_days = 365;   // a base of this age steps stays for history
    std::uint32_t fast_versions_max = 8;  // newest versions that keep base and overlay ready
    std::size_t findings_shown_max = 100;
    // Which registers there are: the column ("register", "key", "group", "name") for which a row
    // of the registers cannot be loaded, or empty text. Null: any can.
    std::function<std::string_view(std::string_view register_name, std::string_view key,
                                   std::string_view group, std::string_view name)>
        register_fault;
    std::function<std::unique_ptr<Digester>()> make_digester;
    std::function<void(std::uint64_t bytes, std::uint64_t rows)> progress;  // may be empty
};

struct OwnerChange {  // of one partner's rows, against the version before
    std::string partner;
    std::uint64_t before = 0, added = 0, removed = 0, changed = 0;
    double share() const;
};

enum class Outcome : unsigned char { current, held, rejected };

struct Change {  // what a load or an apply came to
    Outcome outcome = Outcome::rejected;
    std::string id, digest;  // of the new version; empty where it was rejected
    VersionCounts counts;
    std::uint64_t rows_read = 0, errors = 0, warnings = 0;
    std::vector<RowFinding> findings;  // the first of them, in the order of lines
    std::vector<OwnerChange> owners;   // those above the share, most changed first
    std::uint64_t added = 0, removed = 0, changed = 0;
};

struct VersionInfo {
    std::string id, digest, parent;
    core::Instant made_at;
    std::string origin;  // "load", "apply", or "file:NAME"
    bool held = false, current = false;
    VersionCounts counts;
    std::uint64_t added = 0, removed = 0, changed = 0;
    std::uint64_t bytes = 0;  // of what this version added on disk
};

class Store {
  public:
    Store(fs::path folder, StoreOptions options);

    // Null where nothing was ever loaded.
    std::shared_ptr<const Version> open_current() const;
    // Any version of the past; a Fault (usage) where there is none of this id. A held one too.
    std::shared_ptr<const Version> open(std::string_view id) const;
    // The version that was current at that instant; null before the first.
    std::shared_ptr<const Version> open_at(core::Instant at) const;
    std::string current_id() const;             // empty: nothing loaded
    std::vector<VersionInfo> versions() const;  // oldest first
    std::optional<VersionInfo> find(std::string_view id) const;

    // A new version of the tables given; the others are carried over. All or nothing. `today` is
    // the day in the home's zone and gives the id.
    struct LoadFiles {
        fs::path file[table_count];  // empty: carried over
    };
    Change load(const LoadFiles& files, core::Date today, core::Instant now);
    // Mutations of the persons table: CSV with a leading `action` (insert, change, close). With an
    // owner, rows of anybody else are findings. All or nothing.
    // `origin` is what the version is said to come from: "apply", or the file whose changes they
    // are.
    Change apply(const fs::path& file, std::string_view owner, core::Date today, core::Instant now,
                 std::string_view origin = "apply");
    // The newest version of this origin.
    std::optional<VersionInfo> find_origin(std::string_view origin) const;
    // Rows of one partner in the current version.
    std::uint64_t rows_of_owner(std::string_view partner) const;
    // The held version becomes the current one, if its parent still is.
    Change release(std::string_view id, core::Instant now);
    void drop_held(std::string_view id);

    // Every row of a table as CSV, in the form of its header.
    static void export_rows(const Version& version, TableName table,
                            const Visit<std::string_view>& visit);

    struct Damage {
        std::string file, what;
    };
    // Reads all that the version consists of against its checksums and digests.
    std::vector<Damage> verify(std::string_view id) const;

  private:
    struct Draft;
    Change finish(Draft& draft, core::Instant now);
    void make_current(std::string_view id, core::Instant now);
    void lay_over(std::string_view id);
    void tidy(core::Date today);
    fs::path folder_;
    StoreOptions options_;
};

}  // namespace directory
