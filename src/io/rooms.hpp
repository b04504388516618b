#pragma once
// Rooms of one size beside the heap, used again and again: large blocks that come and go among
// small ones would leave holes there that nothing fits into. Safe from any number of threads.
#include <cstddef>
#include <memory>

namespace io {

class Rooms {
  public:
    explicit Rooms(std::size_t room_bytes);
    std::size_t room_bytes() const;
    // Holds what its last holder left in it. It may outlive this object.
    std::shared_ptr<char[]> take() const;
    // Those that nobody holds go back to the system.
    void give_back() const;

  private:
    class Shelf;
    std::shared_ptr<Shelf> shelf_;
};

}  // namespace io
