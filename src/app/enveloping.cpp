#include "app/enveloping.hpp"

#include <unistd.h>

#include "app/parallel.hpp"
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

void envelope_parcel(Home& home, const std::string& recipient, outbox::StagedFile& file) {
    const job::Partner* partner = home.partners().find(recipient);
    ENSURE(partner != nullptr && partner->encryption);
    const fs::path to = staging_folder(home) /
                        (file.path.filename().string() + std::string(outbox::envelope_suffix));
    io::remove_file(to);  // of an attempt that was killed, perhaps for another certificate
    const seal::Enveloped made = seal::envelope_file(file.path, to, *partner->encryption);
    io::crash_point("enveloped");
    file = {to, made.bytes, made.digest};
}

// A small text lies there for a moment, under a name that the next run sweeps.
static fs::path plain_file(Home& home, const Parting& parting) {
    if (!parting.draft.empty()) return parting.draft;
    if (parting.text.empty()) return parting.data.path;
    fs::path plain =
        staging_folder(home) / (".tmp-" + std::to_string(::getpid()) + "-" + parting.row.name);
    io::remove_file(plain);
    auto file = io::OutputFile::create(plain, 0600);
    file.append(parting.text);
    return plain;
}

static void envelope_answer(Home& home, const job::Partner& partner, Parting& parting) {
    const fs::path plain = plain_file(home, parting);
    const std::string name = parting.data.path.empty() ? parting.row.name : parting.data.name();
    const fs::path to = staging_folder(home) / (name + std::string(outbox::envelope_suffix));
    io::remove_file(to);
    const seal::Enveloped made = seal::envelope_file(plain, to, *partner.encryption);
    io::crash_point("answer.enveloped");
    io::remove_file(plain);
    parting.data = {to, made.bytes, made.digest};
    parting.text.clear();
    parting.draft.clear();
}

void envelope_answers(Home& home, std::vector<Parting>& partings) {
    std::vector<std::pair<Parting*, const job::Partner*>> work;
    for (Parting& parting : partings) {
        if (parting.row.kind == ledger::OutgoingKind::parcel) continue;
        const job::Partner* partner = home.partners().find(parting.row.recipient);
        if (partner != nullptr && partner->answers_enveloped) work.emplace_back(&parting, partner);
    }
    parallel_for(home.threads(), work.size(),
                 [&](std::size_t i) { envelope_answer(home, *work[i].second, *work[i].first); });
}

}  // namespace app
