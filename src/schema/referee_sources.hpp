#pragma once
// The schema documents that the referee may see: those it was given and files beside or below them.
// Each is read once, by us, and looked at before Xerces-C++ sees it.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "schema/referee_library.hpp"

namespace schema {

class RefereeSources {
  public:
    using Document = RefereeDocument;

    // `more` may be followed as well. Both are read at once, what else they refer to when it is
    // asked for.
    RefereeSources(const std::vector<std::filesystem::path>& documents,
                   const std::vector<std::filesystem::path>& more, std::uint64_t occurs_max);

    // What to load: the document, or for several a made one that brings them together.
    const Document& entry() const { return *entry_; }
    // A reference met in the document `base`; null where it leads outside or nowhere.
    const Document* beside(const std::string& reference, const std::string& base);
    // Why there can be no opinion: empty while all is well.
    const std::string& refused() const { return refused_; }

  private:
    const Document* read(const std::filesystem::path& path);
    const Document& add(const std::string& path, std::string text);
    void inspect(const Document& document);
    void bring_together(const std::vector<const Document*>& given);

    std::map<std::string, Document> documents_;
    std::vector<std::filesystem::path> folders_, more_;
    std::uint64_t occurs_max_;
    std::string refused_;
    const Document* entry_ = nullptr;
};

}  // namespace schema
