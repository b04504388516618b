// sluice partner channel: the ways to and from a partner, and the keys that open them.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/partner_change.hpp"
#include "app/sshd_setup.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

namespace {

core::Fault usage(const std::string& reason) {
    return {core::FaultKind::usage, "read the command line of", "sluice partner channel", reason,
            "see: sluice help partner channel"};
}

// One line of a .pub file, or the key itself; other folders' files do not stay where they are, so
// the key is copied into partners.xml.
std::string read_key(const std::string& given) {
    std::string key = given;
    if (!is_public_key(key)) {
        const auto content = io::find_file(given);
        if (!content) throw usage("'" + given + "' is neither a public key nor a file");
        key = *content;
        while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' '))
            key.pop_back();
    }
    if (!is_public_key(key)) throw usage("this is no OpenSSH public key of one line: " + given);
    return key;
}

bool is_of(const job::Channel& one, const std::string& kind, const std::string& capacity) {
    return one.kind == kind && one.capacity == capacity;
}

// Those of this kind and capacity that go on: an ended key is history.
std::vector<std::size_t> living(const PartnerChange& change, const std::string& kind,
                                const std::string& capacity, core::Date day) {
    std::vector<std::size_t> places;
    const auto& channels = change.partner().channels;
    for (std::size_t i = 0; i < channels.size(); ++i)
        if (is_of(channels[i], kind, capacity) && !(channels[i].to && *channels[i].to < day))
            places.push_back(i);
    return places;
}

std::string named(const std::string& kind, const std::string& capacity) {
    return (kind == "sftp" ? "SFTP" : kind) + std::string(" channel") +
           (capacity.empty() ? "" : " as " + capacity);
}

struct Given {
    std::string kind, capacity, key;
    std::optional<core::Date> from, to;
    job::PartnersEdit::Values more;
};

Given given(const Home& home, const Arguments& arguments) {
    Given one;
    one.kind = arguments.get("kind", "sftp");
    one.capacity = arguments.get("capacity");
    if (arguments.has("key")) one.key = read_key(arguments.get("key"));
    one.from = date_option(home, arguments, "from");
    one.to = date_option(home, arguments, "to");
    for (const std::string& word : arguments.all("with")) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) throw usage("--with '" + word + "' has no =");
        // It becomes the name of an attribute as it stands.
        if (equals == 0 || word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") != equals)
            throw usage("--with '" + word + "': a name has small letters and dashes alone");
        one.more.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    return one;
}

job::PartnersEdit::Values values_of(const Given& one) {
    job::PartnersEdit::Values values{{"kind", one.kind}, {"capacity", one.capacity}};
    if (!one.key.empty()) values.emplace_back("key", one.key);
    values.insert(values.end(), one.more.begin(), one.more.end());
    if (one.from) values.emplace_back("from", core::to_string(*one.from));
    if (one.to) values.emplace_back("to", core::to_string(*one.to));
    return values;
}

std::string entry_of(const Given& one) {
    return "\"kind\":" + json_quoted(one.kind) + ",\"capacity\":" + json_quoted(one.capacity) +
           (one.key.empty() ? std::string() : ",\"key\":" + json_quoted(key_fingerprint(one.key)));
}

int add(PartnerChange& change, const Given& one) {
    if (one.kind == "sftp" && one.key.empty()) throw usage("--key is missing");
    const core::Date begin = one.from.value_or(change.home().today());
    const auto there = living(change, one.kind, one.capacity, begin);
    if (one.kind == "sftp" && there.size() == 1 &&
        change.partner().channels[there.front()].key.empty()) {
        for (const auto& [name, value] : values_of(one))  // one that waits for its key
            change.edit().set_child(change.number(), "channel", there.front(), name, value);
        return change.apply("channel-add",
                            "give the " + named(one.kind, one.capacity) + " of partner " +
                                change.number() + " its key",
                            entry_of(one));
    }
    if (one.kind == "sftp" && !there.empty())
        return change.refuse("it has its " + named(one.kind, one.capacity) +
                             " already: a new key comes with: sluice partner channel renew");
    change.edit().add_child(change.number(), "channel", values_of(one));
    return change.apply(
        "channel-add",
        "add the " + named(one.kind, one.capacity) + " to partner " + change.number(),
        entry_of(one));
}

// The old key stays good for the overlap, so that the partner can change when it suits him.
int renew(PartnerChange& change, const Given& one, int overlap_days) {
    if (one.key.empty()) throw usage("--key is missing");
    const core::Date begin = one.from.value_or(change.home().today());
    const core::Date end{begin.days + overlap_days};
    const auto old = living(change, one.kind, one.capacity, begin);
    if (old.empty())
        return change.refuse("it has no " + named(one.kind, one.capacity) + " to renew");
    for (const std::size_t place : old) {
        const job::Channel& channel = change.partner().channels[place];
        if (key_fingerprint(channel.key) == key_fingerprint(one.key))
            return change.refuse("this is the key that it has");
        if (!channel.to || *channel.to > end)
            change.edit().set_child(change.number(), "channel", place, "to", core::to_string(end));
    }
    Given next = one;
    if (!next.from) next.from = begin;
    change.edit().add_child(change.number(), "channel", values_of(next));
    return change.apply("channel-renew",
                        "renew the key of the " + named(one.kind, one.capacity) + " of partner " +
                            change.number() + "; the old one is good until " + core::to_string(end),
                        entry_of(one) + ",\"old_until\":" + json_quoted(core::to_string(end)));
}

int remove(PartnerChange& change, const Given& one) {
    const auto& channels = change.partner().channels;
    std::size_t count = 0;
    for (std::size_t i = channels.size(); i-- > 0;) {
        if (!is_of(channels[i], one.kind, one.capacity)) continue;
        if (!one.key.empty() && key_fingerprint(channels[i].key) != key_fingerprint(one.key))
            continue;
        change.edit().remove_child(change.number(), "channel", i);
        ++count;
    }
    if (count == 0) return change.refuse("it has no such " + named(one.kind, one.capacity));
    return change.apply("channel-remove",
                        "remove the " + named(one.kind, one.capacity) + " of partner " +
                            change.number() + " (" + std::to_string(count) + ")",
                        entry_of(one));
}

int run_channel(const Arguments& arguments) {
    const std::string& verb = arguments.operand(0);
    if (verb != "add" && verb != "renew" && verb != "remove")
        throw usage("'" + verb + "' is not add, renew or remove");
    PartnerChange change(arguments, "partner channel", arguments.operand(1));
    change.partner();
    const Given one = given(change.home(), arguments);
    if (verb == "add") return add(change, one);
    if (verb == "remove") return remove(change, one);
    return renew(change, one, static_cast<int>(arguments.number("overlap-days", 30, 0, 3'650)));
}

constexpr Option options[] = {
    {"key", "KEY", "OpenSSH public key, or the .pub file that holds it"},
    {"kind", "K", "of the channel (default: sftp)"},
    {"capacity", "C", "in which it is used; one SFTP channel each (default: none)"},
    {"from", "D", "first day of the key (default: today, and at once)"},
    {"to", "D", "last day of the key"},
    {"overlap-days", "N", "renew: so long the old key is good beside the new one (30)"},
    {"with", "NAME=VALUE", "further attributes of the channel (host, user, ...)", true},
    change_options[0],
    change_options[1],
};

}  // namespace

const Command partner_channel_command{
    "partner channel",
    "add|renew|remove NUMBER",
    "open, renew or close a channel of a partner",
    "add opens a channel with a key; a partner has at most one SFTP channel in each capacity.\n"
    "renew gives it a new key and lets the old one end after --overlap-days. remove closes it, or\n"
    "takes out the one key that --key names. The server learns of it with `sluice partner apply`.",
    "sluice partner channel renew 000123 --key new.pub --reason \"yearly renewal\"",
    options,
    2,
    2,
    run_channel};

}  // namespace app
