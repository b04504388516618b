#include "app/enveloping.hpp"

#include "app/dispatch.hpp"
#include "core/ensure.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "outbox/names.hpp"
#include "seal/envelope.hpp"

namespace app {

namespace fs = std::filesystem;

bool is_enveloped(Home& home, const std::string& recipient) {
    const job::Partner* partner = home.partners().find(recipient);
    return partner != nullptr && partner->encryption.has_value();
}

static seal::Hash digest_of(const io::InputFile& file) {
    constexpr std::size_t at_once = 1 << 20;
    seal::Sha256 digest;
    for (std::uint64_t at = 0;;) {
        const std::string bytes = file.read(at, at_once);
        digest.update(bytes);
        at += bytes.size();
        if (bytes.size() < at_once) return digest.value();
    }
}

void envelope_parcel(Home& home, const std::string& recipient, outbox::StagedFile& file) {
    const job::Partner* partner = home.partners().find(recipient);
    ENSURE(partner != nullptr && partner->encryption);
    const fs::path to = staging_folder(home) /
                        (file.path.filename().string() + std::string(outbox::envelope_suffix));
    if (io::facts(to)) {
        const auto there = io::InputFile::open(to);
        file = {to, there.bytes(), digest_of(there)};
        return;
    }
    const seal::Enveloped made = seal::envelope_file(file.path, to, *partner->encryption);
    io::crash_point("enveloped");
    file = {to, made.bytes, made.digest};
}

}  // namespace app
