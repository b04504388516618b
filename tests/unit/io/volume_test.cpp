#include "io/volume.hpp"

#include <doctest/doctest.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace fs = std::filesystem;

namespace {

struct Kernel {
    fs::path folder = fs::temp_directory_path() / ("sluice-volume-" + std::to_string(::getpid()));
    Kernel() { fs::create_directories(folder); }
    ~Kernel() { fs::remove_all(folder); }
    fs::path device(const std::string& number, const std::string& uuid = {}) const {
        fs::create_directories(folder / number / "slaves");
        if (uuid.empty()) return folder / number;
        fs::create_directories(folder / number / "dm");
        std::ofstream(folder / number / "dm" / "uuid") << uuid << '\n';
        return folder / number;
    }
    io::VolumeKind kind(unsigned major_number, unsigned minor_number) const {
        return io::volume_kind(makedev(major_number, minor_number), folder);
    }
};

}  // namespace

TEST_CASE(
    "A volume is encrypted where dm-crypt stands below all of it, and unknown where nobody says") {
    const Kernel kernel;
    kernel.device("253:0", "CRYPT-LUKS2-0123");
    kernel.device("8:1");
    const fs::path over = kernel.device("253:1", "LVM-abc");
    fs::create_directory_symlink(kernel.folder / "253:0", over / "slaves" / "dm-0");
    const fs::path mixed = kernel.device("253:2", "LVM-def");
    fs::create_directory_symlink(kernel.folder / "253:0", mixed / "slaves" / "dm-0");
    fs::create_directory_symlink(kernel.folder / "8:1", mixed / "slaves" / "sda1");
    CHECK(kernel.kind(253, 0) == io::VolumeKind::encrypted);
    CHECK(kernel.kind(253, 1) == io::VolumeKind::encrypted);
    CHECK(kernel.kind(253, 2) == io::VolumeKind::plain);
    CHECK(kernel.kind(8, 1) == io::VolumeKind::plain);
    CHECK(kernel.kind(0, 47) == io::VolumeKind::unknown);
}
