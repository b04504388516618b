#include "outbox/group.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "io/frames.hpp"

namespace outbox {
namespace {

constexpr std::size_t remembered_bytes_max = 256 << 10;
constexpr std::size_t kept_bytes_max = 8 << 20;  // by a thread, for the next frame

// The records of one recipient lie apart: the beginning of each is asked for in time.
void bring_near(const SharePiece& piece) {
    constexpr std::size_t line = 64, lines_max = 6;
    if (piece.data == nullptr) return;
    for (std::size_t at = 0; at < std::min(piece.size, line * lines_max); at += line)
        __builtin_prefetch(piece.data + at);
}

void gather(const Share& share, const Segment& segment, std::string& bytes) {
    bytes.clear();
    bytes.reserve(segment.content_bytes);
    for (std::size_t i = segment.begin; i < segment.end; ++i) {
        const SharePiece& piece = share.pieces[i];
        if (i + 2 < segment.end) bring_near(share.pieces[i + 2]);
        if (piece.data != nullptr) {
            bytes.append(piece.data, piece.size);
        } else if (share.slots[piece.size].known) {
            bytes += share.slots[piece.size].text;
        }
    }
}

// Walks one share and closes a segment at the mark, at each open number and at the greatest size.
class Planner {
  public:
    Planner(Group::Content& content, std::uint32_t share, std::size_t frame_bytes)
        : content_(content), share_(content.shares[share]), index_(share), frame_(frame_bytes) {}

    void run() {
        share_.first_segment = static_cast<std::uint32_t>(content_.segments.size());
        start(0);
        for (std::size_t i = 0; i < share_.pieces.size(); ++i) {
            if (share_.has_mark && i == share_.mark) {
                close(i);
                start(i);
                current_.mark_before = true;
            } else if (current_.content_bytes >= frame_) {
                close(i);
                start(i);
            }
            take(i);
        }
        close(share_.pieces.size());
        share_.segments =
            static_cast<std::uint32_t>(content_.segments.size()) - share_.first_segment;
    }

  private:
    void start(std::size_t at) {
        current_ = Segment{};
        current_.share = index_;
        current_.begin = at;
    }
    void close(std::size_t at) {
        current_.end = at;
        if (current_.end > current_.begin || current_.mark_before) {
            content_.segments.push_back(std::move(current_));
        }
    }
    void take(std::size_t i) {
        const SharePiece& piece = share_.pieces[i];
        if (piece.data != nullptr) {
            current_.content_bytes += piece.size;
            return;
        }
        const Slot& slot = share_.slots[piece.size];
        if (slot.known) {
            current_.content_bytes += slot.text.size();
            return;
        }
        current_.splice_after = true;
        current_.splice = slot.splice;
        current_.hole = slot.hole;
        close(i + 1);
        start(i + 1);
    }

    Group::Content& content_;
    Share& share_;
    std::uint32_t index_;
    std::size_t frame_;
    Segment current_;
};

}  // namespace

void plan_segments(Group::Content& content, std::size_t frame_bytes) {
    content.segments.clear();
    for (std::uint32_t i = 0; i < content.shares.size(); ++i) {
        Planner(content, i, frame_bytes).run();
    }
}

Group::Group(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Group::Group(Group&&) noexcept = default;
Group& Group::operator=(Group&&) noexcept = default;
Group::~Group() = default;

std::size_t Group::tasks() const {
    return content_->segments.size();
}

std::size_t Group::task_bytes(std::size_t task) const {
    return content_->segments.at(task).content_bytes;
}

void Group::pack(std::size_t task) {
    ENSURE(task < content_->segments.size());
    Segment& segment = content_->segments[task];
    ENSURE(!segment.done);
    const Share& share = content_->shares[segment.share];
    segment.done = true;
    if (content_->compression[segment.share] == job::Compression::none) {
        gather(share, segment, segment.packed);
        return;
    }
    // Their memory serves the next frame too. Recipients often get the same records: what is the
    // same as the frame before is not packed once more.
    thread_local std::string bytes, before, packed_before;
    thread_local int level_before = 0;
    gather(share, segment, bytes);
    if (bytes.empty()) return;
    const int level = content_->compression_level;
    if (level == level_before && bytes == before) {
        segment.packed = packed_before;
        return;
    }
    io::compress_frame(bytes, segment.packed, level);
    if (bytes.size() > remembered_bytes_max) {
        if (bytes.size() > kept_bytes_max) std::string().swap(bytes);
        return;
    }
    std::swap(bytes, before);
    packed_before = segment.packed;
    level_before = level;
}

std::size_t Group::packed_bytes() const {
    std::size_t sum = 0;
    for (const Segment& segment : content_->segments) sum += segment.packed.size();
    return sum;
}

void Group::pack_all() {
    for (std::size_t i = 0; i < tasks(); ++i) pack(i);
}

}  // namespace outbox
