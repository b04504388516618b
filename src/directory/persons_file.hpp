#pragma once
// Rows of the persons table in one file, grouped by person: a base (all rows of a version), a delta
// (mutations of one version) or an overlay (mutations since a base). Many rows are found by a
// bitmap of serial numbers for each day of birth, few by their sorted keys. What a delta means is
// chain.hpp.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "directory/block_file.hpp"
#include "directory/checksum.hpp"
#include "directory/row.hpp"
#include "directory/version.hpp"

namespace directory {

inline constexpr std::uint64_t persons_kind = 0x6e6f73726570;  // "person"
// From so many rows on the bitmaps are worth their 8 MB.
inline constexpr std::uint64_t bitmap_rows_min = 1 << 18;
inline constexpr std::uint32_t day_slots = 2'000'000, serials = 1000;

// The persons born on one day (or numbered so), 1 bit for each serial number.
struct DayBlock {
    std::uint64_t bits[16];
    std::uint16_t rank[16];  // persons before each word
    std::uint32_t first_person;
    std::uint32_t day;
};
static_assert(sizeof(DayBlock) == 168);

struct PersonsFacts {
    std::uint64_t rows = 0, persons = 0;
    std::uint64_t first_code = 0;  // of the dictionary in this file
    RowSum sum;                    // of a base: over its rows
};

class PersonsWriter {
  public:
    // `rows_expected` chooses the index. `folder` takes temporary files beside `path`.
    PersonsWriter(const fs::path& path, std::uint64_t rows_expected,
                  std::unique_ptr<Digester> digester = {});
    void add(PersonKey person, Row row);  // in the order of (person, row)
    std::uint64_t rows() const { return rows_; }
    // `holders` are the dictionary's entries from `first_code` on. Returns the digest, if any.
    std::string finish(std::span<const Holder> holders, std::uint64_t first_code,
                       const RowSum& sum);

  private:
    void begin_person(PersonKey person);
    void end_day();
    BlockWriter out_;
    bool bitmap_;
    Spill keys_, days_;
    std::vector<std::uint32_t> day_table_;
    DayBlock day_{};
    std::uint32_t days_count_ = 0;
    std::uint64_t rows_ = 0, persons_ = 0;
    PersonKey last_;
};

class PersonsFile {
  public:
    static std::shared_ptr<const PersonsFile> open(const fs::path& path);

    std::span<const Row> find(PersonKey person) const {
        return bitmap_ ? find_by_bitmap(person) : find_by_key(person);
    }
    const PersonsFacts& facts() const { return facts_; }
    std::span<const Holder> holders() const;  // from facts().first_code on
    const BlockFile& file() const { return *file_; }

    // The same in steps, so that many can be on their way at once: each fetches what the next
    // needs.
    struct Step {
        const DayBlock* day = nullptr;
        const std::uint32_t* start = nullptr;
    };
    void fetch_day(PersonKey person, Step& step) const;
    void fetch_start(PersonKey person, Step& step) const;
    void fetch_rows(Step& step) const;
    // `room` is used where the rows are not mapped.
    std::span<const Row> take(PersonKey person, const Step& step, std::vector<Row>& room) const;
    // So many more bytes of rows are from now on read when they are asked for, and no longer
    // mapped. How many it were: none where there are no more.
    std::uint64_t unmap_rows(std::uint64_t bytes) const;

    // All persons in order.
    class Cursor {
      public:
        explicit Cursor(const PersonsFile* file);
        bool done() const { return done_; }
        PersonKey person() const { return person_; }
        std::span<const Row> rows() const { return rows_; }
        void next();

      private:
        void next_by_bitmap();
        void next_by_key();
        const PersonsFile* file_;
        PersonKey person_;
        std::span<const Row> rows_;
        std::size_t at_ = 0;   // of the next row (keys), or the next day (bitmap)
        std::size_t day_ = 0;  // current day block, one past
        std::uint32_t ordinal_ = 0;
        unsigned word_ = 0;
        std::uint64_t bits_ = 0;
        bool done_ = false;
    };

  private:
    std::span<const Row> find_by_bitmap(PersonKey person) const;
    std::span<const Row> find_by_key(PersonKey person) const;
    std::span<const Row> rows_of(std::uint64_t begin, std::uint64_t end) const;
    std::shared_ptr<const BlockFile> file_;
    bool bitmap_ = false;
    std::span<const Row> rows_;
    std::span<const std::uint32_t> keys_;  // keys of rows, or first rows of persons
    std::span<const DayBlock> days_;
    std::span<const std::uint32_t> table_;
    PersonsFacts facts_;
};

}  // namespace directory
