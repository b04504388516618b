#include "io/volume.hpp"

#include <sys/sysmacros.h>

#include <fstream>
#include <string>

namespace io {

namespace fs = std::filesystem;

static constexpr int depth_max = 8;

static VolumeKind kind_of(const fs::path& device, int depth) {
    std::string uuid;
    std::getline(std::ifstream(device / "dm" / "uuid"), uuid);
    if (uuid.rfind("CRYPT-", 0) == 0) return VolumeKind::encrypted;
    // A volume of several disks is as good as the worst of them.
    std::error_code error;
    bool any = false;
    VolumeKind worst = VolumeKind::encrypted;
    for (const fs::directory_entry& below : fs::directory_iterator(device / "slaves", error)) {
        any = true;
        const VolumeKind kind = depth > 0 ? kind_of(below.path(), depth - 1) : VolumeKind::unknown;
        if (kind != VolumeKind::encrypted) worst = kind;
    }
    return any ? worst : VolumeKind::plain;
}

VolumeKind volume_kind(std::uint64_t device, const fs::path& block_devices) {
    const auto number = static_cast<dev_t>(device);
    const fs::path entry =
        block_devices / (std::to_string(major(number)) + ":" + std::to_string(minor(number)));
    std::error_code error;
    if (!fs::exists(entry, error)) return VolumeKind::unknown;
    return kind_of(entry, depth_max);
}

}  // namespace io
