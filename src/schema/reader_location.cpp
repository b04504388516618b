#include "schema/reader_location.hpp"

#include <algorithm>

namespace schema {

namespace fs = std::filesystem;

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text[at] == '%' && at + 2 < text.size() &&
                            hex_digit(text[at + 1]) >= 0 && hex_digit(text[at + 2]) >= 0;
        if (escape) {
            plain.push_back(
                static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2])));
            at += 2;
        } else {
            plain.push_back(text[at]);
        }
    }
    return plain;
}

bool below(const fs::path& path, const fs::path& folder) {
    const auto [left, right] =
        std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return left == folder.end();
}

// "http:", "urn:": a scheme has at least two letters.
bool has_scheme(std::string_view location) {
    const std::size_t colon = location.find(':');
    return colon != std::string_view::npos && colon > 1 && location.find('/') > colon;
}

}  // namespace

Locations::Locations(const LoadOptions& options) : only_inside_(options.only_inside) {
    std::error_code error;
    for (const fs::path& folder : options.folders) {
        folders_.push_back(fs::weakly_canonical(folder, error));
    }
    roots_ = folders_;
    for (const fs::path& document : options.documents) {
        roots_.push_back(fs::weakly_canonical(document, error).parent_path());
    }
}

bool Locations::allowed(const fs::path& path, const fs::path& from) const {
    return below(path, from.parent_path()) ||
           std::any_of(roots_.begin(), roots_.end(),
                       [&path](const fs::path& root) { return below(path, root); });
}

std::optional<fs::path> Locations::find(std::string_view location, const fs::path& from,
                                        std::string& why) const {
    if (location.substr(0, 7) == "file://") {
        location.remove_prefix(7);
    }
    if (location.empty()) {
        why = "its schemaLocation is empty";
        return std::nullopt;
    }
    fs::path relative = unescaped(location.substr(0, location.find('#')));
    if (has_scheme(location)) {
        relative = relative.filename();
        why = "only files are read, nothing over a network; put a copy called '" +
              relative.string() + "' beside the schema";
    }
    std::vector<fs::path> candidates{from.parent_path() / relative};
    for (const fs::path& folder : folders_) {
        candidates.push_back(folder / relative);
    }
    if (relative.empty()) candidates.clear();
    for (const fs::path& candidate : candidates) {
        std::error_code error;
        const fs::path path = fs::weakly_canonical(candidate, error);
        if (error || !fs::is_regular_file(path, error)) {
            continue;
        }
        if ((!only_inside_ && relative.is_relative()) || allowed(path, from)) {
            return path;
        }
        why = "it is outside the folder of the schema and the folders that were named";
    }
    if (why.empty()) {
        why = "there is no such file";
    }
    return std::nullopt;
}

}  // namespace schema
