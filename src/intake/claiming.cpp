// Sets are taken out of the landing folders, also where their senders change them meanwhile and
// where a crash left them half taken.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>

#include "core/fault.hpp"
#include "intake/landing.hpp"

namespace intake {

namespace fs = std::filesystem;

static constexpr std::array<const char*, 5> kind_names{"set", "cancel", "half", "misnamed",
                                                       "foreign"};

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

std::string key_prefix(core::Instant appeared) {
    std::array<char, 32> instant{};
    std::snprintf(instant.data(), instant.size(), "%020lld",
                  static_cast<long long>(appeared.microseconds));
    return instant.data();
}

// instant-kind-partner-landing-name, so that after a crash the folder alone tells what it is.
static std::string key_of(const Found& found) {
    std::string name;
    for (const char c : found.names.front().substr(0, 80)) {
        const bool plain =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
        name += plain ? c : '_';
    }
    return key_prefix(found.appeared) + "-" +
           kind_names.at(static_cast<std::size_t>(found.kind)) + "-" + found.partner + "-" +
           found.landing + "-" + name;
}

Claimer::Claimer(fs::path partners, const fs::path& claims, KeyIsUsed is_used)
    : partners_(std::move(partners)),
      into_(io::Folder::open(claims)),
      is_used_(std::move(is_used)) {}

// As a claim is read: by name, but the GO of what is misnamed first.
static void order(Claim& claim) {
    std::sort(claim.names.begin(), claim.names.end());
    if (claim.kind == FoundKind::misnamed)
        std::stable_partition(claim.names.begin(), claim.names.end(), is_go);
}

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

// What is left of a claim's members in its landing folder goes to them.
static void move_the_rest(const io::Folder& from, const io::Folder& target, Claim& claim) {
    std::vector<std::string> missing;
    auto entries = from.entries();
    for (auto batch = entries.next(1000); !batch.empty(); batch = entries.next(1000))
        for (const io::Entry& entry : batch)
            if (entry.kind == io::Kind::regular && belongs_beside(entry.name, claim))
                missing.push_back(entry.name);
    for (const std::string& name : missing)
        if (from.rename(name, target, name, io::Replace::no)) claim.names.push_back(name);
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

// False: the sender took it away between the look and the move.
static bool move(const io::Folder& from, const std::string& name, const io::Folder& target,
                 Claim& taken) {
    try {
        if (from.rename(name, target, name, io::Replace::no)) taken.names.push_back(name);
    } catch (const core::Fault&) {
        if (from.facts(name)) throw;
        return false;
    }
    return true;
}

// No object's, where it is absent.
static io::Facts facts_of(const io::Folder& folder, const std::string& name) {
    return folder.facts(name).value_or(io::Facts{});
}

std::optional<Claim> Claimer::take(const Found& found) {
    if (const fs::path at = fs::path(found.partner) / found.landing; at != at_) {
        from_.emplace(io::Folder::open(partners_ / found.partner).folder(found.landing));
        at_ = at;
    }
    const auto& trigger = found.trigger;
    const io::Facts now = trigger ? facts_of(*from_, trigger->name) : io::Facts{};
    if (trigger && !(now.same_object(trigger->facts) && now.changed == trigger->facts.changed))
        return {};
    if (is_half_no_more(*from_, found)) return {};
    Claim taken{key_of(found), found.kind, found.partner, found.landing, found.appeared, {}};
    for (int copy = 1; into_.facts(taken.key) || (is_used_ && is_used_(taken)) ||
                       !into_.make_folder(taken.key + taking);
         ++copy)
        taken.key = key_of(found) + "~" + std::to_string(copy);
    const io::Folder target = into_.folder(taken.key + taking);
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
    if (!is_whole || is_half_no_more(*from_, found)) move_the_rest(*from_, target, taken);
    order(taken);
    into_.rename(taken.key + taking, into_, taken.key, io::Replace::no);
    return taken;
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
        if (const auto from = io::Folder::open(place).find_folder(claim.landing))
            move_the_rest(*from, folder, claim);
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
        order(one);
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
