#pragma once
// Included once for each width of registers, inside a namespace of its own, behind:
//   std::uint64_t where(const char* p, char wanted);         one bit for each of 64 bytes
//   std::uint64_t unlike(const char* p, const char* q);      in which of 64 bytes they differ

constexpr std::size_t block_bytes_max = ZSTD_BLOCKSIZE_MAX;
constexpr std::size_t window_bytes = std::size_t{1} << markup_window_log;
constexpr std::size_t match_bytes_min = 6;
constexpr std::size_t read_ahead_bytes_max = 200;  // behind the start of markup

SLUICE_MARKUP_INLINE std::uint64_t word_at(const char* p) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    return word;
}

SLUICE_MARKUP_INLINE std::size_t first_bit(std::uint64_t bits) {
    return static_cast<std::size_t>(__builtin_ctzll(bits));
}

// How far two texts agree behind the 128 bytes in which they do, up to `end` of the later one.
SLUICE_MARKUP_INLINE std::size_t long_agreement(const char* later, const char* earlier,
                                                const char* end) {
    const char* const start = later;
    later += 128, earlier += 128;
    for (; end - later >= 64; later += 64, earlier += 64) {
        const std::uint64_t differ = unlike(later, earlier);
        if (differ != 0) return static_cast<std::size_t>(later - start) + first_bit(differ);
    }
    while (later < end && *later == *earlier) ++later, ++earlier;
    return static_cast<std::size_t>(later - start);
}

// How many bytes in front of two places are the same, 16 at most.
SLUICE_MARKUP_INLINE std::size_t common_end(const char* p, const char* q) {
    const auto block = [](const char* at) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at - 16));
    };
    const auto equal =
        static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(block(p), block(q))));
    return static_cast<std::size_t>(__builtin_clz(~(equal << 16)));
}

class Search {
  public:
    Search(MarkupSearch& to, std::string_view input)
        : to_(to), input_(input), block_end_(std::min(block_bytes_max, input.size())) {
        to.places.fill(0);
        to.sequences.clear();
    }
    bool run();

  private:
    static std::size_t slot(std::uint64_t first, std::uint64_t last, std::size_t bytes) {
        const std::uint64_t mixed =
            first * 0x9E3779B185EBCA87U ^ (last + bytes) * 0xC2B2AE3D27D4EB4FU;
        return static_cast<std::size_t>(mixed * 0x9E3779B185EBCA87U >>
                                        (64 - MarkupSearch::table_log));
    }
    bool mostly_literal() const { return literal_bytes_ > block_end_ / 5 * 2; }
    void close_block();
    void look_at(std::size_t place);

    MarkupSearch& to_;
    std::string_view input_;
    std::size_t done_ = 0;  // what the sequences cover
    std::size_t block_end_, literal_bytes_ = 0, offset_ = 0, next_ = 1;
};

void Search::close_block() {
    // A block ends with the literals behind its last match; libzstd asks for it even when there are
    // none.
    const std::size_t literals = block_end_ - done_;
    to_.sequences.push_back({0, static_cast<unsigned>(literals), 0, 0});
    literal_bytes_ += literals;
    done_ = block_end_;
}

// Markup begins at `place`: is it, and what follows it, a repetition? Records are alike: behind
// what the match before repeated comes what comes here, and else the same markup stood last where
// the table says. The first guess does not wait for the table, which makes it worth its while.
SLUICE_MARKUP_INLINE void Search::look_at(std::size_t place) {
    const char* const base = input_.data();
    const char* const at = base + place;
    next_ = place + 1;
    const std::size_t source = done_ - offset_;
    const std::uint64_t starts = where(base + source, '<');
    std::size_t earlier = source + (starts != 0 ? first_bit(starts) : 0);
    std::uint64_t differ = unlike(at, base + earlier);
    const std::uint64_t ends = where(at, '>') & ~where(at + 1, '<');
    const std::uint64_t piece = ends ^ (ends - 1);  // one bit for each byte of the markup
    const std::size_t bytes =
        std::max<std::size_t>(static_cast<std::size_t>(__builtin_popcountll(piece)), 8);
    const std::uint64_t first = word_at(at);
    std::uint32_t& place_of = to_.places[slot(first, word_at(at + bytes - 8), bytes)];
    const std::size_t known = place_of;
    place_of = static_cast<std::uint32_t>(place);
    if ((differ & piece) != 0 || earlier >= place) {
        if (known == 0 || word_at(base + known) != first) return;
        earlier = known;
        differ = unlike(at, base + earlier);
    }
    if (place - earlier > window_bytes) [[unlikely]]
        return;
    const std::uint64_t differ_then = unlike(at + 64, base + earlier + 64);
    std::size_t agreed = differ != 0        ? first_bit(differ)
                         : differ_then != 0 ? 64 + first_bit(differ_then)
                                            : 128;
    if (agreed == 128) [[unlikely]]
        agreed = long_agreement(at, base + earlier, base + block_end_);
    const std::size_t end = std::min(place + agreed, block_end_);
    // The end of the value before may be the same, too.
    std::size_t start = place;
    if (earlier >= 16) start -= std::min(common_end(at, base + earlier), place - done_);
    if (end < start + match_bytes_min) [[unlikely]]
        return;
    offset_ = place - earlier;
    to_.sequences.push_back({static_cast<unsigned>(offset_), static_cast<unsigned>(start - done_),
                             static_cast<unsigned>(end - start), 0});
    literal_bytes_ += start - done_;
    next_ = done_ = end;
}

SLUICE_MARKUP_INLINE bool Search::run() {
    // So that nothing is read behind the input: what is left at its end are literals.
    const std::size_t limit = input_.size() - read_ahead_bytes_max;
    while (next_ < limit) {
        const std::uint64_t starts = where(input_.data() + next_, '<');
        if (starts == 0) [[unlikely]] {
            next_ += 64;
            continue;
        }
        const std::size_t place = next_ + first_bit(starts);
        if (place >= limit) break;
        while (place >= block_end_) {
            close_block();
            if (mostly_literal()) return false;
            block_end_ = std::min(block_end_ + block_bytes_max, input_.size());
        }
        look_at(place);
    }
    for (;;) {
        close_block();
        if (done_ == input_.size()) return !mostly_literal();
        block_end_ = std::min(block_end_ + block_bytes_max, input_.size());
    }
}
