// Whole files and folders by path: for what is ours, where no stranger can plant a link.
#include <fcntl.h>
#include <signal.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/file_parts.hpp"
#include "io/file_system.hpp"

namespace io {

static std::string read_limited(const InputFile& file, std::size_t bytes_max) {
    // One byte more than allowed is asked for, so that a growing file cannot slip past the check.
    std::string text = file.read(0, bytes_max + 1);
    if (text.size() > bytes_max)
        throw core::Fault(core::FaultKind::world, "read", file.shown_path(),
                          "it is longer than " + std::to_string(bytes_max) + " bytes");
    return text;
}

std::string read_file(const fs::path& path, std::size_t bytes_max) {
    return read_limited(InputFile::open(path), bytes_max);
}

std::optional<std::string> find_file(const fs::path& path, std::size_t bytes_max) {
    if (!facts(path)) return std::nullopt;
    return read_file(path, bytes_max);
}

bool write_file(const fs::path& path, std::string_view bytes, Replace replace, unsigned mode) {
    return Folder::open_own(path.parent_path())
        .write_file(path.filename().native(), bytes, replace, mode);
}

bool publish(const fs::path& from, const fs::path& to) {
    const Folder source = Folder::open_own(from.parent_path());
    const Folder target = Folder::open_own(to.parent_path());
    const std::string name = from.filename().native(), new_name = to.filename().native();
    if (const auto file = source.find_file(name)) {
        parts::sync_fd(file->fd(), file->shown_path());
        crash_point("publish.synced");
        if (!source.rename(name, target, new_name, Replace::no)) return false;
        crash_point("publish.renamed");
    } else if (!target.facts(new_name)) {
        parts::fail("publish", source.shown(name), ENOENT);
    }
    // Also when it was renamed before: that run may have died before the flush.
    target.sync();
    source.sync();
    return true;
}

bool rename_file(const fs::path& from, const fs::path& to, Replace replace) {
    const int error = parts::try_rename(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), replace);
    if (error == 0) return true;
    if (error == EEXIST && replace == Replace::no) return false;
    parts::fail("rename", shown(from) + " to " + shown(to), error);
}

std::optional<Facts> facts(const fs::path& path) {
    Facts facts;
    const int error = parts::try_facts(AT_FDCWD, path.c_str(), facts);
    if (error == ENOENT) return std::nullopt;
    if (error != 0) parts::fail("look at", shown(path), error);
    return facts;
}

void make_folders(const fs::path& path, unsigned mode) {
    const fs::path place = path.lexically_normal();
    if (place.empty() || place == "." || place == "/") return;
    if (!place.has_filename()) return make_folders(place.parent_path(), mode);
    if (fs::is_directory(place)) return;
    make_folders(place.parent_path(), mode);
    const Folder parent = Folder::open_own(place.parent_path());
    if (parent.make_folder(place.filename().native(), mode)) parent.sync();
}

bool remove_file(const fs::path& path) {
    return Folder::open_own(path.parent_path()).remove(path.filename().native());
}

void sweep_temporaries(const fs::path& folder) {
    static constexpr std::string_view prefix = ".tmp-";
    const Folder place = Folder::open_own(folder);
    FolderReader reader = place.entries();
    for (auto batch = reader.next(1000); !batch.empty(); batch = reader.next(1000))
        for (const Entry& entry : batch) {
            if (entry.name.compare(0, prefix.size(), prefix) != 0) continue;
            const long writer = std::strtol(entry.name.c_str() + prefix.size(), nullptr, 10);
            if (writer <= 0) continue;
            const bool lives = ::kill(static_cast<pid_t>(writer), 0) == 0 || errno != ESRCH;
            if (writer == ::getpid() || !lives) place.remove(entry.name);
        }
}

std::vector<std::string> list(const fs::path& folder, std::size_t count_max) {
    FolderReader reader = Folder::open_own(folder).entries();
    std::vector<std::string> names;
    for (const Entry& entry : reader.next(count_max + 1)) names.push_back(entry.name);
    if (names.size() > count_max)
        throw core::Fault(core::FaultKind::world, "list", shown(folder),
                          "it has more than " + std::to_string(count_max) + " entries");
    std::sort(names.begin(), names.end());
    return names;
}

void flush_file_system(const fs::path& folder) {
    const Folder open = Folder::open(folder);
    if (file_system().syncfs(open.fd()) != 0)
        throw core::system_fault("flush the file system of", shown(folder), errno);
}

void sync_folder(const fs::path& path) {
    Folder::open_own(path).sync();
}

DiskSpace disk_space(const fs::path& path) {
    struct statvfs s;
    if (::statvfs(path.c_str(), &s) != 0) parts::fail("look at the disk of", shown(path));
    return {s.f_bavail * s.f_frsize, s.f_blocks * s.f_frsize, s.f_favail};
}

}  // namespace io
