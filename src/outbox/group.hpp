#pragma once
// Inside a Group: for each recipient the pieces it gets, the numbers still open in them, and how
// they are cut into frames. Only for the outbox.
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "outbox/context.hpp"
#include "outbox/draft_set.hpp"

namespace outbox {

inline constexpr std::uint32_t no_share = 0xFFFFFFFF;

// A number among the pieces. Known before the group is cut: plain text. Else its place in the draft
// is remembered (a splice) and the text is put in when the parcel is finished.
struct Slot {
    Hole hole;
    std::string text;
    bool known = false;
    std::uint64_t splice = 0;
};

// Bytes that live elsewhere, or (data null) the slot of index `size`.
struct SharePiece {
    const char* data = nullptr;
    std::size_t size = 0;
};

struct Resolution {
    std::uint64_t splice = 0;
    std::string text;
};

struct Share {
    RecipientIndex recipient = 0;
    bool cut_first = false;  // the document that was open is rejected: take it back
    std::vector<SharePiece> pieces;
    std::vector<Slot> slots;
    std::vector<Resolution> resolutions;  // of splices that earlier groups left
    std::uint64_t bytes = 0;
    bool has_mark = false;  // the open document begins at piece `mark`
    std::size_t mark = 0;
    std::uint32_t first_segment = 0, segments = 0;
    // After the cut:
    std::uint64_t records = 0, documents = 0;
    std::string lane;  // the lane's state, for the commit
};

// What becomes one frame (or one run of plain bytes).
struct Segment {
    std::uint32_t share = 0;
    std::size_t begin = 0, end = 0;  // pieces
    bool mark_before = false;
    bool splice_after = false;
    std::uint64_t splice = 0;
    Hole hole;
    std::uint64_t content_bytes = 0;
    std::string packed;
    bool done = false;
};

struct Group::Content {
    std::uint64_t serial = 0;
    std::vector<Share> shares;
    std::vector<Segment> segments;
    std::vector<std::shared_ptr<const std::string>> kept;  // owners of context pieces
    std::vector<job::Compression> compression;             // by share, after the cut
    int compression_level = 1;
    std::uint64_t open_document = 0;  // at the end of the group; 0: none
    std::string common;
};

// Divides the shares into segments of at most about `frame_bytes`.
void plan_segments(Group::Content& content, std::size_t frame_bytes);

}  // namespace outbox
