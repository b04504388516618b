#pragma once
// Schemas out of strings, and walks over strings, for the tests of this folder.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.hpp"
#include "schema/walker.hpp"

namespace walk_support {

// A folder that goes when the test does.
class Scratch {
  public:
    Scratch() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// `body`: what stands inside xs:schema; `attributes`: more attributes of xs:schema.
inline schema::Loaded load(std::string_view body, std::string_view attributes = {}) {
    const Scratch scratch;
    const auto file = scratch.path() / "test.xsd";
    std::ofstream(file) << "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' " << attributes
                        << ">" << body << "</xs:schema>";
    schema::LoadOptions options;
    options.documents = {file};
    options.ask_referee = false;
    return schema::load(options);
}

inline std::shared_ptr<const schema::Schema> compiled(std::string_view body,
                                                      std::string_view attributes = {}) {
    return load(body, attributes).schema;
}

struct Walked {
    schema::Stop stop = schema::Stop::need_more;
    std::vector<core::Finding> findings;
    std::vector<schema::Mark> marks;
    bool dirty = false;
    schema::State state;

    // "00000-001 INSS 3:5; ..." in order
    std::string text() const {
        std::string out;
        for (const auto& each : findings)
            out += (out.empty() ? "" : "; ") + each.code + " " + each.element + " " +
                   std::to_string(each.place.line) + ":" + std::to_string(each.place.column);
        return out;
    }
    bool valid() const { return stop == schema::Stop::end && findings.empty() && !dirty; }
};

// Through windows that grow by `step` bytes.
inline Walked walk(const std::shared_ptr<const schema::Schema>& schema, std::string_view document,
                   std::size_t step = ~std::size_t{0}, const schema::Watch& watch = {},
                   schema::WalkOptions options = {}) {
    schema::Walker walker(schema, watch, options);
    Walked walked;
    std::size_t begin = 0, end = 0;
    for (;;) {
        end = step > document.size() - end ? document.size() : end + step;
        walked.stop = walker.walk(document.substr(begin, end - begin), end == document.size());
        begin += walker.consumed();
        for (auto& each : walker.findings()) walked.findings.push_back(std::move(each));
        walker.clear_findings();
        if (walked.stop != schema::Stop::need_more || end == document.size()) break;
    }
    walked.marks = walker.marks();
    walked.dirty = walker.dirty();
    walked.state = walker.state();
    return walked;
}

}  // namespace walk_support
