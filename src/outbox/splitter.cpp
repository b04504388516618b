#include "outbox/splitter.hpp"

#include <algorithm>

#include "core/ensure.hpp"

namespace outbox {
namespace {

constexpr std::size_t piece_bytes = 64U << 10;

void add(Counts& counts, std::span<const std::int64_t> sums) {
    counts.records += 1;
    counts.sums.resize(std::max(counts.sums.size(), sums.size()));
    for (std::size_t i = 0; i < sums.size(); ++i) counts.sums[i] += sums[i];
}

void subtract(Counts& counts, const Counts& less) {
    counts.records -= less.records;
    counts.documents -= less.documents;
    for (std::size_t i = 0; i < less.sums.size(); ++i) counts.sums[i] -= less.sums[i];
}

}  // namespace

Splitter::Splitter(const std::vector<DraftRecipient>& recipients, DraftSettings settings)
    : recipients_(recipients),
      settings_(settings),
      stack_(1),
      lanes_(recipients_.size()),
      group_(std::make_unique<Group::Content>()) {
    group_->serial = ++serial_;
}

std::shared_ptr<const std::string> Splitter::keep(std::string_view bytes) {
    return std::make_shared<const std::string>(bytes);
}

void Splitter::hold(std::shared_ptr<const std::string> bytes) {
    held_bytes_ += bytes->size() + 2 * sizeof(std::string) + sizeof bytes;
    group_->kept.push_back(std::move(bytes));
}

Share& Splitter::share_of(RecipientIndex recipient) {
    Lane& lane = lanes_[recipient];
    if (lane.share == no_share) {
        lane.share = static_cast<std::uint32_t>(group_->shares.size());
        group_->shares.emplace_back();
        group_->shares.back().recipient = recipient;
    }
    return group_->shares[lane.share];
}

void Splitter::emit(RecipientIndex recipient, std::string_view bytes) {
    Share& share = share_of(recipient);
    if (bytes.empty()) return;
    share.bytes += bytes.size();
    bytes_ += bytes.size();
    if (goes_on(recipient, share, bytes)) {
        share.pieces.back().size += bytes.size();
        return;
    }
    share.pieces.push_back({bytes.data(), bytes.size()});
    held_bytes_ += sizeof(SharePiece);
}

// Records of one recipient that stand side by side are one piece, of some size at most: frames are
// cut between pieces.
bool Splitter::goes_on(RecipientIndex recipient, const Share& share, std::string_view bytes) const {
    if (share.pieces.empty()) return false;
    const SharePiece& last = share.pieces.back();
    if (last.data == nullptr || last.data + last.size != bytes.data() || last.size >= piece_bytes)
        return false;
    const InDocument& document = lanes_[recipient].document;
    return document.ordinal != document_ || share.pieces.size() > document.pieces_before;
}

void Splitter::emit_chunk(RecipientIndex recipient, std::size_t level, Chunk& chunk) {
    if (chunk.kept_in != group_->serial) {
        hold(chunk.bytes);
        chunk.kept_in = group_->serial;
    }
    const std::string_view text = *chunk.bytes;
    std::size_t from = 0;
    for (const Hole& hole : chunk.holes) {
        emit(recipient, text.substr(from, hole.offset - from));
        Share& share = share_of(recipient);
        lanes_[recipient].levels[level].pending.push_back({hole, true, share.slots.size()});
        share.pieces.push_back({nullptr, share.slots.size()});
        share.slots.push_back({hole, {}, false, 0});
        held_bytes_ += sizeof(SharePiece) + sizeof(Slot);
        from = hole.offset + hole.length;
    }
    emit(recipient, text.substr(from));
}

void Splitter::maybe_content(std::string_view bytes, std::span<const Hole> holes) {
    if (bytes.empty()) return;
    stack_.back().maybe.push_back({keep(bytes), {holes.begin(), holes.end()}, 0});
}

void Splitter::drop_content() {
    stack_.back().maybe.clear();
}

void Splitter::take_maybe() {
    std::vector<Chunk> maybe;
    maybe.swap(stack_.back().maybe);
    for (Chunk& chunk : maybe) add_chunk(std::move(chunk));
}

// Kept for recipients that open the element later, if there can be one.
void Splitter::add_chunk(Chunk chunk) {
    Element& element = stack_.back();
    for (const RecipientIndex recipient : element.openers)
        emit_chunk(recipient, stack_.size() - 1, chunk);
    if (element.openers.size() < recipients_.size()) element.chunks.push_back(std::move(chunk));
}

void Splitter::content(std::string_view bytes, std::span<const Hole> holes) {
    take_maybe();
    if (bytes.empty()) return;
    add_chunk({keep(bytes), {holes.begin(), holes.end()}, 0});
}

void Splitter::open(std::string_view bytes, std::span<const Hole> holes) {
    drop_content();
    stack_.emplace_back();
    stack_.back().chunks.push_back({keep(bytes), {holes.begin(), holes.end()}, 0});
}

// The numbers of an element are final once it is closed.
void Splitter::resolve(RecipientIndex recipient, Level& level) {
    for (const Pending& pending : level.pending) {
        std::string text = counted(pending.hole, level.counts);
        Share& share = share_of(recipient);
        if (pending.in_group) {
            share.slots[pending.index].text = std::move(text);
            share.slots[pending.index].known = true;
        } else {
            share.resolutions.push_back({pending.index, std::move(text)});
        }
    }
}

void Splitter::close(std::string_view bytes) {
    ENSURE(stack_.size() > 1);
    ENSURE(document_ == 0 || stack_.size() > document_depth_);
    take_maybe();
    const Element& element = stack_.back();
    if (!element.openers.empty()) {
        const std::shared_ptr<const std::string> kept = keep(bytes);
        hold(kept);
        for (const RecipientIndex recipient : element.openers) {
            Lane& lane = lanes_[recipient];
            ENSURE(lane.levels.size() == stack_.size());
            resolve(recipient, lane.levels.back());
            lane.levels.pop_back();
            emit(recipient, *kept);
        }
    }
    stack_.pop_back();
}

void Splitter::begin_document(std::uint64_t ordinal) {
    ENSURE(document_ == 0 && ordinal > last_document_);
    document_ = last_document_ = ordinal;
    document_depth_ = stack_.size();
    in_document_.clear();
}

void Splitter::end_document() {
    ENSURE(document_ != 0 && stack_.size() == document_depth_);
    document_ = 0;
    in_document_.clear();
}

void Splitter::enter_document(RecipientIndex recipient) {
    const Share& share = share_of(recipient);
    Lane& lane = lanes_[recipient];
    lane.document = {document_,
                     false,
                     std::min(lane.levels.size(), document_depth_),
                     share.pieces.size(),
                     share.slots.size(),
                     share.bytes,
                     {}};
    in_document_.push_back(recipient);
}

void Splitter::open_levels(RecipientIndex recipient) {
    Lane& lane = lanes_[recipient];
    for (std::size_t level = lane.levels.size(); level < stack_.size(); ++level) {
        lane.levels.emplace_back();
        stack_[level].openers.push_back(recipient);
        for (Chunk& chunk : stack_[level].chunks) emit_chunk(recipient, level, chunk);
    }
}

void Splitter::record(std::string_view bytes, std::span<const RecipientIndex> recipients,
                      std::span<const std::int64_t> sums) {
    ENSURE(document_ != 0);
    drop_content();
    for (const RecipientIndex recipient : recipients) {
        ENSURE(recipient < lanes_.size());
        Lane& lane = lanes_[recipient];
        const bool first = lane.document.ordinal != document_;
        if (first) enter_document(recipient);
        open_levels(recipient);
        if (first) {
            lane.document.counts.documents = 1;
            for (std::size_t i = 0; i < document_depth_; ++i) lane.levels[i].counts.documents += 1;
        }
        emit(recipient, bytes);
        add(lane.document.counts, sums);
        for (Level& level : lane.levels) add(level.counts, sums);
    }
}

// What the lane got of the open document is undone: in this group by truncating its share, in the
// draft by cutting it back to the mark.
void Splitter::take_back(RecipientIndex recipient) {
    Lane& lane = lanes_[recipient];
    Share& share = share_of(recipient);
    const InDocument& document = lane.document;
    bytes_ -= share.bytes - document.bytes_before;
    share.pieces.resize(document.pieces_before);
    share.slots.resize(document.slots_before);
    share.bytes = document.bytes_before;
    if (document.before_group) {
        share.cut_first = true;
        share.resolutions.clear();
    }
    for (std::size_t level = document.depth_before; level < document_depth_; ++level) {
        std::erase(stack_[level].openers, recipient);
    }
    lane.levels.resize(document.depth_before);
    for (Level& level : lane.levels) subtract(level.counts, document.counts);
    lane.document = {};
}

void Splitter::reject_document() {
    ENSURE(document_ != 0);
    for (const RecipientIndex recipient : in_document_) take_back(recipient);
    stack_.resize(document_depth_);
    document_ = 0;
    in_document_.clear();
}

const Counts* Splitter::counts(RecipientIndex recipient) const {
    const Lane& lane = lanes_[recipient];
    return lane.levels.empty() ? nullptr : &lane.levels.front().counts;
}

std::unique_ptr<Group::Content> Splitter::cut() {
    Group::Content& group = *group_;
    group.compression_level = settings_.compression_level;
    group.open_document = document_;
    for (const RecipientIndex recipient : in_document_) {
        InDocument& document = lanes_[recipient].document;
        if (!document.before_group) {
            Share& share = share_of(recipient);
            share.has_mark = true;
            share.mark = document.pieces_before;
        }
        document.before_group = true;
        document.pieces_before = document.slots_before = 0;
        document.bytes_before = 0;
    }
    for (Share& share : group.shares) {
        Lane& lane = lanes_[share.recipient];
        for (Level& level : lane.levels) {
            for (Pending& pending : level.pending) {
                if (!pending.in_group) continue;
                share.slots[pending.index].splice = lane.next_splice;
                pending = {pending.hole, false, lane.next_splice++};
            }
        }
        if (const Counts* whole = counts(share.recipient)) {
            share.records = whole->records;
            share.documents = whole->documents;
        }
        share.lane = save_lane(lane);
        lane.share = no_share;
        group.compression.push_back(recipients_[share.recipient].compression);
    }
    group.common = save_common();
    plan_segments(group, settings_.frame_bytes);
    std::unique_ptr<Group::Content> done = std::move(group_);
    group_ = std::make_unique<Group::Content>();
    group_->serial = ++serial_;
    bytes_ = held_bytes_ = 0;
    return done;
}

}  // namespace outbox
