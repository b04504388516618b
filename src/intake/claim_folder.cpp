#include "intake/claim_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace intake {

namespace fs = std::filesystem;

static constexpr std::array<const char*, 5> kind_names{"set", "cancel", "half", "misnamed",
                                                       "foreign"};

// The order in which what was found is taken up, also after a crash: numbers are drawn in it.
static bool stands_before(core::Instant a_at, const std::string& a_partner,
                          const std::vector<std::string>& a_names, core::Instant b_at,
                          const std::string& b_partner, const std::vector<std::string>& b_names) {
    return std::tie(a_at, a_partner, a_names) < std::tie(b_at, b_partner, b_names);
}

bool comes_first(const Found& a, const Found& b) {
    return stands_before(a.appeared, a.partner, a.names, b.appeared, b.partner, b.names);
}

bool comes_first(const Claim& a, const Claim& b) {
    return stands_before(a.appeared, a.partner, a.names, b.appeared, b.partner, b.names);
}

std::string without_mark(std::string name) {
    if (!name.empty() && name.back() == taking) name.pop_back();
    return name;
}

std::string key_of(const Found& found) {
    std::string name;
    for (const char c : found.names.front().substr(0, 80)) {
        const bool plain =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
        name += plain ? c : '_';
    }
    return key_prefix(found.appeared) + "-" + kind_names.at(static_cast<std::size_t>(found.kind)) +
           "-" + found.partner + "-" + found.landing + "-" + name;
}

void order(Claim& claim) {
    std::sort(claim.names.begin(), claim.names.end());
    if (claim.kind == FoundKind::misnamed)
        std::stable_partition(claim.names.begin(), claim.names.end(), is_go);
}

std::vector<std::string> names_in(const io::Folder& folder) {
    std::vector<std::string> names;
    auto entries = folder.entries();
    for (auto batch = entries.next(1000); !batch.empty(); batch = entries.next(1000))
        for (const io::Entry& entry : batch) names.push_back(entry.name);
    return names;
}

// However deep the folders are that a sender planted: what is in them is moved up, so that never
// more than two are open. No link is followed.
void remove_folder(const io::Folder& claims, const std::string& name) {
    const io::Folder folder = claims.folder(name);
    std::size_t moved = 0;
    for (auto batch = folder.entries().next(1000); !batch.empty();
         batch = folder.entries().next(1000))
        for (const io::Entry& entry : batch) {
            const auto facts = folder.facts(entry.name);
            if (!facts || ::unlinkat(folder.fd(), entry.name.c_str(), AT_REMOVEDIR) == 0) continue;
            if (facts->kind != io::Kind::folder) {
                folder.remove(entry.name);
                continue;
            }
            const io::Folder inner = folder.folder(entry.name);
            for (auto more = inner.entries().next(1000); !more.empty();
                 more = inner.entries().next(1000))
                for (const io::Entry& one : more)
                    while (
                        !inner.rename(one.name, folder, std::to_string(++moved), io::Replace::no))
                        continue;
            folder.remove_folder(entry.name);
        }
    claims.remove_folder(name);
}

void discard(const io::Folder& folder, const std::string& name) {
    const auto facts = folder.facts(name);
    if (facts && facts->kind == io::Kind::folder)
        remove_folder(folder, name);
    else if (facts)
        folder.remove(name);
}

Claim claim_named(const std::string& key) {
    Claim one;
    const std::size_t kind = key_prefix({}).size() + 1, partner = key.find('-', kind) + 1;
    if (key.find_first_not_of("0123456789") != kind - 1 || partner == 0) return one;
    one.appeared = core::Instant{std::stoll(key)};
    for (std::size_t k = 0; k < kind_names.size(); ++k)
        if (key.compare(kind, partner - 1 - kind, kind_names[k]) == 0)
            one.kind = static_cast<FoundKind>(k);
    // A partner's folder and a landing may have a dash in their names, the member has none.
    const std::string place = key.substr(partner, key.rfind('-') - partner);
    for (const std::string landing : landing_folders)
        if (place.ends_with("-" + landing)) {
            one.key = key;
            one.landing = landing;
            one.partner = place.substr(0, place.size() - landing.size() - 1);
        }
    return one;
}

std::vector<Claim> claims_lying(const fs::path& claims) {
    std::vector<Claim> list;
    if (!io::facts(claims)) return list;
    const io::Folder folder = io::Folder::open(claims);
    for (const std::string& name : names_in(folder)) {
        Claim one = claim_named(name);
        if (one.key.empty() || name.back() == taking) continue;
        try {
            one.names = names_in(folder.folder(name));
        } catch (const core::Fault&) {  // it gave way meanwhile
            continue;
        }
        order(one);
        if (!one.names.empty()) list.push_back(std::move(one));
    }
    return list;
}

void remove_claim(const fs::path& claims, const Claim& claim) {
    const fs::path folder = claims / claim.key;
    for (const std::string& name : claim.names) ::unlink((folder / name).c_str());
    if (::rmdir(folder.c_str()) != 0 && io::facts(folder))
        remove_folder(io::Folder::open(claims), claim.key);
}

}  // namespace intake
