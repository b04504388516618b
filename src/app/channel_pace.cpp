#include "app/channel_pace.hpp"

#include <algorithm>
#include <sstream>

#include "channel/sftp.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"

namespace app {

static constexpr std::size_t words_max = 300;

namespace fs = std::filesystem;

std::string channel_name(const job::Channel& channel) {
    if (channel.kind == "folder" || channel.kind == "sftp") return channel.kind + channel.folder;
    return channel.kind + ' ' + channel.user + '@' + channel.host + ':' +
           std::to_string(channel.port) + ' ' + channel.folder;
}

bool in_force(const job::Channel& channel, core::Date day) {
    return !(channel.from && day < *channel.from) && !(channel.to && *channel.to < day);
}

std::unique_ptr<channel::Far> open_channel(const Home& home, const job::Channel& channel) {
    if (channel.kind == "folder") return channel::this_machine();
    channel::SftpAddress address;
    address.host = channel.host;
    address.user = channel.user;
    address.port = channel.port;
    address.host_key = channel.host_key;
    address.identity = channel.identity;
    address.seconds_max = home.settings().channel_seconds_max;
    return channel::connect_sftp(address);
}

std::string far_folder(const job::Channel& channel, std::string_view box) {
    std::string folder = channel.folder;
    constexpr std::string_view sign = "{box}";
    if (const std::size_t at = folder.find(sign); at != std::string::npos)
        folder.replace(at, sign.size(), box);
    return folder.empty() ? "." : folder;
}

fs::path channels_folder(const Home& home) {
    return home.work() / "channels";
}

// ---- turns ----

std::vector<const job::Partner*> partners_in_turn(Home& home, const std::string& kind) {
    const std::string last = io::find_file(channels_folder(home) / (kind + ".turn")).value_or("");
    std::vector<const job::Partner*> partners;
    for (const job::Partner& partner : home.partners().list)
        if (partner.state != job::PartnerState::closed) partners.push_back(&partner);
    std::stable_partition(partners.begin(), partners.end(),
                          [&](const auto* one) { return one->number > last; });
    return partners;
}

void end_turn_at(const Home& home, const std::string& kind, const std::string& partner) {
    io::make_folders(channels_folder(home));
    io::write_file(channels_folder(home) / (kind + ".turn"), partner);
}

// ---- pace ----

ChannelPace::ChannelPace(Home& home, const std::string& partner) : home_(home), partner_(partner) {
    load();
}

// Of each channel that failed one line: failures, next attempt, kind with _ for a blank, the
// channel; and one with the words.
void ChannelPace::load() {
    states_.clear();
    const auto text = io::find_file(channels_folder(home_) / (partner_ + ".pace"));
    if (!text) return;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        State state;
        std::string name;
        if (!(words >> state.failures >> state.next.microseconds >> state.kind)) continue;
        std::getline(words >> std::ws, name);
        std::getline(lines, state.words);
        states_[name] = state;
    }
}

void ChannelPace::save() const {
    io::make_folders(channels_folder(home_));
    std::string text;
    for (const auto& [name, state] : states_)
        text += std::to_string(state.failures) + ' ' + std::to_string(state.next.microseconds) +
                ' ' + state.kind + ' ' + name + '\n' + state.words + '\n';
    io::write_file(channels_folder(home_) / (partner_ + ".pace"), text);
    io::crash_point("channel.paced");
}

bool ChannelPace::may_try(const job::Channel& channel) const {
    const auto found = states_.find(channel_name(channel));
    if (found == states_.end()) return true;
    const std::int64_t rest = found->second.next.microseconds - home_.now().microseconds;
    // More than any rest: the clock went back since.
    return rest <= 0 || rest > std::int64_t{home_.settings().channel_retry_seconds_max} * 1'000'000;
}

bool ChannelPace::gave_up(const job::Channel& channel) const {
    const auto found = states_.find(channel_name(channel));
    return found != states_.end() &&
           found->second.failures >= home_.settings().channel_failures_max;
}

void ChannelPace::failed(const job::Channel& channel, const channel::Trouble& trouble) {
    if (trouble.kind() == channel::TroubleKind::paused) return;
    const Settings& settings = home_.settings();
    const std::string name = channel_name(channel);
    load();  // a fetch and a push may be at it at the same time
    State& state = states_[name];
    std::string kind(to_string(trouble.kind()));
    std::replace(kind.begin(), kind.end(), ' ', '_');
    ++state.failures;
    state.kind = kind;
    state.words = trouble.what();
    // The far side may have a say in a library's words.
    state.words = io::printable(state.words.substr(0, words_max));
    const std::uint32_t doublings = std::min<std::uint32_t>(state.failures - 1, 20);
    const std::uint64_t rest =
        std::min<std::uint64_t>(std::uint64_t{settings.channel_retry_seconds} << doublings,
                                settings.channel_retry_seconds_max);
    state.next =
        core::Instant{home_.now().microseconds + static_cast<std::int64_t>(rest) * 1'000'000};
    save();
    words_.push_back("channel of " + partner_ + " (" + name + "): " + state.words);
}

void ChannelPace::worked(const job::Channel& channel) {
    if (states_.count(channel_name(channel)) == 0) return;
    load();
    states_.erase(channel_name(channel));
    save();
}

std::vector<FailingChannel> failing_channels(Home& home) {
    std::vector<FailingChannel> list;
    for (const job::Partner& partner : home.partners().list) {
        if (partner.state == job::PartnerState::closed) continue;
        const ChannelPace pace(home, partner.number);
        for (const job::Channel& channel : partner.channels) {
            if (!in_force(channel, home.today())) continue;
            const auto found = pace.states_.find(channel_name(channel));
            if (found == pace.states_.end()) continue;
            const ChannelPace::State& state = found->second;
            const bool stays = state.kind == "host_key_changed" || state.kind == "login_refused" ||
                               state.kind == "name_taken";
            if (stays || pace.gave_up(channel))
                list.push_back(
                    {partner.number, found->first, state.kind, state.words, state.failures});
        }
    }
    return list;
}

}  // namespace app
