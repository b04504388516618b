#pragma once
// The canonical bytes of saved entries: little-endian 64-bit numbers and length-prefixed strings.
// Entries come back from our own ledger only, so damage is a Fault of integrity.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/fault.hpp"

namespace parse::wire {

inline void put(std::string& out, std::uint64_t number) {
    for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>((number >> (8 * i)) & 0xFF));
}

inline void put(std::string& out, std::string_view text) {
    put(out, std::uint64_t{text.size()});
    out.append(text);
}

class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t number() {
        const std::string_view bytes = take(8);
        std::uint64_t result = 0;
        for (std::size_t i = 8; i-- > 0;)
            result = (result << 8) | static_cast<unsigned char>(bytes[i]);
        return result;
    }
    std::string text() { return std::string(take(number())); }
    bool flag() { return number() != 0; }
    bool done() const { return rest_.empty(); }
    std::uint64_t count() {  // of things of at least one byte each
        const std::uint64_t result = number();
        if (result > rest_.size()) fail();
        return result;
    }

  private:
    std::string_view take(std::uint64_t length) {
        if (length > rest_.size()) fail();
        const std::string_view result = rest_.substr(0, static_cast<std::size_t>(length));
        rest_.remove_prefix(static_cast<std::size_t>(length));
        return result;
    }
    [[noreturn]] static void fail() {
        throw core::Fault(core::FaultKind::integrity, "restore", "the place to go on from",
                          "its saved bytes are damaged", "restore the ledger from a backup");
    }
    std::string_view rest_;
};

}  // namespace parse::wire
