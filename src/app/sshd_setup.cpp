#include "app/sshd_setup.hpp"

#include <algorithm>
#include <cstdio>

#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view group = "sluice-partners", engine = "sluice",
                           keys_folder = "/etc/ssh/sluice-keys",
                           config_file = "/etc/ssh/sshd_config.d/sluice.conf";
constexpr std::size_t key_file_bytes_max = 64 << 10;

// A partner brings and takes files; modes, links and folders are not his.
constexpr std::string_view config_text =
    "# Written by sluice partner apply. Partners of Sluice: SFTP in their own folder, nothing "
    "else.\n"
    "Match Group sluice-partners\n"
    "    ChrootDirectory %h\n"
    "    ForceCommand internal-sftp -l VERBOSE -f AUTHPRIV -u 0027 -P "
    "setstat,fsetstat,symlink,hardlink,mkdir,rmdir\n"
    "    AuthorizedKeysFile /etc/ssh/sluice-keys/%u\n"
    "    AuthenticationMethods publickey\n"
    "    PasswordAuthentication no\n"
    "    KbdInteractiveAuthentication no\n"
    "    AllowAgentForwarding no\n"
    "    AllowStreamLocalForwarding no\n"
    "    AllowTcpForwarding no\n"
    "    GatewayPorts no\n"
    "    PermitTunnel no\n"
    "    PermitTTY no\n"
    "    PermitUserRC no\n"
    "    X11Forwarding no\n"
    "    MaxSessions 4\n";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (!line.empty()) lines.push_back(std::move(line));
        at = end + 1;
    }
    return lines;
}

// A key stands in partners.xml itself, or in a file beside the certificates.
std::vector<std::string> keys_of(const Home& home, const std::string& number,
                                 const std::string& text) {
    if (is_public_key(text)) return {text};
    for (const fs::path& folder : {home.folder() / "jobs" / "trust", home.folder() / "jobs"}) {
        const auto content = io::find_file(folder / text, key_file_bytes_max);
        if (!content) continue;
        auto lines = lines_of(*content);
        if (std::all_of(lines.begin(), lines.end(),
                        [](const std::string& line) { return is_public_key(line); }))
            return lines;
        break;
    }
    throw core::Fault(core::FaultKind::job, "read the key of", "partner " + number,
                      "'" + text.substr(0, 40) + "' is neither a public key nor a file of keys",
                      "mend it with: sluice partner channel");
}

// sshd itself lets a key end, also where nobody applies anything on that day.
std::string authorized(const std::string& key, const job::Channel& channel) {
    std::string options = "restrict";
    if (channel.to) {
        const auto end = core::civil(core::Date{channel.to->days + 1});
        char text[32];
        std::snprintf(text, sizeof text, "%04d%02d%02d", end.year, end.month, end.day);
        options += ",expiry-time=\"" + std::string(text) + "\"";
    }
    return options + " " + key;
}

std::string partner_commands(Home& home, const job::Partner& partner, SshdSetup& setup) {
    const std::string account = "s" + partner.number;
    const fs::path folder = home.partner_folder(partner.number);
    const std::string file = std::string(keys_folder) + "/" + account;
    std::string text =
        "\n# partner " + partner.number + "\ngetent passwd " + account +
        " >/dev/null || useradd --system --gid " + std::string(group) +
        " --no-create-home --shell /usr/sbin/nologin " + account +
        // No password that fits, and yet not locked: sshd turns locked accounts away.
        "\nusermod --password '*' --gid " + std::string(group) + " --home " +
        shell_quoted(folder.string()) + " " + account + "\ninstall -d -o root -g root -m 0755 " +
        shell_quoted(folder.string()) + "\n";
    // The partner's folders: the engine comes in by its group, other partners do not.
    for (const char* name : {"IN", "INTEST", "INTEST-S", "OUT", "OUTTEST", "OUTTEST-S"})
        text += "install -d -o " + account + " -g " + std::string(engine) + " -m 2770 " +
                shell_quoted((folder / name).string()) + "\n";
    ++setup.accounts;
    std::string keys;
    if (partner.state != job::PartnerState::closed)
        for (const job::Channel& channel : partner.channels) {
            const core::Date today = home.today();
            if (channel.kind != "sftp" || channel.key.empty() ||
                (channel.from && today < *channel.from) || (channel.to && *channel.to < today))
                continue;
            for (const std::string& key : keys_of(home, partner.number, channel.key)) {
                keys += authorized(key, channel) + "\n";
                ++setup.keys;
            }
        }
    if (keys.empty()) return text + "rm -f " + file + "  # closed, or no key is known: no way in\n";
    return text + "cat >" + file + ".new <<'KEYS'\n" + keys + "KEYS\nchmod 0644 " + file +
           ".new\nmv -f " + file + ".new " + file + "\n";
}

// Who stands in the list no longer has no way in either.
std::string foreign_keys_commands(const job::Partners& partners) {
    std::string text = "\n# keys of those who are not in the list\nfor file in " +
                       std::string(keys_folder) + "/*; do\n    case \"${file##*/}\" in\n";
    for (const job::Partner& partner : partners.list) text += "    s" + partner.number + ") ;;\n";
    return text + "    *) rm -rf \"$file\" ;;\n    esac\ndone\n";
}

// A configuration that sshd does not take is not left behind: its next start would fail.
std::string sshd_commands(const std::string& config) {
    const std::string file(config_file), former = file + ".former";
    return "\n# sshd\n[ ! -e " + file + " ] || cp -p " + file + " " + former + "\ncat >" + file +
           " <<'CONFIG'\n" + config + "CONFIG\nif sshd -t; then\n    rm -f " + former +
           "\n    systemctl reload ssh 2>/dev/null || echo 'now reload sshd: systemctl reload "
           "ssh'\nelse\n    if [ -e " +
           former + " ]; then mv -f " + former + " " + file + "; else rm -f " + file +
           "; fi\n    echo 'sshd does not take the configuration; the former one is back' "
           ">&2\n    exit 1\nfi\n";
}

}  // namespace

std::string shell_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

static bool is_key_type(std::string_view type) {
    static constexpr std::string_view safe =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@.-";
    static constexpr std::string_view nist = "ecdsa-sha2-nistp", token = "sk-";
    if (type == "ssh-ed25519" || type == "ssh-rsa") return true;
    if (type.substr(0, nist.size()) == nist)
        return type.size() > nist.size() &&
               type.find_first_not_of("0123456789", nist.size()) == std::string_view::npos;
    return type.substr(0, token.size()) == token && type.size() > token.size() &&
           type.find_first_not_of(safe) == std::string_view::npos;
}

bool is_public_key(std::string_view text) {
    static constexpr std::string_view base64 =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
    if (text.find_first_of(std::string_view("\n\r\0", 3)) != std::string_view::npos) return false;
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos || !is_key_type(text.substr(0, blank))) return false;
    std::string_view blob = text.substr(blank + 1);
    blob = blob.substr(0, blob.find(' '));
    const std::size_t body = std::min(blob.find_first_not_of(base64), blob.size());
    return body > 0 && blob.find_first_not_of('=', body) == std::string_view::npos;
}

std::string key_fingerprint(std::string_view key) {
    if (!is_public_key(key)) return std::string(key);
    const std::size_t from = key.find(' ') + 1;
    const std::string_view blob = key.substr(from, key.find(' ', from) - from);
    std::string bytes;
    if (!seal::from_base64(blob, bytes)) return std::string(key);
    const seal::Hash hash = seal::sha256(bytes);
    std::string text = seal::base64(std::string(hash.begin(), hash.end()));
    while (!text.empty() && text.back() == '=') text.pop_back();
    return "SHA256:" + text;
}

SshdSetup sshd_setup(Home& home) {
    SshdSetup setup;
    setup.config = config_text;
    const std::string root = shell_quoted(home.folder().string()), us(engine);
    std::string& text = setup.script;
    text = "#!/bin/sh\nset -eu\n# the engine and the partners' group\ngetent group " +
           std::string(group) + " >/dev/null || groupadd --system " + std::string(group) +
           "\ngetent passwd " + us +
           " >/dev/null || useradd --system --user-group --no-create-home --home-dir " + root +
           " --shell /usr/sbin/nologin " + us +
           "\n\n# what the engine owns; sshd wants root above every folder that it locks a partner "
           "into\nchown -R " +
           us + ":" + us;
    for (const char* name : {"work", "drafts", "archive", "ledger", "journal", "keys"})
        text += " " + root + "/spool/" + name;
    text += "\nchown root:root " + root + " " + root + "/spool " + root +
            "/spool/partners\nchmod go-w " + root + "\nchmod 0711 " + root + "/spool " + root +
            "/spool/partners\ninstall -d -o root -g root -m 0755 " + std::string(keys_folder) +
            "\n";
    for (const job::Partner& partner : home.partners().list)
        text += partner_commands(home, partner, setup);
    text += foreign_keys_commands(home.partners()) + sshd_commands(setup.config);
    return setup;
}

}  // namespace app
