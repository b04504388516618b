#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "directory/persons_file.hpp"

namespace directory {

static fs::path beside(const fs::path& path, const char* suffix) {
    return fs::path(path).concat(suffix);
}

PersonsWriter::PersonsWriter(const fs::path& path, std::uint64_t rows_expected,
                             std::unique_ptr<Digester> digester)
    : out_(path, persons_kind, std::move(digester)),
      bitmap_(rows_expected >= bitmap_rows_min),
      keys_(beside(path, ".keys")),
      days_(beside(path, ".days")),
      day_table_(bitmap_ ? day_slots : 0, 0) {
    out_.begin_section(0);
}

void PersonsWriter::end_day() {
    if (persons_ == 0) return;
    std::uint16_t rank = 0;
    for (std::size_t word = 0; word < 16; ++word) {
        day_.rank[word] = rank;
        rank = static_cast<std::uint16_t>(rank + __builtin_popcountll(day_.bits[word]));
    }
    day_table_[day_.day] = ++days_count_;
    days_.add(day_);
}

void PersonsWriter::begin_person(PersonKey person) {
    if (bitmap_) {
        const std::uint32_t day = person.value / serials, serial = person.value % serials;
        if (persons_ == 0 || day != day_.day) {
            end_day();
            day_ = DayBlock{};
            day_.day = day;
            day_.first_person = static_cast<std::uint32_t>(persons_);
        }
        day_.bits[serial / 64] |= 1ULL << (serial % 64);
        keys_.add(static_cast<std::uint32_t>(rows_));
    }
    last_ = person;
    ++persons_;
}

void PersonsWriter::add(PersonKey person, Row row) {
    ENSURE(persons_ == 0 || person >= last_);
    if (rows_ >= UINT32_MAX)
        throw core::Fault(core::FaultKind::world, "write the directory", "persons",
                          "it has more than 4,294,967,295 rows");
    if (persons_ == 0 || person != last_) begin_person(person);
    if (!bitmap_) keys_.add(person.value);
    out_.append(&row, sizeof row);
    ++rows_;
}

std::string PersonsWriter::finish(std::span<const Holder> holders, std::uint64_t first_code,
                                  const RowSum& sum) {
    out_.end_section();
    if (bitmap_) {
        end_day();
        keys_.add(static_cast<std::uint32_t>(rows_));
    }
    out_.begin_section(1);
    keys_.move_to(out_);
    out_.end_section();
    out_.begin_section(2);
    days_.move_to(out_);
    out_.end_section();
    out_.begin_section(3);
    out_.append(day_table_.data(), day_table_.size() * sizeof(std::uint32_t));
    out_.end_section();
    out_.begin_section(4);
    out_.append(holders.data(), holders.size_bytes());
    out_.end_section();
    const std::uint64_t facts[] = {rows_,   persons_, first_code,
                                   sum.low, sum.high, bitmap_ ? 1U : 0U};
    return out_.finish(facts);
}

}  // namespace directory
