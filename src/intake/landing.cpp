#include "intake/landing.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>

namespace intake {

namespace fs = std::filesystem;

std::string key_prefix(core::Instant appeared) {
    std::array<char, 32> instant{};
    std::snprintf(instant.data(), instant.size(), "%020lld",
                  static_cast<long long>(appeared.microseconds));
    return instant.data();
}

bool belongs_to_set(const core::ParsedName& parsed) {
    using core::Prefix;
    const Prefix prefix = parsed.name.prefix;
    const bool inbound = prefix == Prefix::FI || prefix == Prefix::FS || prefix == Prefix::GO ||
                         prefix == Prefix::TD;
    // Numbering faults (123, 124) are faults of the set, not of the name's shape.
    return inbound && std::all_of(parsed.errors.begin(), parsed.errors.end(),
                                  [](int code) { return code == 123 || code == 124; });
}

namespace {

constexpr std::size_t identity_bytes = 28;  // SUBJ.999999.YYYYMMDD.SEQ5.E
// Of one set, taken at once: twice what a right one has. One of more is refused, and what is left
// of it is half a set.
constexpr std::size_t members_max = 40;

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

bool is_young(core::Instant changed, core::Instant now, std::int64_t seconds) {
    return now.microseconds - changed.microseconds < seconds * 1'000'000;
}

Found found_of(FoundKind kind, const std::string& partner, const std::string& landing,
               std::vector<std::string> names, core::Instant at) {
    return {kind, partner, landing, std::move(names), at, 0, {}, at};
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
        const bool crowded = names > limits_.names_whole_max;
        if (crowded) landing_.crowded.push_back({partner_, name_, names});
        auto entries = folder.entries();
        for (auto batch = entries.next(1000); !batch.empty(); batch = entries.next(1000))
            for (const io::Entry& entry : batch)
                if (!crowded || has_turn(entry.name)) add(folder, entry);
        for (auto& [identity, group] : groups_) judge_group(identity, group);
        judge_odd();
    }

  private:
    // The identities whose GO or TD is there, as many as are wanted; returns how many names there
    // are.
    std::size_t find_ready(const io::Folder& folder) {
        ready_.clear();
        turns_.clear();
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
            if (names > limits_.names_whole_max && ready_.size() >= limits_.found_max) break;
        }
        if (ready_.size() >= limits_.found_max) landing_.cut.insert(name_);
        return names;
    }

    // In a crowded folder: whole sets, and the first of all else. All of a set has its turn
    // together, and what is misnamed with the GO that may lie beside it.
    bool has_turn(const std::string& name) {
        const std::string_view rest =
            std::string_view(name).substr(std::min<std::size_t>(name.size(), 3));
        const std::string_view identity = rest.substr(0, identity_bytes);
        const bool room = turns_.size() < std::max<std::size_t>(limits_.names_whole_max / 10, 1);
        const bool may_belong = room || ready_.count(identity) > 0 || turns_.count(identity) > 0;
        if (may_belong && belongs_to_set(core::parse_file_name(name)))
            return ready_.count(identity) > 0 || is_among_turns(identity, room);
        return is_among_turns(rest, room);
    }
    bool is_among_turns(std::string_view what, bool room) {
        if (turns_.count(what) > 0) return true;
        return room && turns_.emplace(what).second;
    }

    // What is of the future by more than a look takes was there before the clock was set back:
    // nobody writes it now.
    bool is_fresh(core::Instant changed, std::uint32_t seconds) const {
        constexpr std::int64_t look_seconds_max = 3600;
        return seconds > 0 && is_young(changed, now_, seconds) &&
               !is_young(changed, now_, -look_seconds_max);
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
        if (!belongs_to_set(member.parsed)) return odd_.push_back(std::move(member));
        Group& group = groups_[member.parsed.name.identity.text()];
        // What makes it a set always has a place.
        const bool is_last = member.parsed.name.prefix == core::Prefix::GO ||
                             member.parsed.name.prefix == core::Prefix::TD;
        if (is_last || group.members.size() < members_max)
            group.members.push_back(std::move(member));
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
        const bool waits =
            is_fresh(newest, limits_.quiet_seconds) ||
            (kind == FoundKind::set && trigger != nullptr && is_sent_again(group, newest));
        const auto ready = ready_.find(identity);
        if (trigger != nullptr && !waits && ready != ready_.end()) {
            report(kind, std::move(names), std::min(trigger->facts.changed, now_), ready->second);
            landing_.found.back().newest = newest;
            landing_.found.back().trigger = Trigger{trigger->name, trigger->facts};
        } else if (trigger == nullptr && !is_young(newest, now_, limit_seconds())) {
            report(FoundKind::half_set, std::move(names), newest);
        } else {
            landing_.waiting.push_back(
                {partner_, name_, identity, group.members.size(), bytes, newest});
        }
    }

    // Does its sender send it again, over what lies there? GO goes with what was put before it; who
    // goes on changing that waits no longer than who never sends GO.
    bool is_sent_again(const Group& group, core::Instant newest) const {
        core::Instant go{0};
        for (const Member& member : group.members)
            if (member.parsed.name.prefix == core::Prefix::GO)
                go = std::max(go, member.facts.changed);
        const std::int64_t behind = newest.microseconds - go.microseconds;
        return behind > std::int64_t{limits_.together_seconds} * 1'000'000 &&
               is_fresh(newest, limits_.sent_again_seconds) && is_young(go, now_, limit_seconds());
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
            if (go) landing_.found.back().trigger = Trigger{member.name, member.facts};
        }
    }

    Landing& landing_;
    const std::string& partner_;
    const LandingLimits& limits_;
    core::Instant now_;
    std::string name_;
    std::map<std::string, std::size_t, std::less<>> ready_;  // with their place in the folder
    std::set<std::string, std::less<>> turns_;  // what else is looked at in a crowded folder
    std::map<std::string, Group> groups_;
    std::vector<Member> odd_;
};

}  // namespace

static Landing look_once(const fs::path& partner_folder, const std::string& partner,
                         const LandingLimits& limits, core::Instant now) {
    Landing landing;
    Look looking(landing, partner, limits, now);
    const auto guarded = [&](const auto& work) {
        try {
            work();
        } catch (const core::Fault& fault) {
            landing.faults.push_back(fault);
        }
    };
    guarded([&] {
        if (!io::facts(partner_folder)) return;
        const io::Folder folder = io::Folder::open(partner_folder);
        for (const char* name : landing_folders)
            guarded([&] {
                if (const auto inner = folder.find_folder(name)) looking.folder(*inner, name);
            });
    });
    std::stable_sort(landing.found.begin(), landing.found.end(),
                     [](const Found& a, const Found& b) { return a.appeared < b.appeared; });
    return landing;
}

// What failed once is looked at once more before anybody else goes in front of it.
Landing look(const fs::path& partner_folder, const std::string& partner,
             const LandingLimits& limits, core::Instant now) {
    Landing landing = look_once(partner_folder, partner, limits, now);
    return landing.faults.empty() ? landing : look_once(partner_folder, partner, limits, now);
}

}  // namespace intake
