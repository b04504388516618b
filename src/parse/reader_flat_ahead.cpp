// Slices of a flat file, read ahead. A slice is a pure function of the place and the state in which
// it begins; where the next ones begin is assumed: behind a line's end, in the state behind a
// record. What was read from an assumption that turns out wrong is thrown away and read again.
#include <algorithm>
#include <deque>
#include <future>

#include "parse/flat_layout.hpp"
#include "parse/reader_flat.hpp"

namespace parse {

namespace {

struct Place {
    std::uint64_t offset = 0;
    std::string state;
    bool operator==(const Place&) const = default;
};

class AheadReader final : public Reader {
  public:
    AheadReader(std::shared_ptr<const Plan> plan, const Source& source, const Entry& entry,
                std::uint64_t slice_bytes, unsigned threads)
        : plan_(std::move(plan)),
          layout_(*plan_->layout),
          source_(source),
          weight_(weight_of_a_byte(slice_bytes)),
          slice_bytes_(length_of(slice_bytes)),
          threads_(threads > 1 && predictable() ? threads : 0),
          here_{entry.delivered, entry.reader_state} {}

    bool next(Slice& slice) override {
        if (done_) return false;
        if (!ahead_.empty() && !(ahead_.front().begin == here_)) {
            ahead_.clear();  // waits for them
            // Records of several lines: an assumption that is mostly wrong is not made.
            if (wrong_ < most_wrong) wrong_ += 2;
        } else if (!ahead_.empty()) {
            if (wrong_ > 0 && wrong_ < most_wrong) --wrong_;
        }
        if (ahead_.empty()) {
            slice = read(here_, expected_);
        } else {
            slice = ahead_.front().slice.get();
            ahead_.pop_front();
        }
        slice.weight =
            static_cast<std::uint64_t>(weight_ * static_cast<double>(slice.bytes.size()));
        here_ = {here_.offset + slice.bytes.size(), slice.reader_state};
        done_ = slice.cut == Cut::end;
        expected_ = {slice.walked.size(), slice.map.size()};
        if (slice.cut == Cut::record && threads_ > 0 && wrong_ < most_wrong) read_ahead();
        return true;
    }

  private:
    struct Ahead {
        Place begin;
        std::future<Slice> slice;
    };
    static constexpr unsigned most_wrong = 12;
    static constexpr std::uint64_t sample_bytes = 16U << 10;

    // Memory that a byte of the input comes to, judged by the first records of the file.
    double weight_of_a_byte(std::uint64_t slice_bytes) const {
        if (source_.size() <= slice_bytes / 8 || layout_.nodes.front().is_line) return 1;
        Slice head;
        make_flat_reader(plan_, source_, {}, std::min(slice_bytes, sample_bytes), {})->next(head);
        const std::uint64_t records = ends_in(head.walked, cut_names(*plan_));
        if (records == 0) return 1;
        const std::uint64_t weight = head.bytes.size() + head.walked.size() +
                                     head.map.size() * sizeof head.map.front() +
                                     records * record_weight(*plan_);
        return static_cast<double>(weight) /
               static_cast<double>(std::max<std::size_t>(head.bytes.size(), 1));
    }

    // Slices of short records are shorter.
    std::uint64_t length_of(std::uint64_t slice_bytes) const {
        const double most = static_cast<double>(slice_bytes);
        const double length = weight_factor * most / weight_;
        return static_cast<std::uint64_t>(std::max(std::clamp(length, most / 32, most), 1.0));
    }

    Slice read(const Place& from, Expected expected) const {
        Entry entry;
        entry.delivered = from.offset;
        entry.reader_state = from.state;
        Slice slice;
        make_flat_reader(plan_, source_, entry, slice_bytes_, expected)->next(slice);
        return slice;
    }

    void read_ahead() {
        while (ahead_.size() < threads_) {
            const std::uint64_t begin = ahead_.empty() ? here_.offset : behind(ahead_.back().begin);
            if (begin >= source_.size()) return;
            const Place from{begin, here_.state};
            ahead_.push_back(
                {from, std::async(std::launch::async, [this, from, expected = expected_] {
                     return read(from, expected);
                 })});
        }
    }

    // Does the end of a unit show in its bytes alone?
    bool predictable() const {
        if (layout_.nodes.front().is_line) return false;
        if (layout_.length > 0) return true;
        return layout_.encoding != Encoding::ebcdic &&
               (layout_.loose_lines ||
                std::any_of(layout_.ends.begin(), layout_.ends.end(),
                            [](const dfdl::Markup* end) { return end->has_new_line(); }));
    }

    // Where a slice that begins there ends, if each line is a unit.
    std::uint64_t behind(const Place& place) const {
        const std::uint64_t least = place.offset + std::max<std::uint64_t>(slice_bytes_, 1);
        if (layout_.length > 0)
            return place.offset +
                   (least - place.offset + layout_.length - 1) / layout_.length * layout_.length;
        char window[4096];
        const std::size_t got = source_.read(least - 1, window, sizeof window);
        const std::size_t end = std::string_view(window, got).find('\n');
        return end == std::string_view::npos ? source_.size() : least + end;
    }

    const std::shared_ptr<const Plan> plan_;
    const flat::Layout& layout_;
    const Source& source_;
    const double weight_;
    const std::uint64_t slice_bytes_;
    const std::size_t threads_;  // 0: nothing is read ahead
    Place here_;
    Expected expected_;
    unsigned wrong_ = 0;  // assumptions, of late
    bool done_ = false;
    std::deque<Ahead> ahead_;  // last: they end before what they look at
};

}  // namespace

std::unique_ptr<Reader> make_ahead_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                          const Entry& entry, std::uint64_t slice_bytes,
                                          unsigned threads) {
    return std::make_unique<AheadReader>(std::move(plan), source, entry, slice_bytes, threads);
}

}  // namespace parse
