#include "job/read_channel.hpp"

namespace job {

namespace fs = std::filesystem;

// Keys we log in with lie with our other keys, unless the file says where.
static fs::path key_file(const Report& report, const std::string& name) {
    const fs::path home = report.file().parent_path().parent_path();
    return (home / "spool" / "keys" / name).lexically_normal();
}

static void read_server(const Attributes& a, Report& report, Channel& channel) {
    channel.host = a.token("host");
    channel.user = a.token("user");
    channel.host_key = a.token("host-key");
    a.count("port", channel.port);
    for (const char* needed : {"host", "user", "host-key", "identity"})
        if (a.token(needed).empty())
            report.error(a.element(),
                         "a channel of kind " + channel.kind + " needs " + needed + "=\"...\"");
    if (!channel.host_key.empty() && channel.host_key.find(' ') == std::string::npos)
        report.error(*a.find("host-key"),
                     "this is not an OpenSSH public key: copy type and key from the server's .pub "
                     "file, or from ssh-keyscan once the partner has confirmed it");
    const std::string identity = a.token("identity");
    if (identity.empty()) return;
    channel.identity = key_file(report, identity);
    std::error_code ignored;
    if (!fs::exists(channel.identity, ignored))
        report.advice(*a.find("identity"), "there is no key '" + identity +
                                               "' in spool/keys: make it with ssh-keygen -t "
                                               "ed25519 -N '', and give the partner the .pub file");
}

void read_far_side(const Attributes& a, Report& report, Channel& channel) {
    channel.folder = a.token("folder");
    if (channel.kind == "push" || channel.kind == "fetch") read_server(a, report, channel);
    if (channel.kind == "folder" && (channel.folder.empty() || channel.folder.front() != '/'))
        report.error(a.element(),
                     "a channel of kind folder needs folder=\"/...\", an absolute path");
}

}  // namespace job
