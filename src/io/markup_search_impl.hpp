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

// 64 when there is none.
SLUICE_MARKUP_INLINE std::size_t first_bit(std::uint64_t bits) {
    return static_cast<std::size_t>(std::countr_zero(bits));
}

// 64 of the 128 bits, from `bit` on: from 0 to 127, with zeros behind them.
SLUICE_MARKUP_INLINE std::uint64_t from_bit(std::uint64_t low, std::uint64_t high,
                                            std::size_t bit) {
    const std::uint64_t first = bit < 64 ? low : high, second = bit < 64 ? high : 0;
    return first >> (bit & 63) | second << 1 << (63 - (bit & 63));
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
    bool find_place(std::size_t limit);
    void guess();
    void look();

    MarkupSearch& to_;
    std::string_view input_;
    std::size_t done_ = 0;  // what the sequences cover
    std::size_t block_end_, literal_bytes_ = 0, offset_ = 0, next_ = 1;
    // Where markup begins next, and what it may repeat.
    std::size_t place_ = 0, guess_ = 0;
    bool known_ = false;  // from the match before
};

void Search::close_block() {
    // A block ends with the literals behind its last match; libzstd asks for it even when there are
    // none.
    const std::size_t literals = block_end_ - done_;
    to_.sequences.push_back({0, static_cast<unsigned>(literals), 0, 0});
    literal_bytes_ += literals;
    done_ = block_end_;
}

SLUICE_MARKUP_INLINE bool Search::find_place(std::size_t limit) {
    for (; next_ < limit; next_ += 64) {
        const std::uint64_t starts = where(input_.data() + next_, '<');
        if (starts == 0) continue;
        place_ = next_ + first_bit(starts);
        return place_ < limit;
    }
    return false;
}

// Records are alike: behind what the match before repeated comes what comes here.
SLUICE_MARKUP_INLINE void Search::guess() {
    const std::size_t source = done_ - offset_;
    const std::uint64_t starts = where(input_.data() + source, '<');
    guess_ = source + (starts != 0 ? first_bit(starts) : 0);
}

// Markup begins at `place_`: is it, and what follows it, a repetition? Of what was guessed, or else
// of the same markup where the table says that it stood last. The guess does not wait for the
// table, which makes it worth its while; and where markup begins next, in both texts, is seen in
// what was read to compare them.
SLUICE_MARKUP_INLINE void Search::look() {
    const char* const base = input_.data();
    const std::size_t place = place_;
    const char* const at = base + place;
    next_ = place + 1;
    known_ = false;
    std::size_t earlier = guess_;
    std::uint64_t differ = unlike(at, base + earlier);
    const std::uint64_t starts = where(at, '<'), starts_then = where(at + 64, '<');
    const std::uint64_t ends = where(at, '>') & ~from_bit(starts, starts_then, 1);
    const std::uint64_t piece = ends ^ (ends - 1);  // one bit for each byte of the markup
    const std::size_t bytes =
        std::max<std::size_t>(static_cast<std::size_t>(std::popcount(piece)), 8);
    const std::uint64_t first = word_at(at);
    std::uint32_t& place_of = to_.places[slot(first, word_at(at + bytes - 8), bytes)];
    const std::size_t last = place_of;
    place_of = static_cast<std::uint32_t>(place);
    if ((differ & piece) != 0 || earlier >= place) {
        if (last == 0 || word_at(base + last) != first) return;
        earlier = last;
        differ = unlike(at, base + earlier);
    }
    if (place - earlier > window_bytes) [[unlikely]]
        return;
    const char* const source = base + earlier;
    std::size_t agreed = first_bit(differ);
    if (differ == 0) agreed = 64 + first_bit(unlike(at + 64, source + 64));
    if (agreed == 128) [[unlikely]] {
        agreed = long_agreement(at, source, base + block_end_);
    } else {
        const std::uint64_t next = from_bit(starts, starts_then, agreed);
        const std::uint64_t there = from_bit(where(source, '<'), where(source + 64, '<'), agreed);
        known_ = next != 0 && there != 0;
        place_ = place + agreed + first_bit(next);
        guess_ = earlier + agreed + first_bit(there);
    }
    const std::size_t end = std::min(place + agreed, block_end_);
    // The end of the value before may be the same, too.
    std::size_t start = place;
    if (earlier >= 16) start -= std::min(common_end(at, source), place - done_);
    if (end < start + match_bytes_min) [[unlikely]] {
        known_ = false;
        return;
    }
    offset_ = place - earlier;
    to_.sequences.push_back({static_cast<unsigned>(offset_), static_cast<unsigned>(start - done_),
                             static_cast<unsigned>(end - start), 0});
    literal_bytes_ += start - done_;
    next_ = done_ = end;
}

SLUICE_MARKUP_INLINE bool Search::run() {
    // So that nothing is read behind the input: what is left at its end are literals.
    const std::size_t limit = input_.size() - read_ahead_bytes_max;
    for (;;) {
        if (known_ && place_ < block_end_ && place_ < limit) [[likely]] {
            look();
            continue;
        }
        if (!find_place(limit)) break;
        while (place_ >= block_end_) {
            close_block();
            if (mostly_literal()) return false;
            block_end_ = std::min(block_end_ + block_bytes_max, input_.size());
        }
        guess();
        look();
    }
    for (;;) {
        close_block();
        if (done_ == input_.size()) return !mostly_literal();
        block_end_ = std::min(block_end_ + block_bytes_max, input_.size());
    }
}
