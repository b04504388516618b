#pragma once
// A sealed segment of the privacy log, for reading: one period's traces in order of person, in
// blocks behind a two-level index. One person costs the root, one index page and one block. All
// that is read is checked against hashes that lead to the digest in the ledger; what does not hold
// is a Fault of the integrity kind that names the segment. The format: docs/privacy-log.md.
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "io/file.hpp"
#include "traces/columns.hpp"
#include "traces/root.hpp"
#include "traces/trace.hpp"

namespace traces {

inline constexpr std::size_t source_pages_kept = 32;

class Segment {
  public:
    // `digest` in hex, as the ledger has it; empty: believed, for whoever has no ledger.
    Segment(const std::filesystem::path& file, std::string_view digest);

    const Summary& summary() const { return root_.summary; }
    // All traces of a person in the order of their records.
    void find(std::uint64_t person, const std::function<void(const Trace&)>& visit) const;
    // All traces whose source and fate please, in order of person. Reads everything.
    using SourceFilter = std::function<bool(const Source&)>;
    using FateFilter = std::function<bool(const Fate&)>;
    void scan(const SourceFilter& sources, const FateFilter& fates,
              const std::function<void(const Trace&)>& visit) const;
    // The same count without making the traces.
    std::uint64_t count(const SourceFilter& sources, const FateFilter& fates) const;
    // Reads and checks every byte.
    void verify() const;

    // ---- for merging ----
    void each_source(const std::function<void(const Source&)>& visit) const;
    const std::vector<Fate>& fates() const;
    std::size_t index_page_count() const { return root_.index_pages.size(); }
    std::vector<Piece> index_page(std::size_t page) const;
    std::vector<Row> rows(const Piece& block) const;

    const std::string& shown_path() const { return file_.shown_path(); }

  private:
    [[noreturn]] void fail(const std::string& reason) const;
    std::string piece(const Piece& piece, const char* what) const;
    const std::vector<Source>& source_page(std::size_t page) const;
    Trace trace_of(const Row& row) const;
    void each_chosen(const SourceFilter& sources, const FateFilter& fates,
                     const std::function<void(const Row&)>& visit) const;

    io::InputFile file_;
    Root root_;
    mutable std::unique_ptr<std::vector<Fate>> fates_;
    struct KeptPage {
        std::size_t page;
        std::vector<Source> sources;
    };
    mutable std::list<KeptPage> kept_;  // newest first
};

}  // namespace traces
