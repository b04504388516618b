#pragma once
// What the OpenSSH server needs to let partners in: one chrooted account a partner with SFTP and
// nothing else, its keys, the owners and modes of its folders. A script of plain commands, to be
// read before it is run; each may be run again.
#include <string>
#include <string_view>

#include "app/home.hpp"

namespace app {

// One line of OpenSSH's form: type, base64, perhaps a comment.
bool is_public_key(std::string_view text);
// "SHA256:..." as ssh-keygen -l writes it; of a text that is no key, the text itself.
std::string key_fingerprint(std::string_view key);

// One word for sh, whatever it holds.
std::string shell_quoted(const std::string& text);

struct SshdSetup {
    std::string config;  // for /etc/ssh/sshd_config.d
    std::string script;  // all of it, for sh
    std::size_t accounts = 0, keys = 0;
};
// Keys that have ended, and those that have not begun, are left out. A Fault (job) where a key is
// neither a public key nor a file of one.
SshdSetup sshd_setup(Home& home);

}  // namespace app
