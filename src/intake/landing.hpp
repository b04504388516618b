#pragma once
// What lies in a partner's landing folders, grouped into sets, and taken out of his reach. The
// sender can still write, rename and plant names there, so nothing is opened by path, no link is
// followed, and only what was moved into our own folder is read.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/fault.hpp"
#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "io/file.hpp"

namespace intake {

inline constexpr const char* landing_folders[] = {"IN", "INTEST", "INTEST-S"};

enum class FoundKind : unsigned char {
    set,       // GO is there
    cancel,    // TD is there
    half_set,  // neither, and older than the limit
    misnamed,  // a name outside the grammar
    foreign,   // not a regular file of its own: link, FIFO, device, folder, hard link
};

// The GO or TD that makes a set or a cancellation of what lies there, as it was seen.
struct Trigger {
    std::string name;
    io::Facts facts;
};

struct Found {
    FoundKind kind = FoundKind::set;
    std::string partner;             // whose folder it is
    std::string landing;             // IN, INTEST, INTEST-S
    std::vector<std::string> names;  // raw, as the folder holds them
    core::Instant appeared;          // when the kernel saw GO (or TD, or the object) appear
    // Of a set or a cancellation: which of its folder's it is, as the folder lists them, from 1.
    std::size_t place = 0;
    std::optional<Trigger> trigger;
    core::Instant newest{0};  // when the last of its members was changed
};

struct LandingLimits {
    std::uint32_t half_set_hours_max = 24;
    std::uint32_t quiet_seconds = 0;
    // What changed so long behind its GO is being sent again, and waits for the next GO, or until
    // it is quiet for so long.
    std::uint32_t together_seconds = 10, sent_again_seconds = 60;
    std::size_t found_max = 10'000;  // of one call and folder; the rest is found by the next
    // Names of a folder that is looked at whole. In a crowded one whole sets are found as ever, and
    // of all else what the first so many names belong to: the rest has its turn when that is gone.
    std::size_t names_whole_max = 20'000;
};

// A member of a set or of a cancellation; numbering faults are faults of the set.
bool belongs_to_set(const core::ParsedName& parsed);

// The order in which claims are taken up: oldest first, and the same after a crash.
bool comes_first(const Found& a, const Found& b);

struct Waiting {  // half a set that is still young
    std::string partner, landing, identity;
    std::size_t members = 0;
    std::uint64_t bytes = 0;
    core::Instant since;
};

struct Crowd {  // a folder with more than names_whole_max names
    std::string partner, landing;
    std::size_t names = 0;
};

struct Landing {
    std::vector<Found> found;  // oldest first
    std::vector<Waiting> waiting;
    std::vector<Crowd> crowded;
    std::vector<core::Fault> faults;     // folders that cannot be read; the others were
    std::set<std::string> cut;           // folders that may have more than `found_max`
    std::uint64_t bytes = 0, files = 0;  // all that lies there
};

// Looks at one partner's folders. A folder that is absent is empty.
Landing look(const std::filesystem::path& partner_folder, const std::string& partner,
             const LandingLimits& limits, core::Instant now);

// What was taken: a folder of our own whose name holds the key.
struct Claim {
    std::string key;  // unique, a valid file name; begins with the instant of appearance
    FoundKind kind = FoundKind::set;
    std::string partner, landing;
    core::Instant appeared;
    std::vector<std::string> names;  // what is in it
};

// What the keys of claims from this instant on begin with; those of earlier ones sort before it.
std::string key_prefix(core::Instant appeared);
// Whether a claim of this key was recorded before, or copies of it are kept where those of what is
// found would lie. Without it a name that comes again at the same instant, by a clock that stands
// still, would have the key of the first.
using KeyIsUsed = std::function<bool(const Found&, const std::string& key)>;

// Takes sets out of the landing folders of many partners.
class Claimer {
  public:
    Claimer(std::filesystem::path partners, const std::filesystem::path& claims,
            KeyIsUsed is_used = {});
    // Moves the members into claims/KEY/, GO or TD first: from then on the set is ours as it is,
    // also where its sender changes it meanwhile. Nothing is taken of what he took back or
    // replaced since it was found: the next look sees what it has become. A set that is sent again
    // while its claim lies half made is never mixed with it: the claim waits for GO, and is given
    // back to the landing folder then, or becomes half a set without. Durable after the caller's
    // flush.
    std::optional<Claim> take(const Found& found);

  private:
    std::optional<Claim> take_once(const Found& found);
    std::filesystem::path partners_;
    io::Folder into_;
    void keep_half(Claim claim);
    std::vector<Claim*> half_of(const Found& found);
    bool gives_way(const Found& found);
    void add_go(const Found& found, const io::Folder& target, Claim& taken);

    KeyIsUsed is_used_;
    std::string begun_;         // key of the claim that is being made
    std::vector<Claim> half_;   // sets that lie half made; those given back have no key
    std::filesystem::path at_;  // the landing folder that is open: mostly the next one's too
    std::optional<io::Folder> from_;
};
// Claims that a crash left behind, in the order of comes_first. What a crash left of their members
// in the landing zone is moved to them first, but for those that wait (Claimer::take). One that
// cannot be taken up stays as it is, and why is added to `faults`.
std::vector<Claim> unfinished(const std::filesystem::path& claims,
                              const std::filesystem::path& partners,
                              std::vector<core::Fault>& faults);
// Whole claims, as they lie there now; reads only, beside whoever receives.
std::vector<Claim> claims_lying(const std::filesystem::path& claims);
void remove_claim(const std::filesystem::path& claims, const Claim& claim);

}  // namespace intake
