#include "io/file_parts.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "core/fault.hpp"
#include "io/file_system.hpp"

namespace io::parts {

const char* advice_for(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
            return "free space and run again";
        case EMFILE:
        case ENFILE:
            return "raise the limit of open files (ulimit -n) and run again";
        case EACCES:
        case EPERM:
            return "check owner and mode";
        case EROFS:
            return "mount the file system for writing";
        case ELOOP:
            return "a link stands where a file or folder belongs";
        case EIO:
            return "the disk reports an error: check it before running again";
        default:
            return "";
    }
}

void fail(const char* doing, const std::string& thing, int error_number) {
    throw core::system_fault(doing, thing, error_number, advice_for(error_number));
}

void fail(const char* doing, const std::string& thing) {
    fail(doing, thing, errno);
}

static Kind kind_of(unsigned mode) {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return Kind::regular;
        case S_IFDIR:
            return Kind::folder;
        case S_IFLNK:
            return Kind::link;
        case S_IFIFO:
            return Kind::fifo;
        case S_IFSOCK:
            return Kind::socket;
        case S_IFBLK:
        case S_IFCHR:
            return Kind::device;
        default:
            return Kind::unknown;
    }
}

static core::Instant instant_of(const struct statx_timestamp& t) {
    return {t.tv_sec * 1'000'000 + t.tv_nsec / 1000};
}

static Facts facts_from(const struct statx& s) {
    Facts facts;
    facts.kind = kind_of(s.stx_mode);
    facts.bytes = s.stx_size;
    facts.links = s.stx_nlink;
    facts.changed = instant_of(s.stx_ctime);
    facts.modified = instant_of(s.stx_mtime);
    facts.device = makedev(s.stx_dev_major, s.stx_dev_minor);
    facts.inode = s.stx_ino;
    facts.mode = s.stx_mode & 07777;
    facts.owner = s.stx_uid;
    return facts;
}

Facts facts_of(int fd, const std::string& shown_path) {
    struct statx s;
    if (::statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &s) != 0) fail("look at", shown_path);
    return facts_from(s);
}

int try_facts(int folder, const char* name, Facts& facts) {
    struct statx s;
    if (::statx(folder, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &s) != 0)
        return errno == ENOTDIR ? ENOENT : errno;
    facts = facts_from(s);
    return 0;
}

bool find_facts(int folder, const char* name, const std::string& shown_path, Facts& facts) {
    const int error = try_facts(folder, name, facts);
    if (error != 0 && error != ENOENT) fail("look at", shown_path, error);
    return error == 0;
}

void sync_fd(int fd, const std::string& shown_path) {
    // Not repeated on failure: after a failed fsync the kernel may have dropped the dirty pages, so
    // a second one would lie.
    if (file_system().fsync(fd) != 0) fail("flush", shown_path);
}

Descriptor try_open(int folder, const char* name, int flags, unsigned mode) {
    int fd;
    do {
        fd = file_system().openat(folder, name, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return Descriptor(fd);
}

// Asked for before there are other threads: asking sets it.
static const unsigned masked = [] {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return static_cast<unsigned>(mask);
}();

Descriptor try_create(int folder, const char* name, unsigned mode, const std::string& shown_path) {
    const bool at_once = (mode & masked) == 0;
    Descriptor fd = try_open(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
                             at_once ? mode : private_file_mode);
    if (fd && !at_once && ::fchmod(fd.get(), mode) != 0) fail("set the mode of", shown_path);
    return fd;
}

Descriptor create(int folder, const char* name, unsigned mode, const std::string& shown_path) {
    Descriptor fd = try_create(folder, name, mode, shown_path);
    if (!fd) fail("create", shown_path);
    return fd;
}

std::string temporary_name() {
    static std::atomic<unsigned long> counter{0};
    return ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(++counter);
}

int try_rename(int from, const char* name, int to, const char* new_name, Replace replace) {
    const unsigned flags = replace == Replace::no ? RENAME_NOREPLACE : 0;
    return file_system().renameat2(from, name, to, new_name, flags) == 0 ? 0 : errno;
}

}  // namespace io::parts
