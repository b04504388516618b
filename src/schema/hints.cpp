#include "schema/hints.hpp"

#include <algorithm>
#include <string>

#include "schema/reader_location.hpp"
#include "schema/reader_values.hpp"
#include "xml/scanner.hpp"

namespace schema {

namespace {

std::vector<std::string> locations_in(std::string_view head) {
    xml::ScanOptions options;
    options.allow_doctype = true;
    options.limits.attributes_max = 65'536;
    options.limits.depth_max = 65'536;
    xml::Scanner scanner(options);
    scanner.window(head.data(), head.data() + head.size(), false);
    std::vector<std::string> locations;
    for (;;) {
        const xml::Token token = scanner.next();
        if (token == xml::Token::need_more || token == xml::Token::finish ||
            token == xml::Token::error)
            return locations;
        if (token != xml::Token::start) continue;
        for (const xml::TagAttribute& attribute : scanner.attributes()) {
            if (attribute.name.space != xsi_space) continue;
            const auto list = words(attribute.value);
            if (attribute.name.local == "noNamespaceSchemaLocation" && list.size() == 1)
                locations.emplace_back(list.front());
            if (attribute.name.local == "schemaLocation")
                for (std::size_t i = 1; i < list.size(); i += 2) locations.emplace_back(list[i]);
        }
    }
}

}  // namespace

std::vector<std::filesystem::path> hinted_documents(std::string_view head,
                                                    const std::filesystem::path& folder) {
    LoadOptions options;
    options.folders = {folder};
    const Locations locations(options);
    std::vector<std::filesystem::path> found;
    for (const std::string& location : locations_in(head)) {
        std::string why;
        const auto path = locations.find(location, folder / "instance", why);
        if (path && std::find(found.begin(), found.end(), *path) == found.end())
            found.push_back(*path);
    }
    return found;
}

}  // namespace schema
