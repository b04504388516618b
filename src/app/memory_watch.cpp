#include "app/memory_watch.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace app {

namespace {

struct Size {
    std::uint64_t resident = 0, own = 0;  // own: without what is mapped of files
};

Size size_now() {
    std::uint64_t all = 0, resident = 0, mapped = 0;
    std::ifstream("/proc/self/statm") >> all >> resident >> mapped;
    const auto page = static_cast<std::uint64_t>(::getpagesize());
    return {resident * page, (resident - mapped) * page};
}

bool is_near(std::uint64_t own, std::uint64_t budget) {
    return own > budget / 4 * 3;
}

}  // namespace

// The rest of the budget is for what comes up between two looks.
void MemoryWatch::look(const io::Rooms& rooms) {
    const std::unique_lock<std::mutex> lock(guard_, std::try_to_lock);
    if (!lock) return;
    const Size size = size_now();
    const std::uint64_t near = budget_bytes_ / 8 * 7;
    if (size.resident > near)
        directories_.unmap(std::min(size.resident - near, size.resident - size.own));
    if (!is_near(size.own, budget_bytes_)) {
        trimmed_bytes_ = 0;
        return;
    }
    // What is live may need that much: then giving it back again and again would be for nothing.
    // It may need less by now, too.
    constexpr unsigned looks_max = 64;
    if (size.own < trimmed_bytes_ + budget_bytes_ / 16 && ++looks_ < looks_max) return;
    looks_ = 0;
    rooms.give_back();
    ::malloc_trim(0);
    trimmed_bytes_ = size_now().own;
}

bool MemoryWatch::is_tight() const {
    return is_near(size_now().own, budget_bytes_);
}

void MemoryWatch::rest() const {
    if (size_now().own > budget_bytes_ / 3 * 2) ::malloc_trim(0);
}

}  // namespace app
