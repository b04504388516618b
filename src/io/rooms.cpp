#include "io/rooms.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>

namespace io {

// Those that nobody holds; each begins with the place of the next.
class Rooms::Shelf {
  public:
    explicit Shelf(std::size_t room_bytes) : room_bytes_(room_bytes) {}
    Shelf(const Shelf&) = delete;
    Shelf& operator=(const Shelf&) = delete;
    ~Shelf() { give_back(); }

    std::size_t room_bytes() const { return room_bytes_; }

    char* take() {
        if (char* room = pop()) return room;
        void* at = ::mmap(nullptr, room_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                          -1, 0);
        if (at == MAP_FAILED) throw std::bad_alloc();
        return static_cast<char*>(at);
    }

    void give_back() {
        while (char* room = pop()) ::munmap(room, room_bytes_);
    }

    void put_back(char* room) {
        const std::lock_guard<std::mutex> lock(guard_);
        std::memcpy(room, &first_, sizeof first_);
        first_ = room;
    }

  private:
    char* pop() {
        const std::lock_guard<std::mutex> lock(guard_);
        char* room = first_;
        if (room != nullptr) std::memcpy(&first_, room, sizeof first_);
        return room;
    }

    const std::size_t room_bytes_;
    std::mutex guard_;
    char* first_ = nullptr;
};

Rooms::Rooms(std::size_t room_bytes)
    : shelf_(std::make_shared<Shelf>(std::max(room_bytes, sizeof(char*)))) {}

std::size_t Rooms::room_bytes() const {
    return shelf_->room_bytes();
}

void Rooms::give_back() const {
    shelf_->give_back();
}

std::shared_ptr<char[]> Rooms::take() const {
    return {shelf_->take(), [shelf = shelf_](char* room) { shelf->put_back(room); }};
}

}  // namespace io
