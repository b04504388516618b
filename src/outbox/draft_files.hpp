#pragma once
// The drafts on disk: lengths, running digests, marks and splices, behind a bounded cache of
// descriptors. Only for the outbox.
#include <cstdint>
#include <filesystem>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "io/file.hpp"
#include "job/partner.hpp"
#include "outbox/group.hpp"
#include "seal/digest.hpp"

namespace outbox {

// A number that goes in at `offset` of the draft when the parcel is finished.
struct Splice {
    std::uint64_t id = 0, offset = 0;
    Hole hole;
    std::string text;
    bool known = false;
};

// Bytes of a rejected document that an earlier commit counts on: they stay until the parcel is
// finished, and are left out then. (Cut at once, and killed before the next commit, the draft would
// be shorter than committed.)
struct Gap {
    std::uint64_t begin = 0, end = 0;
};

// Where the open document begins in a draft: what is needed to take it back.
struct DraftMark {
    std::uint64_t document = 0, bytes = 0, content_bytes = 0;
    std::size_t splices = 0;
    std::string digest;
};

struct Draft {
    bool exists = false;  // has something, or is finished
    bool gone = false;    // committed, but no longer under its draft's name
    // As it was begun. None: by a program that did not say so yet.
    std::optional<job::Compression> compression;
    std::string form;
    std::uint64_t bytes = 0;          // of the file, gaps included
    std::uint64_t content_bytes = 0;  // before compression, without gaps and splices
    std::uint64_t records = 0, documents = 0;
    seal::Sha256 digest;  // without gaps and splices
    std::vector<Splice> splices;
    std::vector<Gap> gaps;  // rising
    std::optional<DraftMark> mark;
    std::string lane;
};

std::string save_draft(const Draft& draft);
Draft load_draft(std::string_view blob, const std::string& recipient);

class DraftFiles {
  public:
    DraftFiles(std::filesystem::path folder, std::size_t open_files_max, std::size_t sync_all_from,
               unsigned mode);

    std::filesystem::path path(std::string_view recipient) const;
    // Valid until the next call.
    io::OutputFile& file(std::string_view recipient, std::uint64_t length);
    void forget(std::string_view recipient);  // closes it
    void close();                             // all of them
    void touched(std::string_view recipient);
    // Makes durable what was touched, and the names of new drafts.
    void sync();
    void remove_all_but(const std::vector<std::string>& recipients);
    const std::filesystem::path& folder() const { return folder_; }

  private:
    struct Open {
        std::string recipient;
        io::OutputFile file;
    };
    io::OutputFile open_again(std::string_view recipient, std::uint64_t length);

    std::filesystem::path folder_;
    std::size_t open_files_max_, sync_all_from_;
    unsigned mode_;
    std::list<Open> open_;  // the last used first
    std::set<std::string, std::less<>> touched_;
    bool new_names_ = false, new_folder_ = false;  // still to be flushed
    bool ours_ = false, any_ = false;              // nothing lies in it but ours, if any
    std::mutex mutex_;
};

}  // namespace outbox
