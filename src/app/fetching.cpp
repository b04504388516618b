#include "app/fetching.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "app/channel_pace.hpp"
#include "core/fault.hpp"
#include "core/file_name.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"

namespace app {

namespace fs = std::filesystem;
using channel::FarEntry;
using channel::Trouble;
using channel::TroubleKind;

namespace {

constexpr const char* boxes[] = {"IN", "INTEST", "INTEST-S"};
constexpr std::size_t names_max = 1'000'000;
constexpr std::string_view unfinished = ".part", taken_extension = ".taken";
constexpr std::size_t taken_bytes_max = 128 << 20;

struct FarSet {
    std::vector<FarEntry> members;  // GO or TD last
    bool complete = false;
    std::uint64_t bytes = 0;
};

bool is_last(const std::string& name) {
    return name.rfind("GO.", 0) == 0 || name.rfind("TD.", 0) == 0;
}

const char* box_of(core::Environment environment) {
    return environment == core::Environment::R   ? boxes[0]
           : environment == core::Environment::T ? boxes[1]
                                                 : boxes[2];
}

// A folder of spool/work/fetch that got its final name.
bool is_ours(const std::string& name) {
    core::FileIdentity identity;
    return core::parse_identity(name, identity) && identity.text() == name;
}

// By identity; what bears no name of the channel is left where it lies.
std::map<std::string, FarSet> sets_in(const std::vector<FarEntry>& entries) {
    std::map<std::string, FarSet> sets;
    for (const FarEntry& entry : entries) {
        const auto parsed = core::parse_file_name(entry.name);
        if (!parsed.good() || parsed.name.prefix == core::Prefix::FO ||
            parsed.name.prefix == core::Prefix::CO)
            continue;
        FarSet& set = sets[parsed.name.identity.text()];
        set.complete = set.complete || is_last(entry.name);
        // A server may say any number: their sum must not begin anew.
        set.bytes += std::min(entry.bytes, ~std::uint64_t{0} - set.bytes);
        set.members.push_back(entry);
    }
    for (auto& [identity, set] : sets)
        std::stable_partition(set.members.begin(), set.members.end(),
                              [](const FarEntry& entry) { return !is_last(entry.name); });
    return sets;
}

// One partner's turn on one channel.
class Fetcher {
  public:
    Fetcher(Home& home, const job::Partner& partner, const job::Channel& channel,
            channel::Until until)
        : home_(home),
          partner_(partner),
          channel_(channel),
          until_(until),
          staging_(home.work() / "fetch" / partner.number) {}

    // One set that is refused, or whose name is taken, does not hold up the others; the first of
    // their troubles is thrown at the end.
    void run(std::size_t& count) {
        far_ = open_channel(home_, channel_);
        std::set<std::string> folders;
        for (const char* box : boxes) folders.insert(far_folder(channel_, box));
        std::vector<Lying> lying;
        for (const std::string& folder : folders)
            for (auto& [identity, set] : sets_in(far_->list(folder, names_max)))
                // What was taken and not cleared away to its end has perhaps no GO any more.
                if (set.complete || io::facts(staging_ / identity))
                    lying.push_back({folder, identity, std::move(set)});
        forget_others(lying);
        std::optional<Trouble> first;
        for (const Lying& one : lying) {
            try {
                if (&one != &lying.front()) channel::check_time(until_, one.identity);
                if (is_another(one)) {
                    put_into_landing(home_, partner_.number, one.identity);
                    forget(one);
                }
                if (!io::facts(staging_ / one.identity)) {
                    if (!one.set.complete) continue;
                    take(one);
                    ++count;
                }
                put_into_landing(home_, partner_.number, one.identity);
                clear(one);
            } catch (const Trouble& trouble) {
                if (first && trouble.kind() == TroubleKind::paused) break;
                if (!is_of_one_set(trouble)) throw;
                if (!first) first = trouble;
            }
        }
        if (first) throw Trouble(*first);
    }

    static bool is_of_one_set(const Trouble& trouble) {
        return trouble.kind() == TroubleKind::refused || trouble.kind() == TroubleKind::taken;
    }

    // Ours by name, but perhaps not moved yet when a crash came.
    static void put_into_landing(Home& home, const std::string& number,
                                 const std::string& identity) {
        core::FileIdentity name;
        if (!core::parse_identity(identity, name)) return;
        const fs::path from = home.work() / "fetch" / number / identity;
        const fs::path to = home.partner_folder(number) / box_of(name.environment);
        auto names = io::list(from, names_max);
        if (names.empty()) return;
        std::stable_partition(names.begin(), names.end(),
                              [](const std::string& one) { return !is_last(one); });
        const io::Folder source = io::Folder::open_own(from), target = io::Folder::open_own(to);
        for (const std::string& one : names) {
            if (is_last(one)) target.sync();
            if (!source.rename(one, target, one, io::Replace::no))
                throw Trouble(TroubleKind::taken, one + " lies in " + home.shown(to) +
                                                      " already: it waits until that is received");
            io::crash_point("fetch.moved");
        }
        target.sync();
        source.sync();
    }

  private:
    struct Lying {
        std::string folder, identity;
        FarSet set;
    };

    // A set that is no longer whole over there cannot come a second time; one of its name that
    // comes later is another one, and does not go on with what came of this one.
    void forget_others(const std::vector<Lying>& lying) const {
        if (!io::facts(staging_)) return;
        for (const std::string& name : io::list(staging_, names_max)) {
            const auto same = [&](const Lying& one) {
                return name == one.identity || name == growing_name(one) ||
                       name == taken_name(one.identity);
            };
            if (std::any_of(lying.begin(), lying.end(), same)) continue;
            if (!is_ours(name))
                remove_growing(name);
            else if (io::list(staging_ / name, names_max).empty())  // else it still waits for IN
                io::Folder::open_own(staging_).remove_folder(name);
        }
    }

    // A folder of members, or what lay there when a set was taken.
    void remove_growing(const std::string& name) const {
        std::error_code error;
        fs::remove_all(staging_ / name, error);
        if (error) throw core::system_fault("remove", home_.shown(staging_ / name), error.value());
    }

    // What lay there when a set was taken: what comes later under the same name is another one.
    static std::string taken_name(const std::string& identity) {
        return identity + std::string(taken_extension);
    }

    static std::string line_of(const FarEntry& entry) {
        return entry.name + " " + std::to_string(entry.bytes) + " " +
               std::to_string(entry.modified) + "\n";
    }

    bool is_another(const Lying& one) const {
        const auto taken = io::find_file(staging_ / taken_name(one.identity), taken_bytes_max);
        if (!taken || !io::facts(staging_ / one.identity)) return false;
        const std::string lines = "\n" + *taken;
        return std::any_of(one.set.members.begin(), one.set.members.end(), [&](const auto& entry) {
            return lines.find("\n" + line_of(entry)) == std::string::npos;
        });
    }

    void forget(const Lying& one) const {
        io::Folder::open_own(staging_).remove_folder(one.identity);
        io::remove_file(staging_ / taken_name(one.identity));
    }

    static std::string growing_name(const Lying& one) {
        return one.identity + std::string(unfinished);
    }

    void take(const Lying& one) {
        const auto& [folder, identity, set] = one;
        const std::uint64_t bytes_max = home_.settings().fetch_bytes_max;
        if (set.bytes > bytes_max)
            throw Trouble(TroubleKind::refused, identity + " has " + std::to_string(set.bytes) +
                                                    " bytes there, more than fetch-bytes-max: "
                                                    "raise fetch-bytes-max, or have the partner "
                                                    "split it");
        const fs::path growing = staging_ / growing_name(one);
        io::make_folders(growing);
        for (const FarEntry& entry : set.members)
            download(*far_, channel::join(folder, entry.name), entry.bytes, growing / entry.name,
                     until_);
        // A member that was taken back meanwhile leaves nothing behind.
        for (const std::string& name : io::list(growing, names_max)) {
            const auto known = [&](const FarEntry& entry) { return entry.name == name; };
            if (std::none_of(set.members.begin(), set.members.end(), known))
                io::remove_file(growing / name);
        }
        io::sync_folder(growing);
        std::string taken;
        for (const FarEntry& entry : set.members) taken += line_of(entry);
        io::write_file(staging_ / taken_name(identity), taken);
        io::crash_point("fetch.whole");
        const io::Folder here = io::Folder::open_own(staging_);
        here.rename(growing_name(one), here, identity, io::Replace::no);
        here.sync();
        io::crash_point("fetch.named");
    }

    // GO first: without it nobody takes the set any more. Remembered until all of it is away.
    void clear(const Lying& one) {
        const std::string& taken = home_.settings().fetch_taken_folder;
        const auto& members = one.set.members;
        for (auto entry = members.rbegin(); entry != members.rend(); ++entry) {
            const std::string path = channel::join(one.folder, entry->name);
            if (taken.empty())
                far_->remove(path);
            else
                far_->rename(path, channel::join(channel::join(one.folder, taken), entry->name));
            io::crash_point("fetch.cleared");
        }
        forget(one);
    }

    Home& home_;
    const job::Partner& partner_;
    const job::Channel& channel_;
    channel::Until until_;
    fs::path staging_;
    std::unique_ptr<channel::Far> far_;
};

// Whatever becomes of the connection, or of the channel: what is ours already goes on.
void finish_begun(Home& home, const std::string& number) {
    const fs::path folder = home.work() / "fetch" / number;
    const auto facts = io::facts(folder);
    if (!facts || facts->kind != io::Kind::folder) return;
    for (const std::string& name : io::list(folder, names_max)) {
        try {
            if (is_ours(name)) Fetcher::put_into_landing(home, number, name);
        } catch (const Trouble&) {
            // Its name is taken there. What still lies over there is told of when it is looked at.
        }
    }
}

using Turns = std::vector<std::pair<const job::Partner*, const job::Channel*>>;

// All partners, each with its channel.
class Fetching {
  public:
    Fetching(Home& home, channel::Until until) : home_(home), until_(until) {}

    Fetched run(const Turns& turns) {
        for (const std::string& number : io::list(home_.work() / "fetch", names_max))
            guarded([&] { finish_begun(home_, number); });
        for (const auto& [partner, channel] : turns)
            guarded([&, &partner = *partner, &channel = *channel] { fetch(partner, channel); });
        return std::move(fetched_);
    }

  private:
    // A fault of our own disk is not the channel's: the others go on, and it is thrown behind them.
    template <typename Work>
    void guarded(const Work& work) {
        try {
            work();
        } catch (const core::Fault&) {
            if (!fetched_.fault) fetched_.fault = std::current_exception();
        }
    }

    void fetch(const job::Partner& partner, const job::Channel& channel) {
        ChannelPace pace(home_, partner.number);
        if (!pace.may_try(channel)) return;
        try {
            Fetcher(home_, partner, channel, until_).run(fetched_.sets);
            pace.worked(channel);
        } catch (const Trouble& trouble) {
            pace.failed(channel, trouble);
            const bool paused = trouble.kind() == TroubleKind::paused;
            if (paused && !paused_) end_turn_at(home_, "fetch", partner.number);
            paused_ = paused_ || paused;
        }
        fetched_.troubles.insert(fetched_.troubles.end(), pace.words().begin(), pace.words().end());
    }

    Home& home_;
    channel::Until until_;
    Fetched fetched_;
    bool paused_ = false;
};

}  // namespace

Fetched fetch_from_partners(Home& home, channel::Until until) {
    Turns turns;
    for (const job::Partner* partner : partners_in_turn(home, "fetch"))
        for (const job::Channel& channel : partner->channels)
            if (channel.kind == "fetch" && in_force(channel, home.today()))
                turns.emplace_back(partner, &channel);
    const fs::path folder = home.work() / "fetch";
    if (turns.empty() && !io::facts(folder)) return {};
    io::make_folders(folder);
    const auto lock = io::Lock::try_take(home.work() / "fetch.lock", "fetch");
    return lock ? Fetching(home, until).run(turns) : Fetched();
}

}  // namespace app
