#pragma once
// A file system that forgets: calls go through to a real folder, and on the side a model keeps only
// what was made durable. after_power_loss() rebuilds that elsewhere. Data of a file are durable
// from fsync of the file, a name from fsync of its folder, and syncfs makes all durable.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "io/file_system.hpp"

namespace power_loss {

namespace fs = std::filesystem;

struct Model {
    std::map<ino_t, std::string> data;                    // durable bytes of files
    std::map<ino_t, std::map<std::string, ino_t>> names;  // durable entries of folders
    std::set<ino_t> folders;
    fs::path root;
    int calls_left = -1;  // the call at which everything fails with EIO; -1: never
    int fsyncs = 0, syncfss = 0;
};

inline Model& model() {
    static Model m;
    return m;
}

// What is under test may call from several threads.
inline std::mutex& one_call() {
    static std::mutex m;
    return m;
}

inline ino_t inode(const fs::path& path) {
    struct stat s {};
    ::lstat(path.c_str(), &s);
    return s.st_ino;
}

inline bool fails() {
    const std::lock_guard<std::mutex> lock(one_call());
    Model& m = model();
    if (m.calls_left < 0) return false;
    if (m.calls_left > 0) {
        --m.calls_left;
        return false;
    }
    errno = EIO;
    return true;
}

inline std::string content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// What the real folder holds now becomes durable, entry by entry.
inline void keep_folder(const fs::path& path) {
    auto& names = model().names[inode(path)];
    names.clear();
    for (const auto& entry : fs::directory_iterator(path)) {
        const ino_t number = inode(entry.path());
        names[entry.path().filename().native()] = number;
        if (entry.is_directory()) model().folders.insert(number);
    }
}

inline void keep(const fs::path& path) {
    if (fs::is_directory(path))
        keep_folder(path);
    else
        model().data[inode(path)] = content(path);
}

inline fs::path path_of(int fd) {
    return fs::read_symlink("/proc/self/fd/" + std::to_string(fd));
}

inline void keep_all() {
    keep(model().root);
    for (const auto& entry : fs::recursive_directory_iterator(model().root)) keep(entry.path());
}

inline const io::FileSystem& table() {
    static const io::FileSystem t = [] {
        io::FileSystem made = io::kernel();
        made.openat = [](int f, const char* n, int flags, mode_t m) {
            return (flags & O_CREAT) != 0 && fails() ? -1 : io::kernel().openat(f, n, flags, m);
        };
        made.pwrite = [](int fd, const void* b, size_t c, off_t o) -> ssize_t {
            return fails() ? -1 : io::kernel().pwrite(fd, b, c, o);
        };
        made.fsync = [](int fd) {
            if (fails()) return -1;
            const std::lock_guard<std::mutex> lock(one_call());
            ++model().fsyncs;
            keep(path_of(fd));
            return 0;
        };
        made.fdatasync = made.fsync;
        made.syncfs = [](int) {
            if (fails()) return -1;
            const std::lock_guard<std::mutex> lock(one_call());
            ++model().syncfss;
            keep_all();
            return 0;
        };
        made.renameat2 = [](int a, const char* b, int c, const char* d, unsigned e) {
            return fails() ? -1 : io::kernel().renameat2(a, b, c, d, e);
        };
        return made;
    }();
    return t;
}

// For the life of one test.
struct Scope {
    explicit Scope(const fs::path& root) {
        model() = {};
        model().root = root;
        keep_all();
        io::use_file_system(table());
    }
    ~Scope() { io::use_file_system(io::kernel()); }
};

inline void rebuild(const fs::path& folder, ino_t number, const fs::path& target) {
    fs::create_directories(target);
    for (const auto& [name, child] : model().names[number]) {
        if (model().folders.count(child) != 0) {
            rebuild(folder / name, child, target / name);
        } else {
            // A name whose data were never flushed is an empty file: the worst a disk may do.
            const auto found = model().data.find(child);
            std::ofstream(target / name, std::ios::binary)
                << (found == model().data.end() ? "" : found->second);
        }
    }
}

inline void after_power_loss(const fs::path& target) {
    rebuild(model().root, inode(model().root), target);
}

}  // namespace power_loss
