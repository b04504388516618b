#pragma once
// The seam to Xerces-C++, which stands in a module of its own (xerces_*.cpp), loaded at the first
// question: most runs never ask, and the library brings thirty others with it. All that crosses is
// here; cmake gives both sides the digest of this file, so that no other build's module is taken.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace schema {

struct RefereeFault {
    std::uint64_t line = 0, column = 0;
    std::string text;  // library's words; may quote values: never show it unrewritten
};

struct RefereeDocument {
    std::string path;  // absolute and normal; also its system identifier
    std::string text;
};

struct RefereeQuestion {
    static constexpr std::uint64_t everywhere = 0;

    std::string_view document;
    // Start tags around what is asked about: what is wrong with them does not count.
    std::uint64_t ancestors = everywhere;
    std::uint64_t lines_before = 0, columns_before = 0;  // of these tags
    std::size_t faults_max = 0;                          // kept
};

class RefereeReader {
  public:
    virtual ~RefereeReader() = default;
    virtual bool judge(const RefereeQuestion& question, std::vector<RefereeFault>& faults) = 0;
};

class RefereeLibrary {
  public:
    // A reference met in the document `base`; null: it cannot be had.
    using Find = std::function<const RefereeDocument*(const std::string& reference,
                                                      const std::string& base)>;

    virtual ~RefereeLibrary() = default;
    // A locked grammar with every model built, good only where no faults were added. Throws
    // std::bad_alloc where the library has not memory enough.
    virtual std::shared_ptr<void> load(const RefereeDocument& entry, const Find& find,
                                       std::size_t faults_max,
                                       std::vector<RefereeFault>& faults) = 0;
    // For one thread at a time.
    virtual std::unique_ptr<RefereeReader> reader(std::shared_ptr<void> grammar) = 0;
};

// The module's one symbol; null where `seam` is not its own. What it gives lives for ever.
using OpenRefereeLibrary = RefereeLibrary* (*)(const char* seam);
inline constexpr const char* open_referee_library = "sluice_open_referee_library";

// Loads the module at the first call. Throws core::Fault where it is missing or of another build.
RefereeLibrary& referee_library();

}  // namespace schema
