#include "app/layout.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;

const std::vector<HomeFolder>& home_folders() {
    // Partners' accounts pass through spool and partners to their own folder, and see nothing else.
    static const std::vector<HomeFolder> folders{
        {"jobs", 0755},
        {"jobs/trust", 0755},
        {"jobs/trust/ca", 0755},
        {"jobs/trust/crl", 0755},
        {"xsd", 0755},
        {"spool", 0711},
        {"spool/partners", 0711},
        {"spool/work", 0700},
        {"spool/work/claims", 0700},
        {"spool/drafts", 0700},
        {"spool/drafts/out", 0700},
        {"spool/archive", 0700},
        {"spool/archive/in", 0700},
        {"spool/archive/out", 0700},
        {"spool/ledger", 0700},
        {"spool/journal", 0700},
        {"spool/traces", 0700},
        {"spool/keys", 0700},
    };
    return folders;
}

std::vector<HomeFolder> partner_folders(const job::Partner& partner) {
    const std::string base = "spool/partners/" + partner.number;
    std::vector<HomeFolder> folders{{base, 0755}};
    for (const char* name : {"IN", "INTEST", "INTEST-S", "OUT", "OUTTEST", "OUTTEST-S"})
        folders.push_back({base + "/" + name, 0750});
    return folders;
}

// Asks ext4 to put the folders that will be made in this one apart on the disk, each with its own
// files: small files come into being in one of them while as many are removed in another, and the
// search for a free place is then short. Only a hint; other file systems may not know it.
static void spread_out(const fs::path& path) {
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    unsigned flags = 0;
    if (::ioctl(folder, FS_IOC_GETFLAGS, &flags) == 0) {
        flags |= FS_TOPDIR_FL;
        (void)::ioctl(folder, FS_IOC_SETFLAGS, &flags);
    }
    ::close(folder);
}

bool make_folder(const fs::path& home, const HomeFolder& folder) {
    const fs::path path = home / folder.path;
    if (io::facts(path)) return false;
    io::make_folders(path, folder.mode);
    // The mask of the one who runs init must not decide who can enter.
    if (::chmod(path.c_str(), folder.mode) != 0)
        throw core::system_fault("set the mode of", folder.path, errno,
                                 "run init as the owner of the home");
    if (folder.path == "spool" || folder.path == "spool/partners") spread_out(path);
    return true;
}

}  // namespace app
