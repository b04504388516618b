#pragma once
// XSD 1.0 compiled to a program. A Schema is immutable after load and shared by all threads; ids
// are stable for the same documents, so that a position saved by one run can be taken up by the
// next. How instances are checked: walker.hpp (ours), referee.hpp (Xerces-C++).
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace schema {

struct Diagnostic {
    std::filesystem::path file;
    std::size_t line = 0, column = 0;
    std::string text;
    std::string clause;  // of the recommendation, e.g. "cos-nonambig"; may be empty
};

struct LoadOptions {
    std::vector<std::filesystem::path>
        documents;  // entry documents; includes and imports are followed inside the folder of
                    // the including document or `folders`, never over a network
    std::vector<std::filesystem::path> folders;
    bool only_inside = true;  // false: a relative location may lead anywhere on this machine
    bool ask_referee = true;  // let Xerces-C++ (in its limits) judge the schema as well
    std::uint64_t states_max =
        1'000'000;  // limits of the compiler: content models, patterns, occurrence bounds
    std::uint64_t document_bytes_max = 64ULL << 20;
    bool require_includes = true;  // false: an include that cannot be read is passed over, as the
                                   // recommendation allows, until something of it is missing
    std::uint32_t depth_max = 1'000;  // of derivations, and of model groups in model groups
};

class Schema;

struct Loaded {
    std::shared_ptr<const Schema> schema;  // null where errors is not empty
    std::vector<Diagnostic> errors;        // the schema is invalid
    std::vector<Diagnostic> remarks;       // e.g. an include that was passed over; no errors
    std::vector<Diagnostic> absent;        // imports that could not be read, and why
    std::vector<std::string>
        fallback_reasons;  // not empty: instances go to the referee, slower, because of ...
    std::vector<std::filesystem::path> documents;  // everything that was read, in order
    std::string digest;                            // hex SHA-256 over the contents of `documents`
};

Loaded load(const LoadOptions& options);

}  // namespace schema
