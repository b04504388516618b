#include "schema/hints.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "schema/reader_location.hpp"
#include "schema/reader_values.hpp"
#include "xml/scanner.hpp"

namespace schema {

namespace {

namespace fs = std::filesystem;

class HintReader {
  public:
    HintReader(const fs::path& folder, const std::vector<fs::path>& given)
        : folder_(folder), locations_(only_inside(folder)), known_(given) {}

    Hints read(std::string_view head) {
        head_ = head;
        xml::ScanOptions options;
        options.allow_doctype = true;
        options.limits.attributes_max = 65'536;
        options.limits.depth_max = 65'536;
        xml::Scanner scanner(options);
        scanner.window(head.data(), head.data() + head.size(), false);
        for (;;) {
            const xml::Token token = scanner.next();
            if (token == xml::Token::need_more || token == xml::Token::finish ||
                token == xml::Token::error)
                return std::move(hints_);
            if (token != xml::Token::start) continue;
            at_ = static_cast<std::uint64_t>(scanner.token_begin() - head.data());
            for (const xml::TagAttribute& attribute : scanner.attributes())
                if (attribute.name.space == xsi_space) take(attribute);
            seen_.emplace(scanner.name().space);
            for (const xml::TagAttribute& attribute : scanner.attributes())
                if (!attribute.name.space.empty()) seen_.emplace(attribute.name.space);
        }
    }

  private:
    static LoadOptions only_inside(const fs::path& folder) {
        LoadOptions options;
        options.folders = {folder};
        return options;
    }

    void take(const xml::TagAttribute& attribute) {
        const auto list = words(attribute.value);
        if (attribute.name.local == "noNamespaceSchemaLocation" && list.size() == 1)
            add({}, list.front());
        if (attribute.name.local == "schemaLocation")
            for (std::size_t i = 1; i < list.size(); i += 2) add(list[i - 1], list[i]);
    }

    void add(std::string_view space, std::string_view location) {
        std::string why;
        const auto path = locations_.find(std::string(location), folder_ / "instance", why);
        if (!path) return;
        if (std::find(known_.begin(), known_.end(), *path) != known_.end()) return;
        known_.push_back(*path);
        hints_.documents.push_back(*path);
        if (!hints_.late && seen_.count(space) != 0) hints_.late = place();
    }

    core::Place place() const {
        core::Place place;
        place.offset = at_;
        for (const char c : head_.substr(0, static_cast<std::size_t>(at_))) {
            if (c == '\n') {
                ++place.line;
                place.column = 1;
            } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
                ++place.column;
            }
        }
        return place;
    }

    fs::path folder_;
    std::string_view head_;
    Locations locations_;
    std::vector<fs::path> known_;
    std::set<std::string, std::less<>> seen_;  // namespaces of what stood before
    std::uint64_t at_ = 0;
    Hints hints_;
};

}  // namespace

Hints hints_of(std::string_view head, const fs::path& folder, const std::vector<fs::path>& given) {
    return HintReader(folder, given).read(head);
}

}  // namespace schema
