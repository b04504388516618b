// One frame. At level 1 libzstd spends two thirds of its time looking for repetitions at nearly
// every byte. In records of XML they begin where a value ends, and the markup from there to the
// next value says what they repeat: so we look them up ourselves and libzstd encodes them.
#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "core/ensure.hpp"
#include "io/frames.hpp"

#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_compressSequences, which every 1.5 exports
#include <zstd.h>

namespace io {

namespace {

constexpr std::size_t markup_input_bytes_min = 96 << 10;  // below, libzstd's tables are smaller too
constexpr std::size_t block_bytes_max = ZSTD_BLOCKSIZE_MAX;
constexpr int window_log = 20;
constexpr std::size_t window_bytes = std::size_t{1} << window_log;
constexpr std::size_t match_bytes_min = 6;
constexpr std::size_t kept_bytes_max = 8 << 20;  // by a thread, of what a frame grows in

std::uint64_t word_at(const char* p) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    return word;
}

std::uint64_t equal_16(const char* p, __m128i wanted) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, wanted)));
}

// One bit for each of 64 bytes.
std::uint64_t where(const char* p, char wanted) {
    const __m128i lanes = _mm_set1_epi8(wanted);
    return equal_16(p, lanes) | equal_16(p + 16, lanes) << 16 | equal_16(p + 32, lanes) << 32 |
           equal_16(p + 48, lanes) << 48;
}

std::size_t first_bit(std::uint64_t bits) {
    return static_cast<std::size_t>(__builtin_ctzll(bits));
}

// How far two texts agree, up to `end` of the later one.
std::size_t agreement(const char* later, const char* earlier, const char* end) {
    const char* const start = later;
    for (; end - later >= 16; later += 16, earlier += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(earlier));
        const std::uint64_t differ = equal_16(later, block) ^ 0xffff;
        if (differ != 0) return static_cast<std::size_t>(later - start) + first_bit(differ);
    }
    while (later < end && *later == *earlier) ++later, ++earlier;
    return static_cast<std::size_t>(later - start);
}

// The repetitions of one frame's content, block by block.
class MarkupMatches {
  public:
    // False when the content is not mostly markup that repeats: then libzstd finds more.
    bool find(std::string_view input);
    const std::vector<ZSTD_Sequence>& sequences() const { return sequences_; }

  private:
    static constexpr unsigned table_log = 12;
    static constexpr std::size_t markup_bytes_max = 64;       // of one piece of markup looked at
    static constexpr std::size_t read_ahead_bytes_max = 136;  // behind the start of markup

    static std::size_t slot(std::uint64_t first, std::uint64_t last, std::size_t bytes) {
        const std::uint64_t mixed =
            first * 0x9E3779B185EBCA87U ^ (last + bytes) * 0xC2B2AE3D27D4EB4FU;
        return static_cast<std::size_t>(mixed * 0x9E3779B185EBCA87U >> (64 - table_log));
    }
    bool mostly_literal() const { return literal_bytes_ > block_end_ / 5 * 2; }
    void close_block();
    void look_at(std::size_t place);

    std::array<std::uint32_t, std::size_t{1} << table_log> places_{};  // 0: none
    std::vector<ZSTD_Sequence> sequences_;
    std::string_view input_;
    std::size_t done_ = 0;  // what the sequences cover
    std::size_t block_end_ = 0, literal_bytes_ = 0, offset_ = 0, next_ = 0;
};

void MarkupMatches::close_block() {
    // A block ends with the literals behind its last match; libzstd asks for it even when there are
    // none.
    const std::size_t literals = block_end_ - done_;
    sequences_.push_back({0, static_cast<unsigned>(literals), 0, 0});
    literal_bytes_ += literals;
    done_ = block_end_;
}

// Markup begins at `place`: is it, and what follows it, a repetition?
void MarkupMatches::look_at(std::size_t place) {
    const char* const base = input_.data();
    const char* const at = base + place;
    next_ = place + 1;
    const std::uint64_t ends = where(at, '>') & ~where(at + 1, '<');
    const std::size_t bytes =
        ends == 0 ? markup_bytes_max : std::max<std::size_t>(first_bit(ends) + 1, 8);
    const std::uint64_t first = word_at(at), last = word_at(at + bytes - 8);
    std::uint32_t& known = places_[slot(first, last, bytes)];
    std::size_t earlier = known;
    known = static_cast<std::uint32_t>(place);
    // The distance of the match before costs nothing to encode, and it keeps to the same record.
    const std::size_t same = place > offset_ ? place - offset_ : 0;
    if (word_at(base + same) == first && word_at(base + same + bytes - 8) == last) earlier = same;
    if (earlier == 0 || place - earlier > window_bytes || word_at(base + earlier) != first) return;
    const std::size_t end =
        place + 8 + agreement(at + 8, base + earlier + 8, base + std::max(block_end_, place + 8));
    std::size_t start = place;
    while (start > done_ && earlier > 0 && base[start - 1] == base[earlier - 1]) --start, --earlier;
    const std::size_t match_end = std::min(end, block_end_);
    if (match_end < start + match_bytes_min) return;
    offset_ = start - earlier;
    sequences_.push_back({static_cast<unsigned>(offset_), static_cast<unsigned>(start - done_),
                          static_cast<unsigned>(match_end - start), 0});
    literal_bytes_ += start - done_;
    next_ = done_ = match_end;
}

bool MarkupMatches::find(std::string_view input) {
    ENSURE(input.size() <= UINT32_MAX);
    input_ = input;
    places_.fill(0);
    sequences_.clear();
    done_ = literal_bytes_ = 0;
    offset_ = next_ = 1;
    block_end_ = std::min(block_bytes_max, input.size());
    // So that nothing is read behind the input: what is left at its end are literals.
    const std::size_t limit = input.size() - read_ahead_bytes_max;
    while (next_ < limit) {
        const std::uint64_t starts = where(input.data() + next_, '<');
        if (starts == 0) {
            next_ += 64;
            continue;
        }
        const std::size_t place = next_ + first_bit(starts);
        if (place >= limit) break;
        while (place >= block_end_) {
            close_block();
            if (mostly_literal()) return false;
            block_end_ = std::min(block_end_ + block_bytes_max, input.size());
        }
        look_at(place);
    }
    for (;;) {
        close_block();
        if (done_ == input.size()) return !mostly_literal();
        block_end_ = std::min(block_end_ + block_bytes_max, input.size());
    }
}

struct CompressorDeleter {
    void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};

// Contexts are megabytes large; one a thread is made once.
ZSTD_CCtx* compressor() {
    thread_local const std::unique_ptr<ZSTD_CCtx, CompressorDeleter> context(ZSTD_createCCtx());
    ENSURE(context != nullptr);
    return context.get();
}

// Where a frame grows: kept for the next one, and never filled with zeros first.
class Room {
  public:
    char* at_least(std::size_t bytes) {
        if (bytes > bytes_) {
            room_.reset(new char[bytes]);
            bytes_ = bytes;
        }
        return room_.get();
    }

  private:
    std::unique_ptr<char[]> room_;
    std::size_t bytes_ = 0;
};

}  // namespace

void compress_frame(std::string_view input, std::string& output, int level) {
    thread_local Room room;
    thread_local MarkupMatches matches;
    ZSTD_CCtx* context = compressor();
    ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    const std::size_t bound = ZSTD_compressBound(input.size());
    char* const frame = room.at_least(bound);
    std::size_t n = 0;
    if (level == compression_level && input.size() >= markup_input_bytes_min &&
        matches.find(input)) {
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
        ZSTD_CCtx_setParameter(context, ZSTD_c_blockDelimiters, ZSTD_sf_explicitBlockDelimiters);
        const std::vector<ZSTD_Sequence>& found = matches.sequences();
        n = ZSTD_compressSequences(context, frame, bound, found.data(), found.size(), input.data(),
                                   input.size());
    } else {
        n = ZSTD_compress2(context, frame, bound, input.data(), input.size());
    }
    ENSURE(!ZSTD_isError(n));  // the room is sufficient by definition of the bound
    output.append(frame, n);
    if (bound > kept_bytes_max) room = {};
}

}  // namespace io
