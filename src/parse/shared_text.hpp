#pragma once
// Text that is held without a copy of its own: a part of a room that its neighbours may hold too.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace parse {

class SharedText {
  public:
    SharedText() = default;
    SharedText(std::shared_ptr<const char[]> room, std::string_view text)
        : room_(std::move(room)), text_(text) {}
    explicit SharedText(std::string text) {
        auto owner = std::make_shared<const std::string>(std::move(text));
        text_ = *owner;
        room_ = std::shared_ptr<const char[]>(owner, owner->data());
    }

    operator std::string_view() const { return text_; }
    std::size_t size() const { return text_.size(); }
    bool empty() const { return text_.empty(); }
    SharedText substr(std::size_t from, std::size_t length = std::string_view::npos) const {
        return {room_, text_.substr(from, length)};
    }

  private:
    std::shared_ptr<const char[]> room_;
    std::string_view text_{""};  // never null, also when it is empty
};

}  // namespace parse
