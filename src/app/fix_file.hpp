#pragma once
// The skeleton of a correction that `sluice check --fix-file` writes: the rejected records of one
// file in the context of their documents, each under its findings as comments, ready to be mended.
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/fold.hpp"
#include "app/plans.hpp"
#include "core/language.hpp"

namespace app {

inline constexpr std::size_t fix_records_max = 100'000;  // kept in memory; the others wait

struct FixWritten {
    std::uint64_t records = 0;   // to be mended
    std::uint64_t left_out = 0;  // over the limit of the job: what was found of them, and no more
};

class FixFile {
  public:
    explicit FixFile(core::Language language, std::size_t records_max = fix_records_max)
        : language_(language), records_max_(records_max) {}

    // While the file is rehearsed.
    void take(const Folded& folded);
    void finding(const core::Finding& finding);
    // Walks `file` again and writes `out`, which must not be there. Without a record to be mended
    // nothing is written.
    FixWritten write(const std::string& file, const std::vector<const job::Job*>& candidates,
                     Plans& plans, const std::filesystem::path& out, core::Instant now);
    // More were rejected than fit.
    bool is_full() const { return full_; }

  private:
    std::string comments(const std::map<std::uint64_t, std::string>& of, std::uint64_t key) const;

    core::Language language_;
    std::size_t records_max_;
    std::set<std::uint64_t> records_, documents_;  // rejected; document 0: all of them
    std::map<std::uint64_t, std::string> of_record_, of_document_;
    bool full_ = false;
};

}  // namespace app
