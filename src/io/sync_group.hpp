#pragma once
// Many small files, durable with few flushes: so that a thousand answers a second are possible
// where one fsync takes five milliseconds.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/file.hpp"

namespace io {

// Makes many new files durable with few flushes: fsync each when few, one syncfs for many. Files
// are written into a staging folder that no partner sees (same file system), and get their own
// names in publish(): data first, then names, then the folders. What was not published is removed
// by the destructor; after a crash the staging folder may be emptied at will.
class SyncGroup {
  public:
    // From `syncfs_from` files on, one syncfs for each file system takes the place of single
    // fsyncs.
    explicit SyncGroup(fs::path staging, std::size_t syncfs_from = 8);
    SyncGroup(const SyncGroup&) = delete;
    SyncGroup& operator=(const SyncGroup&) = delete;
    ~SyncGroup();

    // A small file that will be called `path`, written now into the staging folder.
    void add(const fs::path& path, std::string_view bytes, unsigned mode = private_file_mode);
    // A file written by somebody else under `from` (same file system), to be synced and renamed.
    void add_existing(const fs::path& from, const fs::path& path);
    // Flushes the data alone (the names stay temporary). publish() does it when it was not done.
    void flush();
    // Renames all, in the order of add, without replacing, and makes the names durable. A name that
    // is taken by the same content is left as it is (publishing again); a Fault when the content
    // differs.
    void publish();
    std::size_t size() const { return files_.size(); }

  private:
    struct Item {
        std::string temporary;  // in the staging folder: written by add(), so removed when it is
                                // not published
        fs::path from, to;      // the name it was given by somebody else, and its own
        std::uint64_t device = 0;
        Descriptor fd;  // kept open until the data is flushed
    };
    void add_item(Item item);
    void flush_folders();
    const Folder& staging();
    const Folder& target(const fs::path& path);
    void remove_temporary(const Item& item);
    std::string shown_source(const Item& item) const;
    fs::path staging_;
    std::optional<Folder> folder_;           // of staging_
    std::map<std::string, Folder> targets_;  // folders of `to`, by path
    std::uint64_t device_ = 0;               // of the staging folder
    std::vector<Item> files_;
    std::size_t syncfs_from_;
    bool flushed_ = false;
};

}  // namespace io
