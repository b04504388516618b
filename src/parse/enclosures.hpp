#pragma once
// The documents that lie beside the records of a set, in ZIP archives that are its last parts:
// found by name, unpacked in pieces, told apart from each other by an index. Archives are foreign,
// so all of them is held against the limits of the job before a byte is unpacked.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "io/zip_directory.hpp"
#include "job/job.hpp"
#include "parse/source.hpp"
#include "seal/digest.hpp"

namespace parse {

// What a document is from outside, however it came.
struct Content {
    bool good = false;  // to its last byte
    std::uint64_t bytes = 0;
    std::uint32_t kinds = 0;  // one bit for each job::MediaType that it may be
    std::string digest;       // raw; empty where none was asked for
};
using Take = std::function<void(std::string_view)>;
// `feed` hands the bytes over, and returns whether they were good to the last.
Content look_at(const std::function<bool(const Take&)>& feed,
                std::optional<seal::DigestAlgorithm> algorithm);

// Are these the first bytes of a ZIP archive?
bool looks_zipped(const Source& source);

class Enclosures {
  public:
    struct Part {
        std::uint32_t number = 1;  // in its set
        std::shared_ptr<const Source> source;
    };
    // None: there are no documents. Memory: 60 bytes a document, and once it was looked at 80 more
    // for each algorithm: records may name one again and again, and that reads nothing.
    Enclosures(std::vector<Part> parts, const job::Limits& limits);
    Enclosures(const Enclosures&) = delete;

    // Why the file is refused; empty: it is not.
    const std::optional<core::Finding>& problem() const { return problem_; }
    std::size_t size() const { return places_.size(); }  // indexes are below it
    std::optional<std::uint32_t> find(std::string_view name) const;
    bool encrypted(std::uint32_t index) const { return places_.at(index).encrypted; }
    std::uint64_t plain_bytes(std::uint32_t index) const { return places_.at(index).plain; }
    io::ZipEntry entry(std::uint32_t index) const;  // read anew
    std::uint32_t part(std::uint32_t index) const { return parts_[places_.at(index).archive]; }
    const io::ZipDirectory& archive(std::uint32_t index) const;
    // Unpacked once for each algorithm, however many records name it. Any thread.
    Content content(std::uint32_t index, std::optional<seal::DigestAlgorithm> algorithm) const;

  private:
    struct Place {
        std::uint64_t at = 0;  // in the directory of its archive
        std::uint64_t plain = 0;
        std::uint32_t archive = 0;
        bool encrypted = false;
    };
    struct Key {
        seal::Hash name{};  // its SHA-256, which stands for it
        std::uint32_t index = 0;
        bool operator<(const Key& o) const {
            return name != o.name ? name < o.name : index < o.index;
        }
    };
    struct Sums {
        std::uint64_t plain = 0, packed = 0;
    };
    // A Content without a string of its own.
    struct Known {
        std::uint64_t bytes = 0;
        std::uint32_t kinds = 0;
        bool looked_at = false, good = false;
        std::array<char, 64> digest{};
    };
    bool take_part(const Part& part, const job::Limits& limits, Sums& sums);
    bool take_entry(std::uint32_t part, const io::ZipEntry& entry, const Place& place);
    bool refuse(std::uint32_t part, const char* code, core::Reason reason,
                std::vector<std::string> details = {}, std::string_view value = {});
    void compare_names();

    std::vector<std::shared_ptr<const Source>> sources_;
    std::vector<io::ZipDirectory> archives_;
    std::vector<std::uint32_t> parts_;  // of the archives
    std::vector<Place> places_;         // in their order in the archives
    std::vector<Key> keys_;             // sorted
    std::optional<core::Finding> problem_;
    mutable std::mutex guard_;
    mutable std::array<std::vector<Known>, 3> known_;  // by algorithm, once it was asked for
};

}  // namespace parse
