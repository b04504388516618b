#pragma once
// Files that are whole or absent, and folders opened without following links. Every failure of the
// system is a core::Fault whose thing is the path as people know it (see show_paths_from). Not a
// general file library: what is here is what the commit protocol and the landing zone need.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"

namespace io {

namespace fs = std::filesystem;

// Faults show paths below `home` relative to it. Called once, before other threads start.
void show_paths_from(const fs::path& home);
std::string shown(const fs::path& path);
// Bytes of a name as text for people: control characters and non-ASCII bytes as \xNN.
std::string printable(std::string_view name);

// An open file descriptor, closed at the end of its life.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { reset(); }
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release();
    void reset();

  private:
    int fd_ = -1;
};

enum class Kind : unsigned char { regular, folder, link, fifo, socket, device, unknown };
std::string_view to_string(Kind kind);

// What the kernel says of an object (statx). `changed` is the kernel's ctime, which nobody can set.
struct Facts {
    Kind kind = Kind::unknown;
    std::uint64_t bytes = 0;
    std::uint64_t links = 0;
    core::Instant changed, modified;
    std::uint64_t device = 0, inode = 0;
    std::uint32_t mode = 0;  // permission bits
    std::uint32_t owner = 0;
    bool same_object(const Facts& o) const { return device == o.device && inode == o.inode; }
};

enum class Replace : unsigned char { no, yes };
enum class Sync : unsigned char { no, yes };

inline constexpr unsigned private_file_mode = 0600, private_folder_mode = 0700;
inline constexpr std::size_t small_file_bytes_max = 16 << 20;

// A file open for reading at any offset; it never moves a shared position, so threads may share it.
class InputFile {
  public:
    InputFile(Descriptor fd, std::string shown_path);
    // Follows no link at the last component; a Fault unless it is a regular file.
    static InputFile open(const fs::path& path);

    // Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    std::size_t read(std::uint64_t offset, void* buffer, std::size_t count) const;
    std::string read(std::uint64_t offset, std::size_t count) const;
    Facts facts() const;
    std::uint64_t bytes() const { return facts().bytes; }
    const std::string& shown_path() const { return shown_; }
    int fd() const { return fd_.get(); }
    // Tells the kernel that the file is read from front to back once.
    void will_read_once() const;

  private:
    Descriptor fd_;
    std::string shown_;
};

// A file that grows at its end: a draft, a private copy. Nothing is durable before sync(), and a
// new name only after sync_folder() of its folder: once, before the first commit that relies on it.
class OutputFile {
  public:
    OutputFile(Descriptor fd, std::string shown_path, std::uint64_t length);
    static OutputFile create(const fs::path& path, unsigned mode = private_file_mode);  // new only
    // In the place of what a crash may have left there.
    static OutputFile create_anew(const fs::path& path, unsigned mode = private_file_mode);
    // Opens or creates, and cuts the file back to `length` (a Fault when it is shorter): how a
    // draft is taken up again after a crash.
    static OutputFile resume(const fs::path& path, std::uint64_t length,
                             unsigned mode = private_file_mode);

    void append(std::string_view bytes);
    void write_at(std::uint64_t offset, std::string_view bytes);  // inside what is written already
    void cut(std::uint64_t length);                               // length <= bytes()
    void sync();                                                  // data and length are durable
    std::uint64_t bytes() const { return length_; }
    const std::string& shown_path() const { return shown_; }
    int fd() const { return fd_.get(); }
    Descriptor take() && { return std::move(fd_); }

  private:
    Descriptor fd_;
    std::string shown_;
    std::uint64_t length_;
};

struct Entry {
    std::string name;  // raw bytes, as the folder holds them
    Kind kind = Kind::unknown;
};

class FolderReader;

// An open folder; names are single components relative to it (no slash; ENSUREd). No call follows a
// link.
class Folder {
  public:
    // Follows no link at the last component.
    static Folder open(const fs::path& path);
    // Of a path that is ours: links are followed, as an operator may have put them there.
    static Folder open_own(const fs::path& path);
    Folder folder(const std::string& name) const;
    std::optional<Folder> find_folder(const std::string& name) const;  // none when absent

    // None when absent.
    std::optional<Facts> facts(const std::string& name) const;
    Facts facts() const;  // of the folder itself
    // A Fault unless it is there and regular. Never blocks on a FIFO.
    InputFile open_file(const std::string& name) const;
    // None when it is absent or anything but a regular file (a link, a FIFO, a folder).
    std::optional<InputFile> find_file(const std::string& name) const;
    OutputFile create_file(const std::string& name, unsigned mode = private_file_mode) const;
    FolderReader entries() const;

    // False when it was there already; a Fault when something else has the name.
    bool make_folder(const std::string& name, unsigned mode = private_folder_mode) const;
    // As io::write_file.
    bool write_file(const std::string& name, std::string_view bytes, Replace replace = Replace::yes,
                    unsigned mode = private_file_mode) const;
    // False when it was not there.
    bool remove(const std::string& name) const;
    bool remove_folder(const std::string& name) const;  // empty ones only
    // Replace::no: false when the target name is taken (both stay as they were). A missing source
    // is a Fault. Durable only after sync() of both folders.
    bool rename(const std::string& name, const Folder& to, const std::string& new_name,
                Replace replace) const;
    // Under the same name, for what others may take away meanwhile: false when it is not there, or
    // when the name is taken over there.
    bool move(const std::string& name, const Folder& to) const;
    void sync() const;  // names created, renamed and removed here are durable

    std::string shown(const std::string& name) const;
    const std::string& shown_path() const { return shown_; }
    int fd() const { return fd_.get(); }

  private:
    Folder(Descriptor fd, std::string shown_path);
    Descriptor fd_;
    std::string shown_;
};

// The entries of a folder in batches, in the order of the file system; "." and ".." are left out.
class FolderReader {
  public:
    FolderReader(Descriptor fd, std::string shown_path);
    FolderReader(FolderReader&& other) noexcept;
    FolderReader& operator=(FolderReader&&) = delete;
    ~FolderReader();
    // Up to `count_max` further entries; empty at the end.
    std::vector<Entry> next(std::size_t count_max);

  private:
    void* stream_;  // DIR*
    std::string shown_;
};

// ---- by path ----

// A whole small file; a Fault when it is longer than `bytes_max`, absent or not regular.
std::string read_file(const fs::path& path, std::size_t bytes_max = small_file_bytes_max);
std::optional<std::string> find_file(const fs::path& path,
                                     std::size_t bytes_max = small_file_bytes_max);
// Whole or absent: temporary name, write, fsync, rename, fsync of the folder. False when
// Replace::no and the name is taken.
bool write_file(const fs::path& path, std::string_view bytes, Replace replace = Replace::yes,
                unsigned mode = private_file_mode);
// Renames a finished and synced file to its published name, and makes that durable. Repeatable:
// true when it was published now, or when `from` is gone and `to` is there. False when `to` is
// taken by something else.
bool publish(const fs::path& from, const fs::path& to);
// Within a file system, not durable. False when Replace::no and the name is taken.
bool rename_file(const fs::path& from, const fs::path& to, Replace replace);
std::optional<Facts> facts(const fs::path& path);  // of the object itself, links not followed
void make_folders(const fs::path& path, unsigned mode = private_folder_mode);  // durable
bool remove_file(const fs::path& path);  // false when it was not there
// Removes what killed processes left under a temporary name in this folder. To be called before the
// process writes there itself: what bears its own number is of a former one.
void sweep_temporaries(const fs::path& folder);
std::vector<std::string> list(const fs::path& folder,
                              std::size_t count_max);  // sorted; Fault above
void sync_folder(const fs::path& path);
// Everything written to the file system of this folder is durable: one flush for many files.
void flush_file_system(const fs::path& folder);

struct DiskSpace {
    std::uint64_t bytes_free = 0, bytes_total = 0, files_free = 0;
};
DiskSpace disk_space(const fs::path& path);

}  // namespace io
