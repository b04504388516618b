#pragma once
// Xerces-C++ as the referee: the verdict of a known, independent validator on one small document (a
// record inside a synthetic chain of its ancestors), within limits. Never gets a whole stream. One
// Referee per thread; grammars are loaded once per process, and shared.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/referee_library.hpp"

namespace schema {

class Grammar;  // of Xerces-C++, or the documents to make it of

struct RefereeLimits {
    std::uint64_t occurs_max =
        5'000;  // maxOccurs above it: the schema is not given to Xerces (its models explode)
    std::uint64_t instance_bytes_max = 32ULL << 20;
    std::uint32_t seconds_max =
        20;  // of a processor for a schema: judged in a child process that is killed after it
    std::uint64_t memory_bytes_max = 1ULL << 30;
    std::uint32_t faults_max = 100;  // kept per document, counted as invalid beyond
};

// The grammar, or null with `faults` (the schema is invalid in the eyes of Xerces) or `refused`
// (outside the limits: no opinion). `more`: documents that may be followed although they lie
// outside the folders of `documents`.
std::shared_ptr<const Grammar> load_grammar(const std::vector<std::filesystem::path>& documents,
                                            const RefereeLimits& limits,
                                            std::vector<RefereeFault>& faults, std::string& refused,
                                            const std::vector<std::filesystem::path>& more = {});

// Reads the documents, and loads the grammar with the first question to any Referee: nothing of
// Xerces-C++ is touched before.
std::shared_ptr<const Grammar> grammar_when_asked(
    const std::vector<std::filesystem::path>& documents, const RefereeLimits& limits,
    const std::vector<std::filesystem::path>& more = {});

class Referee {
  public:
    explicit Referee(std::shared_ptr<const Grammar> grammar);
    ~Referee();
    Referee(Referee&&) noexcept;

    // False: there is no grammar (load_grammar would give null), so nothing may be asked. The first
    // call for a grammar loads it. Throws core::Fault where Xerces-C++ itself cannot be had.
    bool has_opinion();

    // True: valid. Otherwise faults says why, in document order. No network, no DTD, no external
    // entity, schemaLocation ignored.
    bool judge(std::string_view document, std::vector<RefereeFault>& faults);

    // One record inside its ancestors: `chain_open` is their start tags (with all namespace
    // declarations, nothing unclosed but they), `chain_close` their end tags. Only what is wrong
    // with the record element and below it counts: what the chain itself lacks is not the record's
    // fault. Lines and columns of the faults count from the record's first byte.
    bool judge_inside(std::string_view chain_open, std::string_view record,
                      std::string_view chain_close, std::vector<RefereeFault>& faults);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace schema
