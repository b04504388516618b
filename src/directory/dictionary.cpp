#include "directory/dictionary.hpp"

#include <cstring>

#include "core/fault.hpp"
#include "directory/checksum.hpp"

namespace directory {

static_assert(sizeof(Holder) == 12);

std::uint64_t holder_sum(const Holder& holder) {
    std::uint64_t a = 0;
    std::uint32_t b = 0;
    std::memcpy(&a, &holder, 8);
    std::memcpy(&b, reinterpret_cast<const char*>(&holder) + 8, 4);
    return mixed(a ^ 0x2d358dccaa6c78a5ULL, b ^ 0x8bb84b93962eacc9ULL);
}

Dictionary::Dictionary(std::span<const Holder> known) : slots_(1024, 0) {
    for (const Holder& holder : known) add(holder);
}

std::optional<std::uint32_t> Dictionary::find(const Holder& holder) const {
    for (std::size_t at = holder_sum(holder);; ++at) {
        const std::uint32_t slot = slots_[at & (slots_.size() - 1)];
        if (slot == 0) return std::nullopt;
        if (holders_[slot - 1] == holder) return slot - 1;
    }
}

void Dictionary::grow() {
    std::vector<std::uint32_t> slots(slots_.size() * 2, 0);
    for (std::uint32_t code = 0; code < holders_.size(); ++code) {
        std::size_t at = sums_[code];
        while (slots[at & (slots.size() - 1)] != 0) ++at;
        slots[at & (slots.size() - 1)] = code + 1;
    }
    slots_.swap(slots);
}

std::uint32_t Dictionary::add(const Holder& holder) {
    if (holders_.size() + 1 >= Row::codes_max)
        throw core::Fault(
            core::FaultKind::world, "load the directory", "persons",
            "there are more than 16,777,215 kinds of (partner, sector, type, quality)");
    if (holders_.size() * 2 >= slots_.size()) grow();
    holders_.push_back(holder);
    sums_.push_back(holder_sum(holder));
    std::size_t at = sums_.back();
    while (slots_[at & (slots_.size() - 1)] != 0) ++at;
    slots_[at & (slots_.size() - 1)] = static_cast<std::uint32_t>(holders_.size());
    return static_cast<std::uint32_t>(holders_.size() - 1);
}

}  // namespace directory
