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
        if (!item.temporary.empty()) remove_temporary(item);
}

const Folder& SyncGroup::staging() {
    if (!folder_) {
        folder_ = Folder::open_own(staging_);
        device_ = folder_->facts().device;
    }
    return *folder_;
}

const Folder& SyncGroup::target(const fs::path& path) {
    const fs::path parent = path.parent_path();
    const auto at = targets_.find(parent.native());
    if (at != targets_.end()) return at->second;
    return targets_.emplace(parent.native(), Folder::open_own(parent)).first->second;
}

void SyncGroup::remove_temporary(const Item& item) {
    file_system().unlinkat(folder_->fd(), item.temporary.c_str(), 0);
}

std::string SyncGroup::shown_source(const Item& item) const {
    return item.temporary.empty() ? shown(item.from) : folder_->shown(item.temporary);
}

void SyncGroup::add_item(Item item) {
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
    item.temporary = parts::temporary_name();
    item.to = path;
    const Folder& folder = staging();
    item.device = device_;
    try {
        OutputFile file = folder.create_file(item.temporary, mode);
        file.append(bytes);
        item.fd = std::move(file).take();
    } catch (...) {
        remove_temporary(item);
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
    item.device = parts::facts_of(item.fd.get(), shown(from)).device;
    add_item(std::move(item));
}

void SyncGroup::flush() {
    if (flushed_) return;
    const bool together = files_.size() >= syncfs_from_;
    std::set<std::uint64_t> done;
    for (Item& item : files_) {
        if (!together) {
            parts::sync_fd(item.fd.get(), shown_source(item));
        } else if (done.insert(item.device).second) {
            if (file_system().syncfs(item.fd.get()) != 0)
                parts::fail("flush the file system of", shown_source(item));
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
        const int from = item.temporary.empty() ? AT_FDCWD : folder_->fd();
        const char* name = item.temporary.empty() ? item.from.c_str() : item.temporary.c_str();
        const int error = parts::try_rename(from, name, target(item.to).fd(),
                                            item.to.filename().c_str(), Replace::no);
        if (error == EEXIST) {
            if (!same_content(item.temporary.empty() ? item.from : staging_ / item.temporary,
                              item.to))
                throw core::Fault(core::FaultKind::world, "publish", shown(item.to),
                                  "the name is taken by other content",
                                  "move that file away and run again");
            file_system().unlinkat(from, name, 0);
        } else if (error != 0) {
            parts::fail("publish", shown(item.to), error);
        }
        crash_point("group.renamed");
    }
    flush_folders();
    files_.clear();
}

void SyncGroup::flush_folders() {
    std::set<std::uint64_t> done;
    for (const auto& [path, folder] : targets_) {
        if (targets_.size() < syncfs_from_) {
            folder.sync();
        } else if (done.insert(folder.facts().device).second) {
            if (file_system().syncfs(folder.fd()) != 0)
                parts::fail("flush the file system of", shown(path));
        }
    }
    if (!staging_.empty() && !targets_.empty()) crash_point("group.published");
    targets_.clear();
}

}  // namespace io
