#include "intake/landing.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>

#include "core/fault.hpp"

namespace intake {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t names_whole_max = 20'000;  // of a folder that is looked at whole
constexpr std::size_t identity_bytes = 28;       // SUBJ.999999.YYYYMMDD.SEQ5.E

struct Member {
    std::string name;
    core::ParsedName parsed;
    io::Facts facts;
};

struct Group {
    std::vector<Member> members;
    const Member* find(core::Prefix prefix) const {
        for (const Member& member : members)
            if (member.parsed.name.prefix == prefix) return &member;
        return nullptr;
    }
};

bool belongs_to_set(const core::ParsedName& parsed) {
    using core::Prefix;
    const Prefix prefix = parsed.name.prefix;
    const bool inbound = prefix == Prefix::FI || prefix == Prefix::FS || prefix == Prefix::GO ||
                         prefix == Prefix::TD;
    // Numbering faults (123, 124) are faults of the set, not of the name's shape.
    return inbound && std::all_of(parsed.errors.begin(), parsed.errors.end(),
                                  [](int code) { return code == 123 || code == 124; });
}

bool is_young(core::Instant changed, core::Instant now, std::int64_t seconds) {
    return now.microseconds - changed.microseconds < seconds * 1'000'000;
}

Found found_of(FoundKind kind, const std::string& partner, const std::string& landing,
               std::vector<std::string> names, core::Instant at) {
    return {kind, partner, landing, std::move(names), at, 0};
}

class Look {
  public:
    Look(Landing& landing, const std::string& partner, const LandingLimits& limits,
         core::Instant now)
        : landing_(landing), partner_(partner), limits_(limits), now_(now) {}

    void folder(const io::Folder& folder, const std::string& name) {
        name_ = name;
        groups_.clear();
        odd_.clear();
        // Twice: what stood before its GO was put is there when the folder is read again, also
        // while senders write. A reading alone may meet a GO and have passed the place of its FI.
        const std::size_t names = find_ready(folder);
        if (names == 0) return;
        auto entries = folder.entries();
        for (auto batch = entries.next(1000); !batch.empty(); batch = entries.next(1000))
            for (const io::Entry& entry : batch)
                if (names <= names_whole_max || is_ready(entry.name)) add(folder, entry);
        for (auto& [identity, group] : groups_) judge_group(identity, group);
        judge_odd();
    }

  private:
    // The identities whose GO or TD is there, as many as are wanted; returns how many names there
    // are.
    std::size_t find_ready(const io::Folder& folder) {
        ready_.clear();
        std::size_t names = 0;
        auto entries = folder.entries();
        for (auto batch = entries.next(1000); !batch.empty(); batch = entries.next(1000)) {
            names += batch.size();
            for (const io::Entry& entry : batch) {
                if (entry.name.rfind("GO.", 0) != 0 && entry.name.rfind("TD.", 0) != 0) continue;
                const auto parsed = core::parse_file_name(entry.name);
                if (parsed.good() && ready_.size() < limits_.found_max)
                    ready_.emplace(parsed.name.identity.text(), ready_.size() + 1);
            }
            if (names > names_whole_max && ready_.size() >= limits_.found_max) break;
        }
        if (ready_.size() >= limits_.found_max) landing_.cut.insert(name_);
        return names;
    }

    // In a crowded folder only whole sets are looked at, so many at a time; the rest has its turn
    // when these are gone.
    bool is_ready(const std::string& name) const {
        if (name.size() < 3 || ready_.count(std::string_view(name).substr(3, identity_bytes)) == 0)
            return false;
        return belongs_to_set(core::parse_file_name(name));
    }

    std::int64_t limit_seconds() const { return std::int64_t{limits_.half_set_hours_max} * 3600; }

    void report(FoundKind kind, std::vector<std::string> names, core::Instant at,
                std::size_t place = 0) {
        landing_.found.push_back(found_of(kind, partner_, name_, std::move(names), at));
        landing_.found.back().place = place;
    }

    void add(const io::Folder& folder, const io::Entry& entry) {
        const auto facts = folder.facts(entry.name);
        if (!facts) return;  // gone meanwhile
        ++landing_.files;
        if (facts->kind != io::Kind::regular || facts->links != 1) {
            report(FoundKind::foreign, {entry.name}, std::min(facts->changed, now_));
            return;
        }
        landing_.bytes += facts->bytes;
        Member member{entry.name, core::parse_file_name(entry.name), *facts};
        if (belongs_to_set(member.parsed))
            groups_[member.parsed.name.identity.text()].members.push_back(std::move(member));
        else
            odd_.push_back(std::move(member));
    }

    void judge_group(const std::string& identity, const Group& group) {
        core::Instant newest{0};
        std::vector<std::string> names;
        std::uint64_t bytes = 0;
        for (const Member& member : group.members) {
            newest = std::max(newest, member.facts.changed);
            names.push_back(member.name);
            bytes += member.facts.bytes;
        }
        std::sort(names.begin(), names.end());  // folders list in an order of their own
        const Member* trigger = group.find(core::Prefix::TD);
        const FoundKind kind = trigger != nullptr ? FoundKind::cancel : FoundKind::set;
        if (trigger == nullptr) trigger = group.find(core::Prefix::GO);
        const bool quiet =
            limits_.quiet_seconds == 0 || !is_young(newest, now_, limits_.quiet_seconds);
        const auto ready = ready_.find(identity);
        if (trigger != nullptr && quiet && ready != ready_.end()) {
            report(kind, std::move(names), std::min(trigger->facts.changed, now_), ready->second);
        } else if (trigger == nullptr && !is_young(newest, now_, limit_seconds())) {
            report(FoundKind::half_set, std::move(names), newest);
        } else {
            landing_.waiting.push_back(
                {partner_, name_, identity, group.members.size(), bytes, newest});
        }
    }

    // A GO outside the grammar is answered at once, with what was to come with it. Anything else
    // may be an upload under a temporary name.
    void judge_odd() {
        std::sort(odd_.begin(), odd_.end(), [](const Member& a, const Member& b) {
            const bool a_go = a.name.rfind("GO.", 0) == 0, b_go = b.name.rfind("GO.", 0) == 0;
            return a_go != b_go ? a_go : a.name < b.name;
        });
        std::vector<bool> taken(odd_.size(), false);
        for (std::size_t i = 0; i < odd_.size(); ++i) {
            if (taken[i]) continue;
            const Member& member = odd_[i];
            const bool go = member.name.rfind("GO.", 0) == 0;
            if (!go && is_young(member.facts.changed, now_, limit_seconds())) {
                landing_.waiting.push_back(
                    {partner_, name_, member.name, 1, member.facts.bytes, member.facts.changed});
                continue;
            }
            std::vector<std::string> names{member.name};
            for (std::size_t j = i + 1; go && j < odd_.size(); ++j) {
                const std::string& other = odd_[j].name;
                if (other.size() < 3 || (other.rfind("FI.", 0) != 0 && other.rfind("FS.", 0) != 0))
                    continue;
                if (other.compare(3, member.name.size() - 3, member.name, 3, std::string::npos) !=
                    0)
                    continue;
                names.push_back(other);
                taken[j] = true;
            }
            report(FoundKind::misnamed, std::move(names), std::min(member.facts.changed, now_));
        }
    }

    Landing& landing_;
    const std::string& partner_;
    const LandingLimits& limits_;
    core::Instant now_;
    std::string name_;
    std::map<std::string, std::size_t, std::less<>> ready_;  // with their place in the folder
    std::map<std::string, Group> groups_;
    std::vector<Member> odd_;
};

constexpr std::array<const char*, 5> kind_names{"set", "cancel", "half", "misnamed", "foreign"};

}  // namespace

Landing look(const fs::path& partner_folder, const std::string& partner,
             const LandingLimits& limits, core::Instant now) {
    Landing landing;
    if (!io::facts(partner_folder)) return landing;
    const io::Folder folder = io::Folder::open(partner_folder);
    Look looking(landing, partner, limits, now);
    for (const char* name : landing_folders)
        if (const auto inner = folder.find_folder(name)) looking.folder(*inner, name);
    std::stable_sort(landing.found.begin(), landing.found.end(),
                     [](const Found& a, const Found& b) { return a.appeared < b.appeared; });
    return landing;
}

static bool is_go(const std::string& name) {
    return name.rfind("GO.", 0) == 0;
}

// The order in which what was found is taken up, also after a crash: numbers are drawn in it.
static bool stands_before(core::Instant a_at, const std::string& a_partner,
                          const std::vector<std::string>& a_names, core::Instant b_at,
                          const std::string& b_partner, const std::vector<std::string>& b_names) {
    return std::tie(a_at, a_partner, a_names) < std::tie(b_at, b_partner, b_names);
}

bool comes_first(const Found& a, const Found& b) {
    return stands_before(a.appeared, a.partner, a.names, b.appeared, b.partner, b.names);
}

// A claim bears this mark until its last member was moved.
static constexpr char taking = '+';

static std::string without_mark(std::string name) {
    if (!name.empty() && name.back() == taking) name.pop_back();
    return name;
}

// instant-kind-partner-landing-name, so that after a crash the folder alone tells what it is.
static std::string key_of(const Found& found) {
    std::array<char, 32> instant{};
    std::snprintf(instant.data(), instant.size(), "%020lld",
                  static_cast<long long>(found.appeared.microseconds));
    std::string name;
    for (const char c : found.names.front().substr(0, 80)) {
        const bool plain =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
        name += plain ? c : '_';
    }
    return std::string(instant.data()) + "-" + kind_names.at(static_cast<std::size_t>(found.kind)) +
           "-" + found.partner + "-" + found.landing + "-" + name;
}

Claimer::Claimer(fs::path partners, const fs::path& claims)
    : partners_(std::move(partners)), into_(io::Folder::open(claims)) {}

Claim Claimer::take(const Found& found) {
    if (const fs::path at = fs::path(found.partner) / found.landing; at != at_) {
        from_.emplace(io::Folder::open(partners_ / found.partner).folder(found.landing));
        at_ = at;
    }
    Claim taken{key_of(found), found.kind, found.partner, found.landing, found.appeared, {}};
    for (int copy = 1; into_.facts(taken.key) || !into_.make_folder(taken.key + taking); ++copy)
        taken.key = key_of(found) + "~" + std::to_string(copy);
    const io::Folder target = into_.folder(taken.key + taking);
    for (const std::string& name : found.names) {
        try {
            if (from_->rename(name, target, name, io::Replace::no)) taken.names.push_back(name);
        } catch (const core::Fault&) {
            // The sender took it away between the look and the move: then it was never sent.
            if (from_->facts(name)) throw;
        }
    }
    into_.rename(taken.key + taking, into_, taken.key, io::Replace::no);
    return taken;
}

// The members of a claim that a crash left behind in the landing zone.
static bool belongs_beside(const std::string& name, const Claim& claim) {
    const std::string& first = claim.names.front();
    const auto parsed = core::parse_file_name(name), known = core::parse_file_name(first);
    if (claim.kind != FoundKind::misnamed)
        return belongs_to_set(parsed) && parsed.name.identity.text() == known.name.identity.text();
    return is_go(first) && !belongs_to_set(parsed) &&
           (name.rfind("FI.", 0) == 0 || name.rfind("FS.", 0) == 0) &&
           name.compare(3, first.size() - 3, first, 3, std::string::npos) == 0;
}

// False: it was killed before its first move, and the next look finds it all again.
static bool finish_claim(const fs::path& partners, const io::Folder& claims, Claim& claim) {
    const io::Folder folder = claims.folder(claim.key + taking);
    const fs::path place = partners / claim.partner;
    if (claim.names.empty()) {
        claims.remove_folder(claim.key + taking);
        return false;
    }
    if (claim.kind != FoundKind::foreign && !claim.landing.empty() && io::facts(place)) {
        if (const auto from = io::Folder::open(place).find_folder(claim.landing)) {
            std::vector<std::string> missing;
            auto entries = from->entries();
            for (auto batch = entries.next(1000); !batch.empty(); batch = entries.next(1000))
                for (const io::Entry& entry : batch)
                    if (entry.kind == io::Kind::regular && belongs_beside(entry.name, claim))
                        missing.push_back(entry.name);
            for (const std::string& name : missing)
                if (from->rename(name, folder, name, io::Replace::no)) claim.names.push_back(name);
        }
    }
    claims.rename(claim.key + taking, claims, claim.key, io::Replace::no);
    return true;
}

static Claim claim_named(const std::string& key) {
    Claim one;
    one.key = key;
    std::vector<std::string> words;
    std::string rest = key;
    for (int i = 0; i < 3; ++i) {
        const std::size_t dash = rest.find('-');
        if (dash == std::string::npos) return {};
        words.push_back(rest.substr(0, dash));
        rest.erase(0, dash + 1);
    }
    one.appeared = core::Instant{std::stoll(words[0])};
    for (std::size_t k = 0; k < kind_names.size(); ++k)
        if (words[1] == kind_names[k]) one.kind = static_cast<FoundKind>(k);
    one.partner = words[2];
    // The landing's own name may hold a dash.
    for (const char* name : landing_folders)
        if (rest.rfind(std::string(name) + "-", 0) == 0) one.landing = name;
    return one;
}

std::vector<Claim> unfinished(const fs::path& claims, const fs::path& partners) {
    std::vector<Claim> list;
    if (!io::facts(claims)) return list;
    const io::Folder folder = io::Folder::open(claims);
    std::vector<std::string> names;
    auto entries = folder.entries();
    for (auto batch = entries.next(1000); !batch.empty(); batch = entries.next(1000))
        for (const io::Entry& entry : batch)
            if (entry.kind == io::Kind::folder) names.push_back(entry.name);
    for (const std::string& name : names) {
        Claim one = claim_named(without_mark(name));
        if (one.key.empty()) continue;
        auto members = folder.folder(name).entries();
        for (auto inner = members.next(1000); !inner.empty(); inner = members.next(1000))
            for (const io::Entry& member : inner) one.names.push_back(member.name);
        if (one.key != name && !finish_claim(partners, folder, one)) continue;
        std::sort(one.names.begin(), one.names.end());
        if (one.kind == FoundKind::misnamed)
            std::stable_partition(one.names.begin(), one.names.end(), is_go);
        list.push_back(std::move(one));
    }
    std::sort(list.begin(), list.end(), [](const Claim& a, const Claim& b) {
        return stands_before(a.appeared, a.partner, a.names, b.appeared, b.partner, b.names);
    });
    return list;
}

void remove_claim(const fs::path& claims, const Claim& claim) {
    const fs::path folder = claims / claim.key;
    for (const std::string& name : claim.names) ::unlink((folder / name).c_str());
    // What a sender planted (a folder, say) goes with it; no link is followed by remove_all.
    if (::rmdir(folder.c_str()) != 0) fs::remove_all(folder);
}

}  // namespace intake
