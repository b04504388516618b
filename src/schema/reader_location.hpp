#pragma once
// Where a schemaLocation leads: to a file below the folder of the referring document, of an entry
// document, or of LoadOptions::folders; LoadOptions::only_inside. Never to a network: of what is
// said to lie there, a copy beside the schema or in those folders is taken.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.hpp"

namespace schema {

class Locations {
  public:
    explicit Locations(const LoadOptions& options);

    // The existing file that `location` means in the document `from`; otherwise `why` has words for
    // it.
    std::optional<std::filesystem::path> find(std::string_view location,
                                              const std::filesystem::path& from,
                                              std::string& why) const;

  private:
    bool allowed(const std::filesystem::path& path, const std::filesystem::path& from) const;

    std::vector<std::filesystem::path> folders_;  // sought through
    std::vector<std::filesystem::path> roots_;    // nothing outside of them is opened
    bool only_inside_;                            // but for what a relative location leads to
};

}  // namespace schema
