#pragma once
// A partner's SFTP server. Its host key is pinned: a server with another key is a stranger, and
// gets neither a login nor a byte.
#include <filesystem>
#include <memory>
#include <string>

#include "channel/far.hpp"

namespace channel {

struct SftpAddress {
    std::string host, user;
    unsigned port = 22;
    std::string host_key;            // OpenSSH public key: "ssh-ed25519 AAAA..."
    std::filesystem::path identity;  // private key without passphrase, for this user alone
    unsigned seconds_max = 30;       // silence after which the connection is given up
};

// Connects, compares the host key, logs in. A Trouble where one of them fails.
std::unique_ptr<Far> connect_sftp(const SftpAddress& address);

// Whether the text is a public key that can be pinned.
bool is_host_key(const std::string& text);

}  // namespace channel
