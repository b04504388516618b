#pragma once
// When a channel to a partner's server is tried again. Kept in spool/work/channels, so that each
// receive and each run knows what the one before met; losing it costs one more attempt.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "channel/far.hpp"

namespace app {

// What a channel is known by: kind, user, host, port, folder.
std::string channel_name(const job::Channel& channel);
// In force on this day.
bool in_force(const job::Channel& channel, core::Date day);

// Logs in; for `folder` this machine. Throws channel::Trouble.
std::unique_ptr<channel::Far> open_channel(const Home& home, const job::Channel& channel);
// The folder there for one of our boxes (OUT, INTEST, ...).
std::string far_folder(const job::Channel& channel, std::string_view box);

struct FailingChannel;

class ChannelPace {
  public:
    ChannelPace(Home& home, const std::string& partner);

    bool may_try(const job::Channel& channel) const;  // its rest is over
    bool gave_up(const job::Channel& channel) const;  // channel-failures-max reached

    // Counts and lets it rest. Alerts are made of what stands here (failing_channels).
    void failed(const job::Channel& channel, const channel::Trouble& trouble);
    void worked(const job::Channel& channel);

    // What failed in this turn, in words for operators.
    const std::vector<std::string>& words() const { return words_; }

  private:
    friend std::vector<FailingChannel> failing_channels(Home& home);
    struct State {
        std::uint32_t failures = 0;
        core::Instant next;
        std::string kind, words;  // of the last trouble
    };
    void load();
    void save() const;

    Home& home_;
    std::string partner_;
    std::map<std::string, State> states_;
    std::vector<std::string> words_;
};

// Channels that somebody must look at: those that gave up, and those that resting does not mend (a
// host key that changed, a login that is refused, a name that is taken).
struct FailingChannel {
    std::string partner, name, kind, words;
    std::uint32_t failures = 0;
};
std::vector<FailingChannel> failing_channels(Home& home);

std::filesystem::path channels_folder(const Home& home);

// Whose turn it is: all partners that are not closed, beginning behind the one at whom the last
// turn of this kind (`push`, `fetch`) was over. So a slow one keeps nobody waiting for ever.
std::vector<const job::Partner*> partners_in_turn(Home& home, const std::string& kind);
void end_turn_at(const Home& home, const std::string& kind, const std::string& partner);

}  // namespace app
