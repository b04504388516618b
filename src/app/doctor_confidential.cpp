// What doctor says of confidentiality: the volume below spool, and who can read our keys.
#include "app/doctor.hpp"
#include "io/file.hpp"
#include "io/volume.hpp"

namespace app {

namespace fs = std::filesystem;

// Where envelopes are in use somebody expects that nothing lies about in clear; elsewhere how disks
// are kept is not ours to ask.
void Examination::volume() {
    bool asked = io::facts(home_.keys_folder() / "decryption.pem").has_value();
    for (const job::Partner& partner : home_.partners().list)
        asked = asked || partner.encryption.has_value();
    const auto facts = io::facts(home_.spool());
    if (!asked || !facts) return;
    switch (io::volume_kind(facts->device)) {
        case io::VolumeKind::encrypted:
            return;
        case io::VolumeKind::plain:
            return note("spool", "the kernel does not encrypt the volume that it lies on",
                        "put it on dm-crypt (LUKS), unless the disk or the host below encrypts");
        case io::VolumeKind::unknown:
            return note("spool", "whether its volume is encrypted cannot be known from here",
                        "ask whoever keeps the host; personal data lies on it in clear otherwise");
    }
}

void Examination::key_modes() {
    const auto check = [&](const fs::path& file) {
        const auto facts = io::facts(file);
        if (facts && facts->kind == io::Kind::regular && (facts->mode & 077U) != 0)
            complain(home_.shown(file), "others than its owner can read this key",
                     "chmod 600 it, and replace it if somebody may have copied it");
    };
    if (io::facts(home_.keys_folder()))
        for (const std::string& name : io::list(home_.keys_folder(), 10'000))
            if (fs::path(name).extension() == ".key") check(home_.keys_folder() / name);
    for (const job::Partner& partner : home_.partners().list)
        for (const job::Channel& channel : partner.channels)
            if (!channel.identity.empty()) check(channel.identity);
}

}  // namespace app
