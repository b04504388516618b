#include "app/obstacles.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"

namespace app {

namespace fs = std::filesystem;

intake::LandingLimits landing_limits(const Settings& settings) {
    intake::LandingLimits limits;
    limits.half_set_hours_max = settings.half_set_hours_max;
    limits.quiet_seconds = settings.quiet_seconds;
    limits.names_whole_max = settings.landing_names_max;
    return limits;
}

namespace {

constexpr std::size_t partners_max = 100'000, claims_max = 1'000'000;
constexpr std::int64_t claim_microseconds_max = 600'000'000;

class Looking {
  public:
    explicit Looking(Home& home) : home_(home) {}

    // A fault is what lies in the way itself.
    template <typename Work>
    void guarded(const fs::path& about, const Work& work) {
        try {
            work();
        } catch (const core::Fault& fault) {
            list_.push_back({home_.shown(about),
                             "it cannot be looked at: " + fault.doing() + ": " + fault.reason(),
                             "give it back its place and its rights, or take it away; the others "
                             "are received meanwhile"});
        }
    }

    void partner(const fs::path& place) {
        guarded(place, [&] {
            if (!io::facts(place)) return;
            const io::Folder folder = io::Folder::open(place);
            for (const char* name : intake::landing_folders)
                guarded(place / name, [&] {
                    if (const auto inner = folder.find_folder(name)) landing(place / name, *inner);
                });
        });
    }

    // Those that a reception has just taken are its own.
    void claims() {
        const fs::path folder = home_.work() / "claims";
        if (!io::facts(folder) || io::lock_holder(home_.work() / "receive.lock")) return;
        for (const std::string& key : io::list(folder, claims_max)) {
            const auto facts = io::facts(folder / key);
            if (!facts || facts->kind != io::Kind::folder || key.back() == '+') continue;
            const std::int64_t age = home_.now().microseconds - facts->changed.microseconds;
            if (age > claim_microseconds_max && !home_.ledger().claim_finished(key))
                list_.push_back({home_.shown(folder / key),
                                 "it was taken out of a landing folder and is not received",
                                 "see what sluice receive says, and mend that"});
        }
    }

    std::vector<Obstacle> take() { return std::move(list_); }

  private:
    void landing(const fs::path& at, const io::Folder& folder) {
        if (::faccessat(folder.fd(), ".", W_OK | X_OK, AT_EACCESS) != 0)
            list_.push_back({home_.shown(at),
                             "nothing can be taken out of it: " + std::string(strerror(errno)),
                             "give the engine the right to write there"});
        const std::size_t most = home_.settings().landing_names_max;
        std::size_t names = 0;
        auto entries = folder.entries();
        for (auto batch = entries.next(1000); !batch.empty() && names <= most;
             batch = entries.next(1000))
            names += batch.size();
        if (names <= most) return;
        list_.push_back({home_.shown(at),
                         "more than " + std::to_string(most) +
                             " names lie there: whole sets are taken, but of what has no GO only a "
                             "part is looked at, and refused after " +
                             std::to_string(home_.settings().half_set_hours_max) + " hours",
                         "ask the partner to send what is missing, GO last, or to take it back "
                         "with TD; landing-names-max raises the limit"});
    }

    Home& home_;
    std::vector<Obstacle> list_;
};

}  // namespace

std::vector<Obstacle> obstacles(Home& home, const std::string& partner) {
    Looking looking(home);
    const fs::path partners = home.spool() / "partners";
    looking.guarded(partners, [&] {
        if (!partner.empty()) return looking.partner(partners / partner);
        if (!io::facts(partners)) return;
        for (const std::string& number : io::list(partners, partners_max))
            looking.partner(partners / number);
        looking.claims();
    });
    return looking.take();
}

}  // namespace app
