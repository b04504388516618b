#pragma once
// The small binary form in which drafts hand their state to the ledger and take it back. Our own
// bytes: anything unexpected is a Fault of the integrity kind.
#include <cstdint>
#include <string>
#include <string_view>

namespace outbox {

class BlobWriter {
  public:
    void number(std::uint64_t value);
    void amount(std::int64_t value) { number(static_cast<std::uint64_t>(value)); }
    void text(std::string_view value);
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

class BlobReader {
  public:
    // `thing` names the blob in faults.
    BlobReader(std::string_view bytes, std::string thing)
        : rest_(bytes), thing_(std::move(thing)) {}
    std::uint64_t number();
    std::uint64_t number(std::uint64_t greatest);
    std::int64_t amount() { return static_cast<std::int64_t>(number()); }
    std::string_view text();
    bool at_end() const { return rest_.empty(); }
    void finish();

  private:
    [[noreturn]] void fail() const;
    std::string_view rest_;
    std::string thing_;
};

}  // namespace outbox
