// The splitter's state as the ledger keeps it: what is open in the input, and what each recipient
// has open.
#include "core/ensure.hpp"
#include "outbox/splitter.hpp"

namespace outbox {
namespace {

constexpr std::uint64_t version = 1;
constexpr std::uint64_t common_version = 2;  // 1: without content that is to be decided
constexpr std::uint64_t depth_max = 1 << 16;

void save(BlobWriter& out, const Hole& hole) {
    out.number(hole.offset);
    out.number(hole.length);
    out.number(static_cast<std::uint64_t>(hole.counter));
    out.number(hole.sum);
    out.number(hole.digits);
    out.number((hole.fixed_width ? 1U : 0U) | (hole.point ? 0U : 2U) | (hole.ebcdic ? 4U : 0U));
}

std::uint32_t small(BlobReader& in) {
    return static_cast<std::uint32_t>(in.number(0xFFFFFFFF));
}

Hole load_hole(BlobReader& in) {
    Hole hole;
    hole.offset = small(in);
    hole.length = small(in);
    hole.counter = static_cast<Counter>(in.number(2));
    hole.sum = small(in);
    hole.digits = small(in);
    const auto form = in.number(7);
    hole.fixed_width = (form & 1U) != 0;
    hole.point = (form & 2U) == 0;
    hole.ebcdic = (form & 4U) != 0;
    return hole;
}

void save(BlobWriter& out, const Counts& counts) {
    out.number(counts.records);
    out.number(counts.documents);
    out.number(counts.sums.size());
    for (const std::int64_t sum : counts.sums) out.amount(sum);
}

Counts load_counts(BlobReader& in) {
    Counts counts;
    counts.records = in.number();
    counts.documents = in.number();
    const std::uint64_t sums = in.number(depth_max);
    for (std::uint64_t i = 0; i < sums; ++i) counts.sums.push_back(in.amount());
    return counts;
}

}  // namespace

std::string Splitter::save_common() const {
    BlobWriter out;
    out.number(common_version);
    out.number(document_);
    out.number(last_document_);
    out.number(document_depth_);
    out.number(stack_.size());
    for (const Element& element : stack_) {
        for (const std::vector<Chunk>* chunks : {&element.chunks, &element.maybe}) {
            out.number(chunks->size());
            for (const Chunk& chunk : *chunks) {
                out.text(*chunk.bytes);
                out.number(chunk.holes.size());
                for (const Hole& hole : chunk.holes) save(out, hole);
            }
        }
    }
    return out.take();
}

void Splitter::restore_common(std::string_view blob) {
    BlobReader in(blob, "the drafts");
    const std::uint64_t written = in.number(common_version);
    document_ = in.number();
    last_document_ = in.number();
    document_depth_ = in.number(depth_max);
    stack_.assign(in.number(depth_max), {});
    ENSURE(!stack_.empty());
    for (Element& element : stack_) {
        for (std::vector<Chunk>* chunks : {&element.chunks, &element.maybe}) {
            if (chunks == &element.maybe && written == 1) continue;
            for (std::uint64_t left = in.number(); left > 0; --left) {
                Chunk chunk{keep(in.text()), {}, 0};
                for (std::uint64_t holes = in.number(); holes > 0; --holes)
                    chunk.holes.push_back(load_hole(in));
                chunks->push_back(std::move(chunk));
            }
        }
    }
    in.finish();
}

std::string Splitter::save_lane(const Lane& lane) {
    BlobWriter out;
    out.number(version);
    out.number(lane.next_splice);
    out.number(lane.levels.size());
    for (const Level& level : lane.levels) {
        save(out, level.counts);
        out.number(level.pending.size());
        for (const Pending& pending : level.pending) {
            ENSURE(!pending.in_group);
            save(out, pending.hole);
            out.number(pending.index);
        }
    }
    out.number(lane.document.ordinal);
    out.number(lane.document.depth_before);
    save(out, lane.document.counts);
    return out.take();
}

void Splitter::restore_lane(RecipientIndex recipient, std::string_view blob) {
    Lane& lane = lanes_[recipient];
    BlobReader in(blob, "the draft for " + recipients_[recipient].number);
    in.number(version);
    lane.next_splice = in.number();
    lane.levels.assign(in.number(depth_max), {});
    for (Level& level : lane.levels) {
        level.counts = load_counts(in);
        for (std::uint64_t left = in.number(); left > 0; --left) {
            Pending pending{load_hole(in), false, 0};
            pending.index = in.number();
            level.pending.push_back(pending);
        }
    }
    lane.document.ordinal = in.number();
    lane.document.depth_before = in.number(depth_max);
    lane.document.counts = load_counts(in);
    in.finish();
    for (std::size_t i = 0; i < lane.levels.size() && i < stack_.size(); ++i) {
        stack_[i].openers.push_back(recipient);
    }
    if (document_ != 0 && lane.document.ordinal == document_) {
        lane.document.before_group = true;
        in_document_.push_back(recipient);
    }
}

}  // namespace outbox
