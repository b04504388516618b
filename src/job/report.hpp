#pragma once
// Collects what is wrong with one file of definitions, each fault with its place. Internal to the
// room.
#include <filesystem>
#include <string>
#include <vector>

#include "job/read.hpp"
#include "xml/document.hpp"

namespace job {

class Report {
  public:
    Report(std::filesystem::path file, std::vector<Diagnostic>& diagnostics)
        : file_(std::move(file)), diagnostics_(diagnostics) {}

    void set_document(const xml::Document& document) { document_ = &document; }

    // At the start tag.
    void error(const xml::Element& element, std::string text);
    // At the value's first character, or `at` bytes into it.
    void error(const xml::Attribute& attribute, std::string text, std::size_t at = 0);
    void advice(const xml::Element& element, std::string text);
    void advice(const xml::Attribute& attribute, std::string text);
    void error_at(std::size_t line, std::size_t column, std::string text);
    // Without a place.
    void error(std::string text) { error_at(0, 0, std::move(text)); }

    bool has_errors() const { return errors_ != 0; }
    const std::filesystem::path& file() const { return file_; }
    // Sorts what was reported here by place, and drops what stands there twice.
    void finish();

  private:
    void add(core::Place place, bool is_error, std::string text);

    std::filesystem::path file_;
    std::vector<Diagnostic>& diagnostics_;
    const xml::Document* document_ = nullptr;
    std::size_t begin_ = diagnostics_.size();
    std::size_t errors_ = 0;
};

}  // namespace job
