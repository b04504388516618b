#pragma once
// Values of DER, read one after the other and written. Not for other rooms.
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace seal::der {

inline constexpr unsigned char integer = 0x02, octets = 0x04, object = 0x06, sequence = 0x30,
                               set = 0x31, context_0 = 0xa0, context_1 = 0xa1;

class Values {
  public:
    explicit Values(std::string_view bytes) : bytes_(bytes) {}
    bool at_end() const { return at_ == bytes_.size(); }
    std::size_t at() const { return at_; }
    // The content of the next value, which must have this tag and say its length; nothing where it
    // does not.
    std::optional<std::string_view> next(unsigned char tag);
    // Whatever its tag.
    bool skip();

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

std::string value(unsigned char tag, std::initializer_list<std::string_view> parts);
// For what is written in one go: tag and length of a value with so much content, and the bytes that
// all of it takes.
void begin(std::string& out, unsigned char tag, std::size_t content);
std::size_t whole(std::size_t content);

}  // namespace seal::der
