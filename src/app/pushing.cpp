#include "app/pushing.hpp"

#include <algorithm>
#include <optional>

#include "app/channel_pace.hpp"
#include "app/dispatch.hpp"
#include "app/json.hpp"
#include "app/sending.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "outbox/names.hpp"

namespace app {

namespace fs = std::filesystem;
using channel::Trouble;
using ledger::OutgoingKind;
using ledger::OutgoingState;

namespace {

constexpr const char* boxes[] = {"OUT", "OUTTEST", "OUTTEST-S"};
constexpr std::size_t names_max = 10'000'000;

bool goes_out(const job::Channel& channel) {
    return channel.kind == "push" || channel.kind == "folder";
}

struct Transferred {
    ledger::Outgoing row;
    std::string channel;
};

// One partner's turn.
class Pusher {
  public:
    Pusher(Home& home, const job::Partner& partner, channel::Until until)
        : home_(home), partner_(partner), until_(until), pace_(home, partner.number) {
        for (const job::Channel& one : partner.channels)
            if (in_force(one, home.today()) && one.kind != "fetch") channels_.push_back(&one);
    }

    // Also without a channel in force there may be something that was begun or hidden.
    bool concerns() const { return has_server() || io::facts(begun_folder()); }

    bool has_server() const {
        return std::any_of(channels_.begin(), channels_.end(),
                           [](const auto* one) { return goes_out(*one); });
    }

    void run() {
        if (io::facts(begun_folder())) io::sweep_temporaries(begun_folder());
        std::vector<ledger::Outgoing> waiting = look();
        finish_begun(waiting);
        if (!has_server()) {
            leave_to_partner(waiting);
            if (io::list(begun_folder(), names_max).empty())
                io::Folder::open_own(channels_folder(home_)).remove_folder(partner_.number);
            return;
        }
        for (const job::Channel* channel : channels_) {
            if (waiting.empty()) return;
            if (!goes_out(*channel)) return leave_to_partner(waiting);
            if (pace_.may_try(*channel) && push(*channel, waiting)) return;
            if (!pace_.gave_up(*channel)) return;
        }
    }

    const std::vector<Transferred>& done() const { return done_; }
    bool paused() const { return paused_; }
    std::vector<std::string> troubles() const {
        std::vector<std::string> all = pace_.words();
        all.insert(all.end(), troubles_.begin(), troubles_.end());
        return all;
    }

    // Out of OUT; its second names in the archive stay.
    void clear(const ledger::Outgoing& row) const {
        // A mark that outlived its set would hinder it when it is sent again.
        io::remove_file(mark(row));
        take_out(home_, row);
        io::crash_point("push.cleared");
    }

  private:
    static std::vector<std::string> set_names(const ledger::Outgoing& row) {
        return outbox::set_names(row.name, row.kind == OutgoingKind::parcel);
    }

    // Says that the set is whole over there and gets its names, by this channel and no other.
    fs::path mark(const ledger::Outgoing& row) const { return begun_folder() / row.name; }

    // Is there from the first set that is begun until there is no channel any more.
    fs::path begun_folder() const { return channels_folder(home_) / partner_.number; }

    // Rows of the sets that lie in OUT, in the order of their making. What was transferred before
    // is cleared away.
    std::vector<ledger::Outgoing> look() {
        std::vector<ledger::Outgoing> rows;
        for (const char* box : boxes) {
            const fs::path folder = home_.partner_folder(partner_.number) / box;
            const auto facts = io::facts(folder);
            if (!facts || facts->kind != io::Kind::folder) continue;
            for (const std::string& name : io::list(folder, names_max)) {
                if (name.rfind("FO.", 0) != 0 && name.rfind("CO.", 0) != 0) continue;
                const auto row = home_.ledger().find_outgoing(name);
                if (!row || row->recipient != partner_.number) continue;
                if (row->state == OutgoingState::transferred) clear(*row);
                if (row->state == OutgoingState::published) rows.push_back(*row);
            }
        }
        std::sort(rows.begin(), rows.end(),
                  [](const auto& a, const auto& b) { return a.id < b.id; });
        return rows;
    }

    // Sets that a cut or a crash met while they got their names stay with the channel on which they
    // did: on any other one they could arrive twice.
    void finish_begun(std::vector<ledger::Outgoing>& waiting) {
        std::map<std::string, std::vector<ledger::Outgoing>> begun;
        std::erase_if(waiting, [&](const ledger::Outgoing& row) {
            const auto name = io::find_file(mark(row));
            if (name) begun[*name].push_back(row);
            return name.has_value();
        });
        for (auto& [name, rows] : begun) {
            const auto found = std::find_if(
                channels_.begin(), channels_.end(),
                [&name = name](const auto* one) { return channel_name(*one) == name; });
            if (found != channels_.end()) {
                if (pace_.may_try(**found)) push(**found, rows);
                continue;
            }
            for (const ledger::Outgoing& row : rows)
                trouble(row.name + " was being renamed on " + name +
                        ", which is not in force in partners.xml: put it back, or, if the partner "
                        "has nothing of it, remove " +
                        home_.shown(mark(row)));
        }
    }

    // The partner comes by itself: what was hidden from it is shown again.
    void leave_to_partner(const std::vector<ledger::Outgoing>& waiting) const {
        for (const ledger::Outgoing& row : waiting) {
            const std::string go = set_names(row).back();
            const fs::path shown = home_.partner_folder(partner_.number) / row.folder / go;
            const fs::path kept = kept_folder(row) / go;
            if (!io::facts(shown) && io::facts(kept)) link_into(home_, kept, shown);
        }
    }

    void trouble(const std::string& words) {
        troubles_.push_back("channel of " + partner_.number + ": " + words);
    }

    // Without GO a partner that can also come by itself does not take what is on its way to it.
    void hide_from_partner(const ledger::Outgoing& row) const {
        const bool comes = std::any_of(channels_.begin(), channels_.end(),
                                       [](const auto* one) { return !goes_out(*one); });
        if (!comes) return;
        remove_shown(home_.partner_folder(partner_.number) / row.folder / set_names(row).back());
        io::crash_point("push.hidden");
    }

    fs::path kept_folder(const ledger::Outgoing& row) const {
        const auto identity = outbox::data_identity(row.name);
        ENSURE(identity.has_value());
        return home_.archive() / "out" / identity->date;
    }

    // True when all of them went.
    bool push(const job::Channel& channel, std::vector<ledger::Outgoing>& rows) {
        try {
            const auto far = open_channel(home_, channel);
            while (!rows.empty()) {
                if (const auto set = members(channel, rows.front())) {
                    push_set(*far, *set, channel, rows.front());
                    done_.push_back({rows.front(), channel.kind});
                    pace_.worked(channel);
                }
                rows.erase(rows.begin());
                if (!rows.empty()) channel::check_time(until_, rows.front().name);
            }
            return true;
        } catch (const Trouble& trouble) {
            pace_.failed(channel, trouble);
            paused_ = trouble.kind() == channel::TroubleKind::paused;
            return paused_;
        }
    }

    // The archive's names of it, which nobody else can touch; what `archive expire` took from there
    // still lies in OUT. None where a member is in neither place.
    std::optional<channel::Members> members(const job::Channel& channel,
                                            const ledger::Outgoing& row) {
        channel::Members set;
        set.folder = far_folder(channel, row.folder);
        for (const std::string& name : set_names(row)) {
            const fs::path kept = kept_folder(row) / name,
                           lies = home_.partner_folder(partner_.number) / row.folder / name;
            const fs::path& path = io::facts(kept) ? kept : lies;
            const auto facts = io::facts(path);
            const bool whole = facts && facts->kind == io::Kind::regular;
            if (!whole && !io::facts(mark(row))) {  // behind a mark only names count
                trouble(row.name + " is not sent: " + name + " is neither in the archive nor in " +
                        row.folder + "; restore it from a backup of the archive");
                return std::nullopt;
            }
            set.paths.push_back(path);
        }
        return set;
    }

    void push_set(channel::Far& far, const channel::Members& set, const job::Channel& channel,
                  const ledger::Outgoing& row) {
        if (!io::facts(mark(row))) {
            io::make_folders(begun_folder());
            hide_from_partner(row);
            if (upload(far, set, until_) == channel::Lying::all) return;
            io::crash_point("push.uploaded");
            io::write_file(mark(row), channel_name(channel));
            io::crash_point("push.marked");
        }
        reveal(far, set);
        io::crash_point("push.done");
    }

    Home& home_;
    const job::Partner& partner_;
    channel::Until until_;
    ChannelPace pace_;
    std::vector<const job::Channel*> channels_;  // in force, in order of preference
    std::vector<Transferred> done_;
    std::vector<std::string> troubles_;  // of sets, not of a channel
    bool paused_ = false;
};

// One entry for all, as for what recipients took by themselves.
void commit(Home& home, std::vector<Pusher>& pushers, bool came_in, std::size_t& count) {
    const core::Instant now = home.now();
    auto step = home.ledger().begin();
    std::vector<std::string> items;
    std::vector<SentEvent> events;
    for (const Pusher& pusher : pushers) {
        for (const Transferred& one : pusher.done()) {
            auto row = home.ledger().find_outgoing(one.row.id);
            ENSURE(row.has_value());
            if (row->state != OutgoingState::published) continue;
            row->state = OutgoingState::transferred;
            row->at = std::max(now, row->at);
            step->update_outgoing(*row);
            items.push_back(JsonObject()
                                .text("name", row->name)
                                .text("recipient", row->recipient)
                                .text("channel", one.channel)
                                .text("sha256", row->digest)
                                .str());
            events.push_back({*row, outbox::DeliveryEvent::handover});
        }
    }
    count = events.size();
    if (events.empty() && !came_in) return;
    step->append(ledger::EntryKind::transferred, 0, now,
                 JsonObject().raw("files", json_array(items)).str());
    draw_evidence(home, *step, events, now);
    step->commit();
    io::crash_point("push.committed");
}

}  // namespace

Pushed push_what_lies(Home& home, bool came_in, channel::Until until) {
    Pushed pushed;
    std::optional<io::Lock> lock;
    std::vector<Pusher> pushers;
    bool paused = false;
    for (const job::Partner* partner : partners_in_turn(home, "push")) {
        Pusher pusher(home, *partner, until);
        if (!pusher.concerns()) continue;
        if (!lock) {
            io::make_folders(channels_folder(home));
            lock = io::Lock::try_take(home.work() / "push.lock", "push");
            if (!lock) return pushed;
            io::sweep_temporaries(channels_folder(home));
        }
        try {
            pusher.run();
        } catch (const core::Fault&) {  // of our own disk: the others go on, what went is kept
            if (!pushed.fault) pushed.fault = std::current_exception();
        }
        if (pusher.paused() && !paused) end_turn_at(home, "push", partner->number);
        paused = paused || pusher.paused();
        const auto troubles = pusher.troubles();
        pushed.troubles.insert(pushed.troubles.end(), troubles.begin(), troubles.end());
        if (pusher.has_server()) pushers.push_back(std::move(pusher));
    }
    if (!pushers.empty()) commit(home, pushers, came_in, pushed.sets);
    for (const Pusher& pusher : pushers)
        for (const Transferred& one : pusher.done()) pusher.clear(one.row);
    return pushed;
}

}  // namespace app
