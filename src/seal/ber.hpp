#pragma once
// Just enough of BER to walk over the header of a CMS that arrives in pieces: tags of one byte,
// lengths with and without an end. Internal to the room.
#include <cstdint>
#include <string_view>

namespace seal::ber {

struct Item {
    unsigned char tag = 0;
    bool indefinite = false;
    std::uint64_t length = 0;  // of the contents; 0 where indefinite
    std::size_t header = 0;    // bytes of tag and length
};

enum class Read : unsigned char { good, more, wrong };
Read read_tag(std::string_view bytes, Item& item);

// A cursor that remembers whether it stopped for want of bytes.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    bool enter(unsigned char tag);             // steps over the header of a constructed value
    std::string_view take(unsigned char tag);  // the whole value; empty: another one, or too short
    bool begin(Item& item);                    // steps over any header
    bool wants_more() const { return more_; }
    std::size_t at() const { return at_; }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    bool more_ = false;
};

}  // namespace seal::ber
