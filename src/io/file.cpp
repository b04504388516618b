// Descriptors, input and output files. Folders: folder.cpp; whole files by path: paths.cpp.
#include "io/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file_parts.hpp"
#include "io/file_system.hpp"

namespace io {

using parts::fail;

static fs::path& home_path() {
    static fs::path path;
    return path;
}

void show_paths_from(const fs::path& home) {
    home_path() = fs::absolute(home).lexically_normal();
    if (!home_path().has_filename()) home_path() = home_path().parent_path();
}

std::string printable(std::string_view name) {
    static constexpr char digit[] = "0123456789abcdef";
    const auto plain = [](char c) { return c >= 0x20 && c < 0x7f; };
    if (std::all_of(name.begin(), name.end(), plain)) return std::string(name);
    std::string text;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) {
            text += c;
        } else {
            text += "\\x";
            text += digit[byte >> 4];
            text += digit[byte & 15];
        }
    }
    return text;
}

// Absolute, and without anything that lexically_normal would take out.
static bool is_normal(std::string_view path) {
    if (path.empty() || path.front() != '/' || path.back() == '/') return false;
    for (std::size_t at = 0; at < path.size(); at = path.find('/', at + 1)) {
        const std::string_view rest = path.substr(at + 1, 3);
        if (rest.empty() || rest[0] == '/' || rest == "." || rest == ".." ||
            rest.substr(0, 2) == "./" || rest == "../")
            return false;
    }
    return true;
}

std::string shown(const fs::path& path) {
    const fs::path& home = home_path();
    // Every open file has this text with it, so the common case is quick.
    const std::string& text = path.native();
    if (!home.empty() && is_normal(text)) {
        const std::string& begin = home.native();
        const bool below = text.size() > begin.size() + 1 && text[begin.size()] == '/' &&
                           text.compare(0, begin.size(), begin) == 0;
        return printable(below ? std::string_view(text).substr(begin.size() + 1) : text);
    }
    if (!home.empty() && path.is_absolute()) {
        const fs::path below = path.lexically_normal().lexically_relative(home);
        if (!below.empty() && *below.begin() != "..") return printable(below.native());
    }
    return printable(path.native());
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

int Descriptor::release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
}

void Descriptor::reset() {
    if (fd_ >= 0) file_system().close(fd_);
    fd_ = -1;
}

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::regular:
            return "regular file";
        case Kind::folder:
            return "folder";
        case Kind::link:
            return "symbolic link";
        case Kind::fifo:
            return "FIFO";
        case Kind::socket:
            return "socket";
        case Kind::device:
            return "device";
        case Kind::unknown:
            break;
    }
    return "object of unknown kind";
}

// ---- input ----

InputFile::InputFile(Descriptor fd, std::string shown_path)
    : fd_(std::move(fd)), shown_(std::move(shown_path)) {}

InputFile InputFile::open(const fs::path& path) {
    const std::string name = io::shown(path);
    // O_NONBLOCK: opening a FIFO must not wait for a writer. It means nothing for regular files.
    Descriptor fd = parts::try_open(AT_FDCWD, path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd) fail("open", name);
    const Kind kind = parts::facts_of(fd.get(), name).kind;
    if (kind != Kind::regular)
        throw core::Fault(core::FaultKind::world, "open", name,
                          "it is a " + std::string(to_string(kind)) + ", not a regular file");
    return {std::move(fd), name};
}

std::size_t InputFile::read(std::uint64_t offset, void* buffer, std::size_t count) const {
    std::size_t done = 0;
    while (done < count) {
        const ssize_t n = ::pread(fd_.get(), static_cast<char*>(buffer) + done, count - done,
                                  static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("read", shown_);
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

std::string InputFile::read(std::uint64_t offset, std::size_t count) const {
    // Not more memory than the file has bytes, whatever was asked for.
    const std::uint64_t length = bytes();
    if (offset >= length) return {};
    std::string text(static_cast<std::size_t>(std::min<std::uint64_t>(count, length - offset)), 0);
    text.resize(read(offset, text.data(), text.size()));
    return text;
}

Facts InputFile::facts() const {
    return parts::facts_of(fd_.get(), shown_);
}

void InputFile::will_read_once() const {
    ::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
}

// ---- output ----

OutputFile::OutputFile(Descriptor fd, std::string shown_path, std::uint64_t length)
    : fd_(std::move(fd)), shown_(std::move(shown_path)), length_(length) {}

OutputFile OutputFile::create(const fs::path& path, unsigned mode) {
    std::string name = shown(path);
    Descriptor fd = parts::create(AT_FDCWD, path.c_str(), mode, name);
    return {std::move(fd), std::move(name), 0};
}

OutputFile OutputFile::create_anew(const fs::path& path, unsigned mode) {
    std::string name = shown(path);
    Descriptor fd = parts::try_create(AT_FDCWD, path.c_str(), mode, name);
    if (!fd && errno == EEXIST) {
        remove_file(path);
        fd = parts::create(AT_FDCWD, path.c_str(), mode, name);
    }
    if (!fd) fail("create", name);
    return {std::move(fd), std::move(name), 0};
}

OutputFile OutputFile::resume(const fs::path& path, std::uint64_t length, unsigned mode) {
    const std::string name = io::shown(path);
    Descriptor fd =
        parts::try_open(AT_FDCWD, path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode);
    if (!fd) fail("open", name);
    const Facts facts = parts::facts_of(fd.get(), name);
    if (facts.kind != Kind::regular)
        throw core::Fault(core::FaultKind::world, "open", name,
                          "it is a " + std::string(to_string(facts.kind)));
    if (facts.bytes < length)
        throw core::Fault(core::FaultKind::integrity, "take up", name,
                          "it has " + std::to_string(facts.bytes) + " bytes where " +
                              std::to_string(length) + " were committed",
                          "the disk lost data that it had confirmed: restore from the backup");
    OutputFile file(std::move(fd), name, facts.bytes);
    if (facts.bytes > length) file.cut(length);
    return file;
}

static void write_fully(int fd, std::uint64_t offset, std::string_view bytes,
                        const std::string& name) {
    while (!bytes.empty()) {
        const ssize_t n =
            file_system().pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("write", name);
        if (n == 0) fail("write", name, EIO);
        bytes.remove_prefix(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void OutputFile::append(std::string_view bytes) {
    write_fully(fd_.get(), length_, bytes, shown_);
    length_ += bytes.size();
}

void OutputFile::write_at(std::uint64_t offset, std::string_view bytes) {
    ENSURE(offset + bytes.size() <= length_);
    write_fully(fd_.get(), offset, bytes, shown_);
}

void OutputFile::cut(std::uint64_t length) {
    ENSURE(length <= length_);
    while (file_system().ftruncate(fd_.get(), static_cast<off_t>(length)) != 0)
        if (errno != EINTR) fail("cut", shown_);
    length_ = length;
}

void OutputFile::sync() {
    parts::sync_fd(fd_.get(), shown_);
}

}  // namespace io
