#include "io/sync_group.hpp"

#include <fcntl.h>

#include <cerrno>
#include <set>

#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file_parts.hpp"
#include "io/file_system.hpp"

namespace io {

SyncGroup::SyncGroup(fs::path staging, std::size_t syncfs_from)
    : staging_(std::move(staging)), syncfs_from_(syncfs_from) {}

SyncGroup::~SyncGroup() {
    for (const Item& item : files_)
        if (item.ours) file_system().unlinkat(AT_FDCWD, item.from.c_str(), 0);
}

void SyncGroup::add_item(Item item) {
    const Facts facts = parts::facts_of(item.fd.get(), shown(item.from));
    item.device = facts.device;
    bool first_of_device = true;
    for (const Item& other : files_) {
        if (other.device == item.device) {
            first_of_device = false;
            break;
        }
    }
    // Past the threshold one syncfs through the first descriptor of each file system does for all,
    // so the others need not stay open. (syncfs reports errors since its descriptor was opened.)
    if (files_.size() >= syncfs_from_ && !first_of_device) item.fd.reset();
    files_.push_back(std::move(item));
    flushed_ = false;
}

void SyncGroup::add(const fs::path& path, std::string_view bytes, unsigned mode) {
    Item item;
    item.from = staging_ / parts::temporary_name();
    item.to = path;
    item.ours = true;
    try {
        OutputFile file = OutputFile::create(item.from, mode);
        file.append(bytes);
        item.fd = std::move(file).take();
    } catch (...) {
        file_system().unlinkat(AT_FDCWD, item.from.c_str(), 0);
        throw;
    }
    add_item(std::move(item));
}

void SyncGroup::add_existing(const fs::path& from, const fs::path& path) {
    Item item;
    item.from = from;
    item.to = path;
    item.fd = parts::try_open(AT_FDCWD, from.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!item.fd) parts::fail("open", shown(from));
    add_item(std::move(item));
}

void SyncGroup::flush() {
    if (flushed_) return;
    const bool together = files_.size() >= syncfs_from_;
    std::set<std::uint64_t> done;
    for (Item& item : files_) {
        if (!together) {
            parts::sync_fd(item.fd.get(), shown(item.from));
        } else if (done.insert(item.device).second) {
            if (file_system().syncfs(item.fd.get()) != 0)
                parts::fail("flush the file system of", shown(item.from));
        }
    }
    flushed_ = true;
    crash_point("group.flushed");
}

static bool same_content(const fs::path& a, const fs::path& b) {
    const InputFile left = InputFile::open(a), right = InputFile::open(b);
    const std::uint64_t length = left.bytes();
    if (length != right.bytes()) return false;
    for (std::uint64_t at = 0; at < length; at += 1 << 16)
        if (left.read(at, 1 << 16) != right.read(at, 1 << 16)) return false;
    return true;
}

void SyncGroup::publish() {
    flush();
    for (const Item& item : files_) {
        const int error =
            parts::try_rename(AT_FDCWD, item.from.c_str(), AT_FDCWD, item.to.c_str(), Replace::no);
        if (error == EEXIST) {
            if (!same_content(item.from, item.to))
                throw core::Fault(core::FaultKind::world, "publish", shown(item.to),
                                  "the name is taken by other content",
                                  "move that file away and run again");
            file_system().unlinkat(AT_FDCWD, item.from.c_str(), 0);
        } else if (error != 0) {
            parts::fail("publish", shown(item.to), error);
        }
        crash_point("group.renamed");
    }
    flush_folders();
    files_.clear();
}

void SyncGroup::flush_folders() {
    std::set<fs::path> folders;
    for (const Item& item : files_) folders.insert(item.to.parent_path());
    std::set<std::uint64_t> done;
    for (const fs::path& path : folders) {
        const Folder folder = Folder::open_own(path);
        if (folders.size() < syncfs_from_) {
            folder.sync();
        } else if (done.insert(folder.facts().device).second) {
            if (file_system().syncfs(folder.fd()) != 0)
                parts::fail("flush the file system of", shown(path));
        }
    }
    if (!staging_.empty() && !folders.empty()) crash_point("group.published");
}

}  // namespace io
