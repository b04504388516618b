#pragma once
// Whether what lies on a volume is encrypted before it reaches the disk, as far as the kernel says.
#include <cstdint>
#include <filesystem>

namespace io {

enum class VolumeKind : unsigned char {
    encrypted,  // dm-crypt, or what stands on it alone (LVM over LUKS)
    plain,      // the kernel encrypts nothing below it
    unknown,    // no block device that the kernel tells us of: a container, a network, tmpfs
};

// `device` as io::Facts has it.
VolumeKind volume_kind(std::uint64_t device,
                       const std::filesystem::path& block_devices = "/sys/dev/block");

}  // namespace io
