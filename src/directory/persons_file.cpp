#include "directory/persons_file.hpp"

#include <algorithm>

namespace directory {

std::shared_ptr<const PersonsFile> PersonsFile::open(const fs::path& path) {
    auto self = std::make_shared<PersonsFile>();
    self->file_ = BlockFile::open(path, persons_kind);
    const BlockFile& file = *self->file_;
    self->facts_ = {file.fact(0), file.fact(1), file.fact(2), {file.fact(3), file.fact(4)}};
    self->bitmap_ = file.fact(5) != 0;
    if (!self->bitmap_) file.map_only();  // see unmap_rows
    self->rows_ = file.section<Row>(0);
    self->keys_ = file.section<std::uint32_t>(1);
    self->days_ = file.section<DayBlock>(2);
    self->table_ = file.section<std::uint32_t>(3);
    return self;
}

std::span<const Holder> PersonsFile::holders() const {
    return file_->checked_section<Holder>(4);
}

std::span<const Row> PersonsFile::rows_of(std::uint64_t begin, std::uint64_t end) const {
    if (begin == end) return {};
    const auto rows = rows_.subspan(begin, end - begin);
    file_->need(rows.data(), rows.size_bytes());
    return rows;
}

void PersonsFile::fetch_day(PersonKey person, Step& step) const {
    step = {};
    if (!bitmap_) return;
    const std::uint32_t* slot = &table_[person.value / serials];
    file_->need(slot, sizeof *slot);
    if (*slot == 0) return;
    step.day = &days_[*slot - 1];
    __builtin_prefetch(&step.day->bits[person.value % serials / 64]);
    __builtin_prefetch(&step.day->rank[0]);
}

void PersonsFile::fetch_start(PersonKey person, Step& step) const {
    if (step.day == nullptr) return;
    file_->need(step.day, sizeof(DayBlock));
    const std::uint32_t serial = person.value % serials;
    const std::uint64_t bits = step.day->bits[serial / 64], bit = 1ULL << (serial % 64);
    if ((bits & bit) == 0) return;
    const auto before = static_cast<std::uint32_t>(__builtin_popcountll(bits & (bit - 1)));
    step.start = &keys_[step.day->first_person + step.day->rank[serial / 64] + before];
    __builtin_prefetch(step.start);
}

void PersonsFile::fetch_rows(Step& step) const {
    if (step.start == nullptr) return;
    file_->need(step.start, 2 * sizeof(std::uint32_t));
    __builtin_prefetch(&rows_[step.start[0]]);
}

std::span<const Row> PersonsFile::take(PersonKey person, const Step& step,
                                       std::vector<Row>& room) const {
    if (!bitmap_) return find_by_key(person);
    if (step.start == nullptr) return {};
    const auto rows = rows_of(step.start[0], step.start[1]);
    if (rows.empty() || file_->is_mapped(rows.data())) return rows;
    room.resize(rows.size());
    file_->read(rows.data(), room.data(), rows.size_bytes());
    return room;
}

std::uint64_t PersonsFile::unmap_rows(std::uint64_t bytes) const {
    if (!bitmap_ || rows_.empty()) return 0;
    const std::uint64_t begin = file_->offset_of(rows_.data()), end = begin + rows_.size_bytes();
    const std::uint64_t before = std::max(file_->mapped_from(), begin);
    file_->unmap_front(std::min(before + bytes, end));
    return file_->mapped_from() - std::min(file_->mapped_from(), before);
}

std::span<const Row> PersonsFile::find_by_bitmap(PersonKey person) const {
    Step step;
    fetch_day(person, step);
    fetch_start(person, step);
    if (step.start == nullptr) return {};
    file_->need(step.start, 2 * sizeof(std::uint32_t));
    return rows_of(step.start[0], step.start[1]);
}

std::span<const Row> PersonsFile::find_by_key(PersonKey person) const {
    if (keys_.empty()) return {};
    // Checked where it is looked at, so that a look-up of last year reads a few pages alone.
    std::size_t begin = 0, length = keys_.size();
    while (length > 0) {
        const std::size_t half = length / 2;
        const std::uint32_t* middle = &keys_[begin + half];
        file_->need(middle, sizeof *middle);
        if (*middle < person.value) {
            begin += half + 1;
            length -= half + 1;
        } else {
            length = half;
        }
    }
    std::size_t end = begin;
    for (; end < keys_.size(); ++end) {
        file_->need(&keys_[end], sizeof keys_[end]);
        if (keys_[end] != person.value) break;
    }
    return rows_of(begin, end);
}

PersonsFile::Cursor::Cursor(const PersonsFile* file) : file_(file) {
    next();
}

void PersonsFile::Cursor::next() {
    if (file_->bitmap_)
        next_by_bitmap();
    else
        next_by_key();
}

void PersonsFile::Cursor::next_by_bitmap() {
    while (bits_ == 0) {
        if (day_ > 0 && word_ < 15) {
            bits_ = file_->days_[day_ - 1].bits[++word_];
            continue;
        }
        if (day_ == file_->days_.size()) {
            done_ = true;
            rows_ = {};
            return;
        }
        const DayBlock& block = file_->days_[day_++];
        file_->file_->need(&block, sizeof block);
        ordinal_ = block.first_person;
        word_ = 0;
        bits_ = block.bits[0];
    }
    const auto bit = static_cast<std::uint32_t>(__builtin_ctzll(bits_));
    bits_ &= bits_ - 1;
    person_ = PersonKey{file_->days_[day_ - 1].day * serials + word_ * 64 + bit};
    const std::uint32_t* start = &file_->keys_[ordinal_++];
    file_->file_->need(start, 2 * sizeof(std::uint32_t));
    rows_ = file_->rows_of(start[0], start[1]);
}

void PersonsFile::Cursor::next_by_key() {
    const auto keys = file_->keys_;
    if (at_ == keys.size()) {
        done_ = true;
        rows_ = {};
        return;
    }
    const std::size_t begin = at_;
    file_->file_->need(&keys[at_], sizeof keys[at_]);
    person_ = PersonKey{keys[at_]};
    while (at_ < keys.size()) {
        file_->file_->need(&keys[at_], sizeof keys[at_]);
        if (keys[at_] != person_.value) break;
        ++at_;
    }
    rows_ = file_->rows_of(begin, at_);
}

}  // namespace directory
