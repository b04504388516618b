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

class ChannelPace {
  public:
    ChannelPace(Home& home, const std::string& partner);

    bool may_try(const job::Channel& channel) const;  // its rest is over
    bool gave_up(const job::Channel& channel) const;  // channel-failures-max reached

    // Counts, lets it rest, and says it: an `alert` entry where it is new, is of another kind than
    // before, or where the next channel is taken from now on.
    void failed(const job::Channel& channel, const channel::Trouble& trouble);
    void worked(const job::Channel& channel);

    // What failed in this turn, in words for operators.
    const std::vector<std::string>& words() const { return words_; }

  private:
    struct State {
        std::uint32_t failures = 0;
        core::Instant next;
        std::string kind;  // of the last trouble
    };
    void load();
    void save() const;

    Home& home_;
    std::string partner_;
    std::map<std::string, State> states_;
    std::vector<std::string> words_;
};

std::filesystem::path channels_folder(const Home& home);

}  // namespace app
