#pragma once
// The repetitions in a text that is mostly markup, for libzstd to encode. They begin where a value
// ends, and the markup from there to the next value says what they repeat.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_compressSequences, which every 1.5 exports
#include <zstd.h>

namespace io {

inline constexpr int markup_window_log = 20;

struct MarkupSearch {
    static constexpr unsigned table_log = 12;
    std::array<std::uint32_t, std::size_t{1} << table_log> places{};  // by markup; 0: none
    std::vector<ZSTD_Sequence> sequences;  // of all blocks, each with its delimiter
};

// Fills `sequences`; the same for the same input on every processor. False when the content is not
// mostly markup that repeats: then libzstd finds more.
bool find_markup(MarkupSearch& search, std::string_view input);

// The same in registers of 16 bytes, and of 32 where `has_wide_registers`.
bool find_markup_sse2(MarkupSearch& search, std::string_view input);
bool find_markup_avx2(MarkupSearch& search, std::string_view input);

bool has_wide_registers();

}  // namespace io
