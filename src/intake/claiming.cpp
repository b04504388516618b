// Sets are taken out of the landing folders, also where their senders change them meanwhile and
// where a crash left them half taken.
#include <algorithm>
#include <limits>

#include "intake/claim_folder.hpp"

namespace intake {

namespace fs = std::filesystem;

// Does what lies in the landing folder of a claim belong to it?
static bool belongs_beside(const std::string& name, const Claim& claim) {
    const std::string& first = claim.names.front();
    const auto parsed = core::parse_file_name(name), known = core::parse_file_name(first);
    if (claim.kind != FoundKind::misnamed)
        return belongs_to_set(parsed) && parsed.name.identity.text() == known.name.identity.text();
    return is_go(first) && !belongs_to_set(parsed) &&
           (name.rfind("FI.", 0) == 0 || name.rfind("FS.", 0) == 0) &&
           name.compare(3, first.size() - 3, first, 3, std::string::npos) == 0;
}

static bool is_td(const std::string& name) {
    return name.rfind("TD.", 0) == 0;
}

static bool move(const io::Folder& from, const std::string& name, const io::Folder& target,
                 Claim& claim) {
    if (!from.move(name, target)) return false;
    claim.names.push_back(name);
    return true;
}

// When the first member of a claim was moved, by the clock of the kernel, which ours need not
// follow. What changed later may have been sent again.
static core::Instant begin_of(const io::Folder& target, const Claim& claim) {
    core::Instant begin{std::numeric_limits<std::int64_t>::max()};
    for (const std::string& name : claim.names)
        if (const auto facts = target.facts(name)) begin = std::min(begin, facts->changed);
    return std::max(begin, claim.appeared);
}

// How many files its name says that a set has; 0: it does not.
static int total_of(const std::string& member) {
    const core::FileName name = core::parse_file_name(member).name;
    return name.elements == 6 ? 0 : name.total;
}

// What lies in the landing folder beside the members of a claim that are here.
struct Beside {
    std::vector<std::string> rest;  // goes to them
    bool is_mixed = false;          // changed since, where a member of the claim lay
    bool has_go = false;            // of its name
};

static Beside look_beside(const io::Folder& from, const io::Folder& target, const Claim& claim) {
    const bool is_read = claim.kind == FoundKind::set || claim.kind == FoundKind::cancel;
    const core::Instant begin = begin_of(target, claim);
    const auto go = std::find_if(claim.names.begin(), claim.names.end(), is_go);
    const int total = go == claim.names.end() ? 0 : total_of(*go);
    bool is_sent_again = false;
    Beside beside;
    std::vector<std::string> cancelling;
    auto entries = from.entries();
    for (auto batch = entries.next(1000); !batch.empty(); batch = entries.next(1000))
        for (const io::Entry& entry : batch) {
            if (!belongs_beside(entry.name, claim)) continue;
            const auto facts = from.facts(entry.name);
            if (!facts || facts->kind != io::Kind::regular) continue;
            const bool has_come =
                std::find(claim.names.begin(), claim.names.end(), entry.name) != claim.names.end();
            if (!has_come && !(is_read && facts->changed > begin)) {
                beside.rest.push_back(entry.name);
            } else if (is_td(entry.name) && !has_come) {
                cancelling.push_back(entry.name);
            } else {
                is_sent_again = true;
                beside.has_go = beside.has_go || (is_go(entry.name) && has_come);
                // Of another total it is another set.
                beside.is_mixed =
                    beside.is_mixed || (!has_come && (total == 0 || total_of(entry.name) == total));
            }
        }
    // Beside what is sent again TD cancels that too, at the next look.
    if (!is_sent_again) beside.rest.insert(beside.rest.end(), cancelling.begin(), cancelling.end());
    if (std::any_of(claim.names.begin(), claim.names.end(), is_td)) beside.is_mixed = false;
    return beside;
}

// As if it had never been claimed, but for what its sender has put in the place of a member. GO
// last, or it stays. Killed within it, what is left of the claim is half made as before. False:
// nothing came back, all was replaced.
static bool give_back(const io::Folder& from, const io::Folder& claims, const Claim& claim,
                      bool with_go = true) {
    const io::Folder folder = claims.folder(claim.key + taking);
    std::vector<std::string> names = claim.names;
    std::stable_partition(names.begin(), names.end(), [](const auto& one) { return !is_go(one); });
    bool came_back = false;
    for (const std::string& name : names)
        if (!is_go(name) || with_go) {
            came_back = folder.move(name, from) || came_back;
            discard(folder, name);
        }
    if (with_go) claims.remove_folder(claim.key + taking);
    return came_back;
}

// What its sender changed since it was looked at, he has not done with.
static bool is_as_seen(const io::Folder& from, const Found& found) {
    if (found.kind != FoundKind::set && found.kind != FoundKind::half_set) return true;
    return std::all_of(found.names.begin(), found.names.end(), [&](const std::string& name) {
        if (found.trigger && name == found.trigger->name) return true;
        const auto facts = from.facts(name);
        return facts && facts->changed <= found.newest;
    });
}

// Has GO or TD come to what was half a set?
static bool is_half_no_more(const io::Folder& from, const Found& found) {
    if (found.kind != FoundKind::half_set) return false;
    constexpr int total_max = 9;
    core::FileName name = core::parse_file_name(found.names.front()).name;
    for (name.total = 0; name.total <= total_max; ++name.total)
        for (const core::Prefix prefix : {core::Prefix::GO, core::Prefix::TD}) {
            name.prefix = prefix;
            name.elements = name.total == 0 ? 6 : 7;
            if (from.facts(name.text())) return true;
        }
    return false;
}

// No object's, where it is absent.
static io::Facts facts_of(const io::Folder& folder, const std::string& name) {
    return folder.facts(name).value_or(io::Facts{});
}

Claimer::Claimer(fs::path partners, const fs::path& claims, KeyIsUsed is_used)
    : partners_(std::move(partners)),
      into_(io::Folder::open(claims)),
      is_used_(std::move(is_used)) {
    for (const std::string& name : names_in(into_))
        if (name.back() == taking) keep_half(claim_named(without_mark(name)));
}

void Claimer::keep_half(Claim claim) {
    if (claim.kind == FoundKind::set && !claim.key.empty()) half_.push_back(std::move(claim));
}

// Claims of the same name that lie half made.
std::vector<Claim*> Claimer::half_of(const Found& found) {
    std::vector<Claim*> same;
    for (Claim& half : half_) {
        if (half.partner != found.partner || half.landing != found.landing || half.key.empty())
            continue;
        half.names = names_in(into_.folder(half.key + taking));
        if (!half.names.empty() && belongs_beside(found.names.front(), half)) same.push_back(&half);
    }
    return same;
}

// They give way to what is found. Something came back: it is to be looked for again. What never had
// a GO of its own does not go by that of the claim.
bool Claimer::gives_way(const Found& found) {
    bool came_back = false;
    for (Claim* half : half_of(found)) {
        const bool with_go = found.kind != FoundKind::half_set;
        came_back = give_back(*from_, into_, *half, with_go) || came_back;
        if (with_go) half->key.clear();
    }
    return came_back;
}

// GO that came before half a set was put is kept with it.
void Claimer::add_go(const Found& found, const io::Folder& target, Claim& taken) {
    if (found.kind != FoundKind::half_set) return;
    for (Claim* half : half_of(found)) {
        const io::Folder folder = into_.folder(half->key + taking);
        for (const std::string& name : half->names) move(folder, name, target, taken);
        remove_folder(into_, half->key + taking);
        half->key.clear();
    }
}

// False: it was killed before its first move, or its sender is about to send it again. When GO of
// that has come it gives way, and the next look finds what lies there.
static bool finish_claim(const fs::path& partners, const io::Folder& claims, Claim& claim) {
    const io::Folder folder = claims.folder(claim.key + taking);
    const fs::path place = partners / claim.partner;
    if (claim.names.empty()) {
        claims.remove_folder(claim.key + taking);
        return false;
    }
    order(claim);
    if (claim.kind != FoundKind::foreign && !claim.landing.empty() && io::facts(place)) {
        if (const auto from = io::Folder::open(place).find_folder(claim.landing)) {
            const Beside beside = look_beside(*from, folder, claim);
            if (beside.is_mixed) {
                if (beside.has_go) give_back(*from, claims, claim);
                return false;
            }
            for (const std::string& name : beside.rest) move(*from, name, folder, claim);
        }
    }
    claims.rename(claim.key + taking, claims, claim.key, io::Replace::no);
    return true;
}

std::optional<Claim> Claimer::take_once(const Found& found) {
    if (const fs::path at = fs::path(found.partner) / found.landing; at != at_) {
        at_.clear();
        from_.emplace(io::Folder::open(partners_ / found.partner).folder(found.landing));
        at_ = at;
    }
    const auto& trigger = found.trigger;
    const io::Facts now = trigger ? facts_of(*from_, trigger->name) : io::Facts{};
    if (trigger && !(now.same_object(trigger->facts) && now.changed == trigger->facts.changed))
        return {};
    if (is_half_no_more(*from_, found) || !is_as_seen(*from_, found) || gives_way(found)) return {};
    Claim taken{key_of(found), found.kind, found.partner, found.landing, found.appeared, {}};
    for (int copy = 1; into_.facts(taken.key) || (is_used_ && is_used_(found, taken.key)) ||
                       !into_.make_folder(taken.key + taking);
         ++copy)
        taken.key = key_of(found) + "~" + std::to_string(copy);
    begun_ = taken.key;
    const io::Folder target = into_.folder(taken.key + taking);
    add_go(found, target, taken);
    bool is_whole = !trigger || move(*from_, trigger->name, target, taken);
    const bool is_ours = is_whole;
    for (const std::string& name : found.names)
        if (is_ours && !(trigger && name == trigger->name))
            is_whole = move(*from_, name, target, taken) && is_whole;
    if (taken.names.empty()) {
        into_.remove_folder(taken.key + taking);
        return {};
    }
    // Replaced in this very moment: what lies there now belongs to the GO that was moved.
    const io::Facts moved = trigger ? facts_of(target, trigger->name) : io::Facts{};
    if (!(moved.same_object(now) && moved.modified == now.modified)) is_whole = false;
    if (!is_whole || is_half_no_more(*from_, found)) {
        const Beside beside = look_beside(*from_, target, taken);
        if (beside.is_mixed) {
            keep_half(std::move(taken));
            return {};
        }
        for (const std::string& name : beside.rest) move(*from_, name, target, taken);
    }
    order(taken);
    into_.rename(taken.key + taking, into_, taken.key, io::Replace::no);
    return taken;
}

// A claim that was begun goes on as after a crash.
std::optional<Claim> Claimer::take(const Found& found) {
    begun_.clear();
    try {
        return take_once(found);
    } catch (const core::Fault&) {  // once more, before anybody else goes in front of it
        if (begun_.empty() || !into_.facts(begun_ + taking)) return take_once(found);
        Claim begun = claim_named(begun_);
        begun.names = names_in(into_.folder(begun_ + taking));
        if (begun.names.empty()) {
            finish_claim(partners_, into_, begun);
            return take_once(found);
        }
        if (!finish_claim(partners_, into_, begun)) return {};
        order(begun);
        return begun;
    }
}

static void add_unfinished(const fs::path& partners, const io::Folder& folder,
                           const std::string& name, std::vector<Claim>& list) {
    const auto facts = folder.facts(name);
    if (!facts || facts->kind != io::Kind::folder) return;
    Claim one = claim_named(without_mark(name));
    if (one.key.empty()) return;
    one.names = names_in(folder.folder(name));
    if (one.key != name && !finish_claim(partners, folder, one)) return;
    order(one);
    list.push_back(std::move(one));
}

std::vector<Claim> unfinished(const fs::path& claims, const fs::path& partners,
                              std::vector<core::Fault>& faults) {
    std::vector<Claim> list;
    if (!io::facts(claims)) return list;
    const io::Folder folder = io::Folder::open(claims);
    for (const std::string& name : names_in(folder)) {
        try {
            try {
                add_unfinished(partners, folder, name, list);
            } catch (const core::Fault&) {  // once more, as above
                add_unfinished(partners, folder, name, list);
            }
        } catch (const core::Fault& fault) {
            faults.push_back(fault);
        }
    }
    std::sort(list.begin(), list.end(),
              [](const Claim& a, const Claim& b) { return comes_first(a, b); });
    return list;
}

}  // namespace intake
