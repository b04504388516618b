// Open folders: every name is one component, and no call follows a link.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/file_parts.hpp"
#include "io/file_system.hpp"

namespace io {

using parts::fail;

static const char* component(const std::string& name) {
    ENSURE(!name.empty() && name.find('/') == std::string::npos && name != "." && name != ".." &&
           name.find('\0') == std::string::npos);
    return name.c_str();
}

Folder::Folder(Descriptor fd, std::string shown_path)
    : fd_(std::move(fd)), shown_(std::move(shown_path)) {}

Folder Folder::open(const fs::path& path) {
    Descriptor fd = parts::try_open(AT_FDCWD, path.c_str(), parts::open_folder_flags | O_NOFOLLOW);
    if (!fd) fail("open the folder", io::shown(path));
    return {std::move(fd), io::shown(path)};
}

Folder Folder::open_own(const fs::path& path) {
    const fs::path place = path.empty() ? fs::path(".") : path;
    Descriptor fd = parts::try_open(AT_FDCWD, place.c_str(), parts::open_folder_flags);
    if (!fd) fail("open the folder", io::shown(place));
    return {std::move(fd), io::shown(place)};
}

std::string Folder::shown(const std::string& name) const {
    return shown_ + "/" + printable(name);
}

Folder Folder::folder(const std::string& name) const {
    Descriptor fd =
        parts::try_open(fd_.get(), component(name), parts::open_folder_flags | O_NOFOLLOW);
    if (!fd) fail("open the folder", shown(name));
    return {std::move(fd), shown(name)};
}

std::optional<Folder> Folder::find_folder(const std::string& name) const {
    Descriptor fd =
        parts::try_open(fd_.get(), component(name), parts::open_folder_flags | O_NOFOLLOW);
    if (fd) return Folder(std::move(fd), shown(name));
    if (errno == ENOENT) return std::nullopt;
    fail("open the folder", shown(name));
}

std::optional<Facts> Folder::facts(const std::string& name) const {
    Facts facts;
    const int error = parts::try_facts(fd_.get(), component(name), facts);
    if (error == ENOENT) return std::nullopt;
    if (error != 0) fail("look at", shown(name), error);
    return facts;
}

Facts Folder::facts() const {
    return parts::facts_of(fd_.get(), shown_);
}

InputFile Folder::open_file(const std::string& name) const {
    auto file = find_file(name);
    if (file) return std::move(*file);
    const auto what = facts(name);
    if (!what) fail("open", shown(name), ENOENT);
    throw core::Fault(core::FaultKind::world, "open", shown(name),
                      "it is a " + std::string(to_string(what->kind)) + ", not a regular file");
}

std::optional<InputFile> Folder::find_file(const std::string& name) const {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    Descriptor fd = parts::try_open(fd_.get(), component(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd) {
        // Absent, a link, or a socket or device without a driver.
        if (errno == ENOENT || errno == ELOOP || errno == ENXIO || errno == ENODEV)
            return std::nullopt;
        fail("open", shown(name));
    }
    if (parts::facts_of(fd.get(), shown(name)).kind != Kind::regular) return std::nullopt;
    return InputFile(std::move(fd), shown(name));
}

OutputFile Folder::create_file(const std::string& name, unsigned mode) const {
    Descriptor fd = parts::create(fd_.get(), component(name), mode, shown(name));
    return {std::move(fd), shown(name), 0};
}

FolderReader Folder::entries() const {
    // A descriptor of its own: reading moves a position that dup() would share.
    Descriptor fd = parts::try_open(fd_.get(), ".", parts::open_folder_flags);
    if (!fd) fail("open the folder", shown_);
    return {std::move(fd), shown_};
}

bool Folder::make_folder(const std::string& name, unsigned mode) const {
    if (file_system().mkdirat(fd_.get(), component(name), private_folder_mode) != 0) {
        const int error = errno;
        const auto there = error == EEXIST ? facts(name) : std::nullopt;
        if (there && there->kind == Kind::folder) return false;
        fail("make the folder", shown(name), error);
    }
    if (mode != private_folder_mode && ::fchmodat(fd_.get(), name.c_str(), mode, 0) != 0)
        fail("set the mode of", shown(name));
    return true;
}

bool Folder::remove(const std::string& name) const {
    if (file_system().unlinkat(fd_.get(), component(name), 0) == 0) return true;
    if (errno == ENOENT) return false;
    fail("remove", shown(name));
}

bool Folder::remove_folder(const std::string& name) const {
    if (file_system().unlinkat(fd_.get(), component(name), AT_REMOVEDIR) == 0) return true;
    if (errno == ENOENT) return false;
    fail("remove the folder", shown(name));
}

bool Folder::rename(const std::string& name, const Folder& to, const std::string& new_name,
                    Replace replace) const {
    const int error =
        parts::try_rename(fd_.get(), component(name), to.fd_.get(), component(new_name), replace);
    if (error == 0) return true;
    if (error == EEXIST && replace == Replace::no) return false;
    fail("rename", shown(name) + " to " + to.shown(new_name), error);
}

bool Folder::move(const std::string& name, const Folder& to) const {
    const int error =
        parts::try_rename(fd_.get(), component(name), to.fd_.get(), name.c_str(), Replace::no);
    if (error == 0) return true;
    if (error == EEXIST || error == ENOENT) return false;
    fail("rename", shown(name) + " to " + to.shown(name), error);
}

void Folder::sync() const {
    parts::sync_fd(fd_.get(), shown_);
}

bool Folder::write_file(const std::string& name, std::string_view bytes, Replace replace,
                        unsigned mode) const {
    component(name);
    const std::string temporary = parts::temporary_name();
    bool named = false;
    try {
        OutputFile file = create_file(temporary, mode);
        file.append(bytes);
        file.sync();
        crash_point("file.synced");
        named = rename(temporary, *this, name, replace);
    } catch (...) {
        file_system().unlinkat(fd_.get(), temporary.c_str(), 0);
        throw;
    }
    if (!named) {
        remove(temporary);
        return false;
    }
    crash_point("file.renamed");
    sync();
    return true;
}

// ---- reading ----

FolderReader::FolderReader(Descriptor fd, std::string shown_path)
    : stream_(::fdopendir(fd.get())), shown_(std::move(shown_path)) {
    if (stream_ == nullptr) fail("list", shown_);
    fd.release();
}

FolderReader::FolderReader(FolderReader&& other) noexcept
    : stream_(other.stream_), shown_(std::move(other.shown_)) {
    other.stream_ = nullptr;
}

FolderReader::~FolderReader() {
    if (stream_ != nullptr) ::closedir(static_cast<DIR*>(stream_));
}

static Kind kind_of_entry(unsigned char type) {
    switch (type) {
        case DT_REG:
            return Kind::regular;
        case DT_DIR:
            return Kind::folder;
        case DT_LNK:
            return Kind::link;
        case DT_FIFO:
            return Kind::fifo;
        case DT_SOCK:
            return Kind::socket;
        case DT_BLK:
        case DT_CHR:
            return Kind::device;
        default:
            return Kind::unknown;
    }
}

std::vector<Entry> FolderReader::next(std::size_t count_max) {
    std::vector<Entry> entries;
    auto* stream = static_cast<DIR*>(stream_);
    while (entries.size() < count_max) {
        errno = 0;
        const dirent* entry = ::readdir(stream);
        if (entry == nullptr) {
            if (errno != 0) fail("list", shown_);
            break;
        }
        std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        Kind kind = kind_of_entry(entry->d_type);
        Facts facts;
        // Some file systems do not tell the kind in the folder.
        if (kind == Kind::unknown &&
            parts::find_facts(::dirfd(stream), name.c_str(), shown_ + "/" + printable(name), facts))
            kind = facts.kind;
        entries.push_back({std::move(name), kind});
    }
    return entries;
}

}  // namespace io
