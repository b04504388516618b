#pragma once
// Who has what open: turns the stream of tags, content and records into one share for each
// recipient. Knows nothing of files. Only for the outbox.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "outbox/blob.hpp"
#include "outbox/group.hpp"

namespace outbox {

class Splitter {
  public:
    // `recipients` must live as long.
    Splitter(const std::vector<DraftRecipient>& recipients, DraftSettings settings);

    void open(std::string_view bytes, std::span<const Hole> holes);
    void close(std::string_view bytes);
    void content(std::string_view bytes, std::span<const Hole> holes);
    void maybe_content(std::string_view bytes, std::span<const Hole> holes);
    void drop_content();
    void begin_document(std::uint64_t ordinal);
    void end_document();
    void reject_document();
    void record(std::string_view bytes, std::span<const RecipientIndex> recipients,
                std::span<const std::int64_t> sums);
    std::uint64_t open_document() const { return document_; }
    bool is_taken() const { return !stack_.back().openers.empty(); }

    std::size_t bytes() const { return bytes_; }
    // Memory that the group takes beside the bytes of records, about; no less when a document is
    // taken back.
    std::size_t held_bytes() const { return held_bytes_; }
    std::unique_ptr<Group::Content> cut();

    // What the counts of the whole parcel are; none where the recipient got nothing.
    const Counts* counts(RecipientIndex recipient) const;

    void restore_common(std::string_view blob);
    void restore_lane(RecipientIndex recipient, std::string_view blob);

  private:
    struct Chunk {
        std::shared_ptr<const std::string> bytes;
        std::vector<Hole> holes;
        std::uint64_t kept_in = 0;  // serial of the group that keeps it alive
    };
    struct Element {
        std::vector<Chunk> chunks;
        std::vector<Chunk> maybe;  // what follows decides whether they are content
        std::vector<RecipientIndex> openers;
    };
    struct Pending {
        Hole hole;
        bool in_group = true;
        std::uint64_t index = 0;  // slot of the share, or splice of the draft
    };
    struct Level {
        Counts counts;
        std::vector<Pending> pending;
    };
    // A recipient's share in the open document, to be taken back if that is rejected.
    struct InDocument {
        std::uint64_t ordinal = 0;
        bool before_group = false;  // began in an earlier group
        std::size_t depth_before = 0;
        std::size_t pieces_before = 0, slots_before = 0;
        std::uint64_t bytes_before = 0;
        Counts counts;
    };
    struct Lane {
        std::uint32_t share = no_share;
        std::vector<Level> levels;  // one for each element that is open for the recipient
        std::uint64_t next_splice = 1;
        InDocument document;
    };

    Share& share_of(RecipientIndex recipient);
    void emit(RecipientIndex recipient, std::string_view bytes);
    bool goes_on(RecipientIndex recipient, const Share& share, std::string_view bytes) const;
    void take_maybe();
    void add_chunk(Chunk chunk);
    void emit_chunk(RecipientIndex recipient, std::size_t level, Chunk& chunk);
    void enter_document(RecipientIndex recipient);
    void open_levels(RecipientIndex recipient);
    void resolve(RecipientIndex recipient, Level& level);
    void take_back(RecipientIndex recipient);
    std::shared_ptr<const std::string> keep(std::string_view bytes);
    void hold(std::shared_ptr<const std::string> bytes);
    std::string save_common() const;
    static std::string save_lane(const Lane& lane);

    const std::vector<DraftRecipient>& recipients_;
    DraftSettings settings_;
    std::vector<Element> stack_;  // [0]: around the root, never closed
    std::vector<Lane> lanes_;
    std::uint64_t document_ = 0, last_document_ = 0;
    std::size_t document_depth_ = 0;           // elements that were open when it began
    std::vector<RecipientIndex> in_document_;  // recipients with records of it
    std::unique_ptr<Group::Content> group_;
    std::uint64_t serial_ = 0;
    std::size_t bytes_ = 0, held_bytes_ = 0;
};

}  // namespace outbox
