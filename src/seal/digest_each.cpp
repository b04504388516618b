// FIPS 180-4, section 6.2, in sixteen lanes: vector i of a state holds word i of all lanes. A lane
// that is through with its text takes the next one, so texts may be of any lengths.
#include "seal/digest_each.hpp"

#include <algorithm>

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"  // inside of intrinsics: bug 105593 of GCC 12
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "core/sha256_words.hpp"
#define LANES __attribute__((target("avx512f,avx512bw")))
#define ALWAYS __attribute__((always_inline))

namespace seal {

namespace {

constexpr std::size_t lanes = 16, block_bytes = 64;

constexpr std::array<std::uint32_t, 8> first_state = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

using Words = __m512i;
constexpr int odd = 0x96, choice = 0xCA, majority = 0xE8;  // of three bits

LANES ALWAYS inline Words add(Words a, Words b) {
    return _mm512_add_epi32(a, b);
}

// Words 0 to 15 of the blocks at `at`: rows of lanes become columns.
LANES ALWAYS inline void load(Words* w, const std::array<const std::uint8_t*, lanes>& at,
                              std::size_t offset) {
    const Words big_endian =
        _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
    Words rows[lanes], pairs[lanes];
#pragma GCC unroll 16  // or rows and pairs go through memory
    for (std::size_t i = 0; i < lanes; ++i)
        rows[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(at[i] + offset), big_endian);
#pragma GCC unroll 16
    for (std::size_t i = 0; i < lanes; i += 2) {
        pairs[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        pairs[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < lanes; i += 4) {
        rows[i] = _mm512_unpacklo_epi64(pairs[i], pairs[i + 2]);
        rows[i + 1] = _mm512_unpackhi_epi64(pairs[i], pairs[i + 2]);
        rows[i + 2] = _mm512_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
        rows[i + 3] = _mm512_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < 4; ++i) {
        const Words a = _mm512_shuffle_i32x4(rows[i], rows[4 + i], 0x88);
        const Words b = _mm512_shuffle_i32x4(rows[i], rows[4 + i], 0xDD);
        const Words c = _mm512_shuffle_i32x4(rows[8 + i], rows[12 + i], 0x88);
        const Words d = _mm512_shuffle_i32x4(rows[8 + i], rows[12 + i], 0xDD);
        w[i] = _mm512_shuffle_i32x4(a, c, 0x88);
        w[4 + i] = _mm512_shuffle_i32x4(b, d, 0x88);
        w[8 + i] = _mm512_shuffle_i32x4(a, c, 0xDD);
        w[12 + i] = _mm512_shuffle_i32x4(b, d, 0xDD);
    }
}

LANES ALWAYS inline void expand(Words* w, std::size_t i) {
    const Words x = w[(i + 1) % 16], y = w[(i + 14) % 16];
    const Words u = _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18),
                                              _mm512_srli_epi32(x, 3), odd);
    const Words v = _mm512_ternarylogic_epi32(_mm512_ror_epi32(y, 17), _mm512_ror_epi32(y, 19),
                                              _mm512_srli_epi32(y, 10), odd);
    w[i] = add(add(w[i], u), add(w[(i + 9) % 16], v));
}

// One round; a to h are turned by one place with each.
LANES ALWAYS inline void mix(Words* s, std::size_t i, Words word) {
    const auto at = [&](std::size_t k) -> Words& { return s[(k + 16 - i) % 8]; };
    const Words a = at(0), e = at(4);
    const Words one = _mm512_ternarylogic_epi32(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11),
                                                _mm512_ror_epi32(e, 25), odd);
    const Words zero = _mm512_ternarylogic_epi32(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13),
                                                 _mm512_ror_epi32(a, 22), odd);
    const Words chosen = _mm512_ternarylogic_epi32(e, at(5), at(6), choice);
    // Each round waits for e of the one before: what does not hang on it is added first.
    const Words early = add(at(7), word);
    const Words sum = add(add(early, chosen), one);
    at(3) = add(add(add(early, at(3)), chosen), one);
    at(7) = add(sum, add(zero, _mm512_ternarylogic_epi32(a, at(1), at(2), majority)));
}

// Sixteen rounds with fixed indexes, so that all words stay in registers.
template <std::size_t... I>
LANES ALWAYS inline void rounds(Words* s, Words* w, std::size_t from, std::index_sequence<I...>) {
    if (from > 0) (expand(w, I), ...);
    (mix(s, I, add(w[I], _mm512_set1_epi32(static_cast<int>(core::sha256_round_words[from + I])))),
     ...);
}

using State = std::array<std::array<std::uint32_t, lanes>, 8>;

LANES void run_blocks(State& state, const std::array<const std::uint8_t*, lanes>& at,
                      std::size_t count) {
    Words s[8], w[16];
    for (std::size_t i = 0; i < 8; ++i) s[i] = _mm512_loadu_si512(state[i].data());
    for (std::size_t block = 0; block < count; ++block) {
        // Sixteen places at once are more than the processor foresees by itself.
        for (const std::uint8_t* one : at)
            _mm_prefetch(one + (block + 2) * block_bytes, _MM_HINT_T0);
        load(w, at, block * block_bytes);
        Words t[8];
        for (std::size_t i = 0; i < 8; ++i) t[i] = s[i];
        for (std::size_t i = 0; i < 64; i += 16) rounds(t, w, i, std::make_index_sequence<16>());
        for (std::size_t i = 0; i < 8; ++i) s[i] = add(s[i], t[i]);
    }
    for (std::size_t i = 0; i < 8; ++i) _mm512_storeu_si512(state[i].data(), s[i]);
}

// At most a block.
LANES void copy(std::uint8_t* to, const char* from, std::size_t bytes) {
    const __mmask64 those = ~std::uint64_t{0} >> (block_bytes - bytes);
    _mm512_mask_storeu_epi8(to, those, _mm512_maskz_loadu_epi8(those, from));
}

// A text on its way through a lane. Blocks that lie whole in the text are read where they are; the
// others, at either end, are put together here.
class Lane {
  public:
    void start(const Prefixed& text) {
        text_ = text;
        size_ = text.head.size() + text.text.size();
        blocks_ = (size_ + 9 + block_bytes - 1) / block_bytes;
        next_ = 0;
    }
    bool through() const { return next_ == blocks_; }
    // Where the next blocks are, and how many of them.
    const std::uint8_t* take(std::size_t& count) {
        const std::size_t from = next_ * block_bytes, head = text_.head.size();
        if (from >= head && from + block_bytes <= size_) {
            count = (size_ - from) / block_bytes;
            next_ += count;
            return reinterpret_cast<const std::uint8_t*>(text_.text.data()) + (from - head);
        }
        count = 1;
        put_together(from);
        ++next_;
        return block_.data();
    }

  private:
    void put_together(std::size_t from) {
        block_.fill(0);
        std::size_t offset = 0;  // of `part` in the text
        for (const std::string_view part : {text_.head, text_.text}) {
            const std::size_t begin = std::max(from, offset);
            const std::size_t end = std::min(from + block_bytes, offset + part.size());
            if (begin < end)
                copy(block_.data() + (begin - from), part.data() + (begin - offset), end - begin);
            offset += part.size();
        }
        if (size_ >= from && size_ - from < block_bytes) block_[size_ - from] = 0x80;
        if (next_ + 1 != blocks_) return;
        const std::uint64_t bits = std::uint64_t{size_} * 8;
        for (std::size_t i = 0; i < 8; ++i)
            block_[56 + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
    }
    Prefixed text_;
    std::size_t size_ = 0, blocks_ = 0, next_ = 0;
    std::array<std::uint8_t, block_bytes> block_{};
};

void bring_near(const Prefixed& text) {
    _mm_prefetch(text.head.data(), _MM_HINT_T0);
    for (std::size_t at = 0; at < std::min(text.text.size(), 3 * block_bytes); at += block_bytes)
        _mm_prefetch(text.text.data() + at, _MM_HINT_T0);
}

// Those of one length side by side: their lanes go on for long before one of them needs more.
std::vector<std::size_t> by_length(const std::vector<Prefixed>& texts) {
    constexpr std::size_t classes = 256;  // the last one of all that are longer
    const auto class_of = [](const Prefixed& text) {
        return std::min((text.head.size() + text.text.size()) / block_bytes, classes - 1);
    };
    std::array<std::size_t, classes> starts{};
    for (const Prefixed& text : texts) ++starts[class_of(text)];
    std::size_t sum = 0;
    for (std::size_t& start : starts) sum += std::exchange(start, sum);
    std::vector<std::size_t> order(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) order[starts[class_of(texts[i])]++] = i;
    return order;
}

void run_lanes(const std::vector<Prefixed>& texts, std::vector<Hash>& hashes) {
    static constexpr std::size_t idle = std::numeric_limits<std::size_t>::max();
    const std::vector<std::size_t> order = by_length(texts);
    std::array<Lane, lanes> lane;
    std::array<std::size_t, lanes> of{}, left{};
    std::array<const std::uint8_t*, lanes> at{};
    State state{};
    std::size_t next = 0, busy = 0;
    const auto start = [&](std::size_t i) {
        of[i] = next < order.size() ? order[next++] : idle;
        if (of[i] == idle) return;
        if (next + lanes < order.size()) bring_near(texts[order[next + lanes]]);
        ++busy;
        lane[i].start(texts[of[i]]);
        for (std::size_t k = 0; k < 8; ++k) state[k][i] = first_state[k];
        at[i] = lane[i].take(left[i]);
    };
    const auto finish = [&](std::size_t i) {
        for (std::size_t k = 0; k < 8; ++k) {
            const std::uint32_t word = __builtin_bswap32(state[k][i]);
            std::memcpy(hashes[of[i]].data() + 4 * k, &word, sizeof word);
        }
        --busy;
    };
    for (std::size_t i = 0; i < lanes; ++i) start(i);
    while (busy > 0) {
        std::size_t count = idle;
        for (std::size_t i = 0; i < lanes; ++i)
            if (of[i] != idle) count = std::min(count, left[i]);
        // What an idle lane reads does not matter: it reads along with a busy one.
        const auto any = std::find_if(of.begin(), of.end(), [](auto o) { return o != idle; });
        for (std::size_t i = 0; i < lanes; ++i)
            if (of[i] == idle) at[i] = at[static_cast<std::size_t>(any - of.begin())];
        run_blocks(state, at, count);
        for (std::size_t i = 0; i < lanes; ++i) {
            at[i] += count * block_bytes;
            if (of[i] == idle || (left[i] -= count) > 0) continue;
            if (!lane[i].through()) {
                at[i] = lane[i].take(left[i]);
                continue;
            }
            finish(i);
            start(i);
        }
    }
}

bool has_lanes() {
    static const bool has =
        __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;
    return has;
}

}  // namespace

}  // namespace seal
#endif

namespace seal {

std::vector<Hash> sha256_each(const std::vector<Prefixed>& texts) {
    std::vector<Hash> hashes(texts.size());
#if defined(__x86_64__)
    if (has_lanes() && texts.size() > 2) {
        run_lanes(texts, hashes);
        return hashes;
    }
#endif
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Sha256 running;
        running.update(texts[i].head);
        running.update(texts[i].text);
        hashes[i] = running.value();
    }
    return hashes;
}

}  // namespace seal
