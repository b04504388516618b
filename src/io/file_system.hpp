#pragma once
// The narrow set of system calls through which everything durable goes. A test double replaces the
// table to drop what was not made durable, or to fail at the n-th call. Not an abstraction of
// files: that is io/file.hpp.
#include <sys/types.h>

namespace io {

// Each entry has the meaning, result and errno of the system call of its name.
struct FileSystem {
    int (*openat)(int folder, const char* name, int flags, mode_t mode);
    int (*close)(int fd);
    ssize_t (*pwrite)(int fd, const void* bytes, size_t count, off_t offset);
    int (*ftruncate)(int fd, off_t length);
    int (*fsync)(int fd);
    int (*fdatasync)(int fd);
    int (*syncfs)(int fd);
    int (*renameat2)(int from, const char* old_name, int to, const char* new_name, unsigned flags);
    int (*unlinkat)(int folder, const char* name, int flags);
    int (*mkdirat)(int folder, const char* name, mode_t mode);
};

const FileSystem& kernel();       // the system calls themselves
const FileSystem& file_system();  // the table in use; kernel() unless a test replaced it
void use_file_system(const FileSystem& table);  // tests only; the table must outlive its use

}  // namespace io
