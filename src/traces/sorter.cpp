#include "traces/sorter.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <queue>
#include <utility>

#include "core/ensure.hpp"
#include "io/file.hpp"

namespace traces {

namespace {

constexpr std::size_t rows_least = 1024;
constexpr std::size_t run_buffer_rows = 16 << 10;

bool before(const Row& a, const Row& b) {
    return a.person != b.person ? a.person < b.person : a.place < b.place;
}

// One run on disk, read from front to back.
class RunReader {
  public:
    explicit RunReader(const std::filesystem::path& file) : file_(io::InputFile::open(file)) {
        file_.will_read_once();
        fill();
    }
    bool empty() const { return at_ == rows_.size(); }
    const Row& front() const { return rows_[at_]; }
    void pop() {
        if (++at_ == rows_.size()) fill();
    }

  private:
    void fill() {
        rows_.resize(run_buffer_rows);
        const std::size_t bytes = file_.read(offset_, rows_.data(), run_buffer_rows * sizeof(Row));
        ENSURE(bytes % sizeof(Row) == 0);
        rows_.resize(bytes / sizeof(Row));
        offset_ += bytes;
        at_ = 0;
    }
    io::InputFile file_;
    std::uint64_t offset_ = 0;
    std::vector<Row> rows_;
    std::size_t at_ = 0;
};

}  // namespace

RowSorter::RowSorter(std::filesystem::path folder, std::size_t memory_bytes_max)
    // Sorting by radix needs the same again.
    : folder_(std::move(folder)),
      rows_at_once_(std::max(rows_least, memory_bytes_max / (2 * sizeof(Row)))) {}

RowSorter::~RowSorter() {
    std::error_code ignored;
    for (std::size_t i = 0; i < runs_; ++i) std::filesystem::remove(run(i), ignored);
    if (runs_ > 0) std::filesystem::remove(folder_, ignored);
}

std::filesystem::path RowSorter::run(std::size_t number) const {
    return folder_ / ("run-" + std::to_string(number));
}

// Three passes over the upper 33 bits of the person, as pseudonyms are evenly spread; what they
// leave together is sorted by comparison, so that the result does not rest on that.
void RowSorter::sort_rows() {
    constexpr unsigned digit_bits = 11, lowest = 31;
    constexpr std::size_t digits = 1U << digit_bits;
    if (rows_.size() < digits) {
        std::sort(rows_.begin(), rows_.end(), before);
        return;
    }
    scratch_.resize(rows_.size());
    for (unsigned shift = lowest; shift < 64; shift += digit_bits) {
        std::array<std::size_t, digits> starts{};
        for (const Row& row : rows_) ++starts[row.person >> shift & (digits - 1)];
        std::size_t sum = 0;
        for (std::size_t& start : starts) sum += std::exchange(start, sum);
        for (const Row& row : rows_) scratch_[starts[row.person >> shift & (digits - 1)]++] = row;
        rows_.swap(scratch_);
    }
    for (std::size_t from = 0, to; from < rows_.size(); from = to) {
        const std::uint64_t upper = rows_[from].person >> lowest;
        for (to = from + 1; to < rows_.size() && rows_[to].person >> lowest == upper;) ++to;
        const auto begin = rows_.begin() + static_cast<std::ptrdiff_t>(from);
        const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(to);
        if (!std::is_sorted(begin, end, before)) std::sort(begin, end, before);
    }
}

void RowSorter::spill() {
    sort_rows();
    io::make_folders(folder_);
    io::remove_file(run(runs_));
    auto file = io::OutputFile::create(run(runs_));
    ++runs_;
    const auto* bytes = reinterpret_cast<const char*>(rows_.data());
    file.append({bytes, rows_.size() * sizeof(Row)});
    rows_.clear();
}

void RowSorter::each(const std::function<void(const Row&)>& visit) {
    if (runs_ == 0) {
        sort_rows();
        for (const Row& row : rows_) visit(row);
        return;
    }
    if (!rows_.empty()) spill();
    rows_ = {};
    scratch_ = {};
    std::vector<RunReader> readers;
    readers.reserve(runs_);
    for (std::size_t i = 0; i < runs_; ++i) readers.emplace_back(run(i));
    const auto later = [&](std::size_t a, std::size_t b) {
        return before(readers[b].front(), readers[a].front());
    };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> heap(later);
    for (std::size_t i = 0; i < readers.size(); ++i)
        if (!readers[i].empty()) heap.push(i);
    while (!heap.empty()) {
        const std::size_t next = heap.top();
        heap.pop();
        // A run mostly goes on for a while: no need to ask the heap for each row.
        do {
            visit(readers[next].front());
            readers[next].pop();
        } while (!readers[next].empty() &&
                 (heap.empty() || !before(readers[heap.top()].front(), readers[next].front())));
        if (!readers[next].empty()) heap.push(next);
    }
}

}  // namespace traces
