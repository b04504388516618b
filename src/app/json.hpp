#pragma once
// Writing one JSON object on one line: for --json, and for the bodies of entries. Keys keep their
// order. Writing only.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace app {

std::string json_quoted(std::string_view text);  // bytes that are not UTF-8 become U+FFFD

class JsonObject {
  public:
    JsonObject& text(std::string_view key, std::string_view value);
    JsonObject& number(std::string_view key, std::int64_t value);
    JsonObject& decimal(std::string_view key, double value, int digits = 3);
    JsonObject& boolean(std::string_view key, bool value);
    JsonObject& null(std::string_view key);
    JsonObject& text_or_null(std::string_view key, std::string_view value);  // empty: null
    JsonObject& texts(std::string_view key, const std::vector<std::string>& values);
    JsonObject& raw(std::string_view key, std::string_view json);
    std::string str() const { return text_ + "}"; }

  private:
    void key(std::string_view name);
    std::string text_ = "{";
};

std::string json_array(const std::vector<std::string>& items);  // of finished JSON texts

}  // namespace app
