#include <algorithm>

#include "directory/sorting.hpp"

namespace directory {

static constexpr std::size_t run_buffer_bytes_min = 64 << 10;

RunReader::RunReader(const std::filesystem::path& path, std::size_t buffer_bytes)
    : file_(io::InputFile::open(path)), buffer_bytes_(buffer_bytes) {
    file_.will_read_once();
}

std::string_view RunReader::take(std::size_t count) {
    if (buffer_.size() - at_ < count) {
        buffer_.erase(0, at_);
        at_ = 0;
        const std::size_t old = buffer_.size(), want = std::max(count, buffer_bytes_) - old;
        buffer_.resize(old + want);
        const std::size_t got = file_.read(offset_, buffer_.data() + old, want);
        buffer_.resize(old + got);
        offset_ += got;
        if (buffer_.size() < count) return {};
    }
    at_ += count;
    return std::string_view(buffer_).substr(at_ - count, count);
}

RecordSorter::RecordSorter(std::filesystem::path folder, std::string name,
                           std::uint64_t memory_bytes, RecordOrder order)
    : folder_(std::move(folder)),
      name_(std::move(name)),
      memory_bytes_(memory_bytes),
      records_max_(std::max<std::size_t>(memory_bytes / (2 * sizeof(Record)), 1024)),
      order_(order) {}

RecordSorter::~RecordSorter() {
    if (writer_.valid()) writer_.wait();
    std::error_code ignored;
    for (const auto& run : runs_) std::filesystem::remove(run, ignored);
}

bool RecordSorter::before(const Record& a, const Record& b) const {
    if (a.person != b.person) return a.person < b.person;
    if (order_ == RecordOrder::by_row && a.row != b.row) return a.row < b.row;
    return a.line < b.line;
}

void RecordSorter::sort(std::vector<Record>& records) const {
    const auto less = [this](const Record& a, const Record& b) { return before(a, b); };
    // Institutions send their files sorted as a rule.
    if (!std::is_sorted(records.begin(), records.end(), less))
        std::sort(records.begin(), records.end(), less);
}

void RecordSorter::wait() {
    if (writer_.valid()) writer_.get();
}

void RecordSorter::spill() {
    wait();
    writing_.swap(filling_);
    filling_.clear();
    filling_.reserve(records_max_);
    runs_.push_back(folder_ / (name_ + "." + std::to_string(runs_.size()) + ".run"));
    writer_ = std::async(std::launch::async, [this, path = runs_.back()] {
        sort(writing_);
        io::OutputFile out = io::OutputFile::create(path);
        const std::string_view bytes(reinterpret_cast<const char*>(writing_.data()),
                                     writing_.size() * sizeof(Record));
        for (std::size_t at = 0; at < bytes.size(); at += 4 << 20)
            out.append(bytes.substr(at, 4 << 20));
    });
}

void RecordSorter::end() {
    if (runs_.empty()) {
        sort(filling_);
        return;
    }
    if (!filling_.empty()) spill();
    wait();
    std::vector<Record>().swap(filling_);
    std::vector<Record>().swap(writing_);
    const std::size_t buffer = std::max<std::size_t>(
        std::min<std::uint64_t>(memory_bytes_ / runs_.size(), 4 << 20), run_buffer_bytes_min);
    for (const auto& run : runs_) {
        readers_.push_back(std::make_unique<RunReader>(run, buffer));
        Head head{{}, readers_.size() - 1};
        if (refill(head)) heap_.push_back(head);
    }
    std::make_heap(heap_.begin(), heap_.end(),
                   [this](const Head& a, const Head& b) { return before(b.record, a.record); });
}

bool RecordSorter::refill(Head& head) {
    const std::string_view bytes = readers_[head.run]->take(sizeof(Record));
    if (bytes.empty()) return false;
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&head.record));
    return true;
}

bool RecordSorter::next(Record& record) {
    if (runs_.empty()) {
        if (at_ == filling_.size()) return false;
        record = filling_[at_++];
        return true;
    }
    if (heap_.empty()) return false;
    record = heap_.front().record;
    if (!refill(heap_.front())) {
        heap_.front() = heap_.back();
        heap_.pop_back();
        if (heap_.empty()) return true;
    }
    // Sift the new head down.
    const Head head = heap_.front();
    std::size_t hole = 0;
    for (std::size_t child = 1; child < heap_.size(); child = 2 * hole + 1) {
        if (child + 1 < heap_.size() && before(heap_[child + 1].record, heap_[child].record))
            ++child;
        if (!before(heap_[child].record, head.record)) break;
        heap_[hole] = heap_[child];
        hole = child;
    }
    heap_[hole] = head;
    return true;
}

}  // namespace directory
