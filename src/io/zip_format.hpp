#pragma once
// The numbers of ZIP (APPNOTE.TXT 4.3, 4.5.3), for those who read and write it here.
#include <cstdint>
#include <string>
#include <string_view>

namespace io::zip {

inline constexpr std::uint32_t local_magic = 0x04034b50, central_magic = 0x02014b50,
                               end_magic = 0x06054b50, end64_magic = 0x06064b50,
                               locator64_magic = 0x07064b50;
inline constexpr std::uint16_t zip64_field = 0x0001, padding_field = 0xd935;
// 0xffffffff means: look into the zip64 field.
inline constexpr std::uint64_t small_max = 0xfffffffe, in_zip64 = 0xffffffff;
inline constexpr std::uint64_t small_entries_max = 0xfffe, entries_in_zip64 = 0xffff;
inline constexpr std::size_t local_bytes = 30, central_bytes = 46, end_bytes = 22, end64_bytes = 56,
                             locator64_bytes = 20, extra_bytes = 20;
inline constexpr std::size_t buffer_bytes = 256 << 10;

inline void put(std::string& out, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

inline std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

}  // namespace io::zip
