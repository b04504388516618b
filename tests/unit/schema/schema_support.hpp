#pragma once
// Schemas of a test: documents in a folder of their own that goes away again.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "schema/schema.hpp"
#include "schema/schema_impl.hpp"

namespace test {

class SchemaFolder {
  public:
    SchemaFolder() {
        static int serial = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("sluice-schema-" + std::to_string(::getpid()) + "-" + std::to_string(++serial));
        std::filesystem::create_directories(path_);
    }
    SchemaFolder(const SchemaFolder&) = delete;
    SchemaFolder& operator=(const SchemaFolder&) = delete;
    ~SchemaFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    // `inside`: what stands in xs:schema; `attributes`: of xs:schema.
    std::filesystem::path add(const std::string& name, const std::string& inside,
                              const std::string& attributes = "") const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream out(path_ / name, std::ios::binary);
        out << "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' " << attributes << ">\n"
            << inside << "\n</xs:schema>\n";
        return path_ / name;
    }

    schema::Loaded load(const std::string& name) const {
        schema::LoadOptions options;
        options.documents = {path_ / name};
        options.ask_referee = false;
        return schema::load(options);
    }

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline schema::Loaded load_text(const std::string& inside, const std::string& attributes = "") {
    const SchemaFolder folder;
    folder.add("a.xsd", inside, attributes);
    return folder.load("a.xsd");
}

// Clauses of all errors, blank between.
inline std::string clauses(const schema::Loaded& loaded) {
    std::string text;
    for (const schema::Diagnostic& error : loaded.errors) {
        text += (text.empty() ? "" : " ") + error.clause;
    }
    return text;
}

inline std::string clauses_of(const std::string& inside, const std::string& attributes = "") {
    return clauses(load_text(inside, attributes));
}

}  // namespace test
