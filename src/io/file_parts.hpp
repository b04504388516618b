#pragma once
// What the .cpp files of this room share about descriptors and Faults. Not for other rooms.
#include <fcntl.h>

#include <string>

#include "io/file.hpp"

namespace io::parts {

inline constexpr int open_folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

// A Fault of what errno says now.
[[noreturn]] void fail(const char* doing, const std::string& thing);
[[noreturn]] void fail(const char* doing, const std::string& thing, int error_number);

Facts facts_of(int fd, const std::string& shown_path);
// 0, ENOENT where nothing has the name, or the errno of the failure.
int try_facts(int folder, const char* name, Facts& facts);
bool find_facts(int folder, const char* name, const std::string& shown_path, Facts& facts);
void sync_fd(int fd, const std::string& shown_path);
// Opens, or gives an empty descriptor with errno set.
Descriptor try_open(int folder, const char* name, int flags, unsigned mode = 0);
// A new file, with the mode that is asked for, whatever the umask; the second is a Fault where
// there is one, the first an empty descriptor with errno set.
Descriptor try_create(int folder, const char* name, unsigned mode, const std::string& shown_path);
Descriptor create(int folder, const char* name, unsigned mode, const std::string& shown_path);
// A name that nothing else in this process or a living one uses.
std::string temporary_name();
// 0, or the errno of a rename without following or (Replace::no) replacing.
int try_rename(int from, const char* name, int to, const char* new_name, Replace replace);
const char* advice_for(int error_number);

}  // namespace io::parts
