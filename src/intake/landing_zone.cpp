#include "intake/landing_zone.hpp"

#include <algorithm>

#include "io/crash_point.hpp"
#include "io/file.hpp"

namespace intake {

namespace fs = std::filesystem;

// Every folder is looked at, also that of a partner who is no longer in partners.xml: what lies
// there gets an answer.
void LandingZone::look(std::size_t files_max, core::Instant now) {
    constexpr std::size_t seen_max = 16'384;
    folders_.clear();
    waiting_ = 0;
    if (!io::facts(partners_)) return;
    const std::vector<std::string> numbers = io::list(partners_, 100'000);
    limits_.found_max = std::max(files_max, seen_max / std::max<std::size_t>(numbers.size(), 1));
    for (const std::string& number : numbers) {
        Landing landing = intake::look(partners_ / number, number, limits_, now);
        waiting_ += static_cast<std::int64_t>(landing.waiting.size());
        for (const core::Fault& fault : landing.faults) keep(fault);
        for (Found& one : landing.found) {
            Folder& folder = folders_[{number, one.landing}];
            folder.cut = landing.cut.count(one.landing) > 0;
            folder.found.push_back(std::move(one));
        }
    }
    for (auto& [name, folder] : folders_)
        std::stable_sort(folder.found.begin(), folder.found.end(),
                         [](const auto& a, const auto& b) { return a.place < b.place; });
}

void LandingZone::keep(const core::Fault& fault) {
    const auto is_same = [&](const core::Fault& one) {
        return std::string_view(one.what()) == fault.what();
    };
    if (faults_.size() < faults_max && std::none_of(faults_.begin(), faults_.end(), is_same))
        faults_.push_back(fault);
}

static std::size_t share_of(std::size_t files_max, std::size_t claimed) {
    return files_max - std::min(files_max, claimed);
}

// Whether looking again could give the next batch anything else of what lay there.
bool LandingZone::serves(std::size_t files_max, const Claimed& claimed) const {
    bool any = false;
    for (const auto& [name, folder] : folders_) {
        any = any || !folder.found.empty();
        const auto before = claimed.find(name);
        const std::size_t share = share_of(files_max, before == claimed.end() ? 0 : before->second);
        if (folder.cut && folder.found.size() < share) return false;
    }
    return any;
}

std::vector<Found> LandingZone::take(std::size_t files_max, std::size_t room,
                                     const Claimed& claimed) {
    struct Candidate {
        Folder* folder;
        std::size_t at;
        const Found& found() const { return folder->found[at]; }
    };
    std::vector<Candidate> candidates;
    for (auto& [name, folder] : folders_) {
        const auto before = claimed.find(name);
        std::size_t share = share_of(files_max, before == claimed.end() ? 0 : before->second);
        for (std::size_t i = 0; i < folder.found.size(); ++i) {
            if (folder.found[i].place > 0 && share-- == 0) break;
            candidates.push_back({&folder, i});
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return comes_first(a.found(), b.found());
    });
    if (candidates.size() > room)
        candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(room), candidates.end());
    std::vector<Found> taken;
    taken.reserve(candidates.size());
    for (const Candidate& one : candidates) taken.push_back(std::move(one.folder->found[one.at]));
    for (auto& [name, folder] : folders_)
        std::erase_if(folder.found, [](const Found& one) { return one.names.empty(); });
    return taken;
}

void LandingZone::fill(std::size_t files_max, core::Instant now, std::vector<Claim>& claims) {
    Claimed claimed;  // of what has a place
    for (const Claim& claim : claims)
        if (claim.kind == FoundKind::set || claim.kind == FoundKind::cancel)
            ++claimed[{claim.partner, claim.landing}];
    Claimer claimer(partners_, claims_, is_used_);
    // What its sender took back meanwhile makes no batch: there may be more behind it. One who goes
    // on changing what lies there does not hold up the others.
    constexpr int looks_max = 2;
    int looks = 0;
    for (bool more = true; more;) {
        if (!serves(files_max, claimed)) {
            if (looks++ == looks_max) break;
            look(files_max, now);
        }
        const auto found = take(files_max, share_of(files_max, claims.size()), claimed);
        for (const Found& one : found) {
            try {
                if (auto claim = claimer.take(one)) claims.push_back(std::move(*claim));
            } catch (const core::Fault& fault) {  // of his folder mostly: the others go on
                keep(fault);
            }
        }
        more = claims.empty() && !found.empty();
    }
    io::crash_point("claimed");
}

}  // namespace intake
