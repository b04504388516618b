#include "channel/sftp.hpp"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>

#include <algorithm>
#include <sstream>

#include "channel/watchdog.hpp"

namespace channel {
namespace {

// What every server takes in one packet, and what OpenSSH says that it takes.
constexpr std::size_t packet_bytes_small = 32 << 10, packet_bytes_large = 250 << 10;
constexpr mode_t file_mode = 0660;  // less the umask over there
// A long list has so many times the patience of one call; it comes in packets of many names.
constexpr unsigned list_patience = 10;
constexpr std::size_t names_of_a_packet = 64;

template <typename T, void (*release)(T)>
struct Release {
    using pointer = T;
    void operator()(T thing) const { release(thing); }
};
void close_session(ssh_session session) {
    ssh_disconnect(session);
    ssh_free(session);
}
void close_file(sftp_file file) {
    sftp_close(file);
}
void close_folder(sftp_dir folder) {
    sftp_closedir(folder);
}
using Session = std::unique_ptr<void, Release<ssh_session, close_session>>;
using Sftp = std::unique_ptr<void, Release<sftp_session, sftp_free>>;
using File = std::unique_ptr<void, Release<sftp_file, close_file>>;
using Directory = std::unique_ptr<void, Release<sftp_dir, close_folder>>;
using Attributes = std::unique_ptr<void, Release<sftp_attributes, sftp_attributes_free>>;
using Statvfs = std::unique_ptr<void, Release<sftp_statvfs_t, sftp_statvfs_free>>;
using Key = std::unique_ptr<void, Release<ssh_key, ssh_key_free>>;

// ---- keys ----

Key pinned_key(const std::string& text, std::string& type) {
    std::istringstream words(text);
    std::string base64;
    words >> type >> base64;
    ssh_key key = nullptr;
    const auto kind = ssh_key_type_from_name(type.c_str());
    if (kind == SSH_KEYTYPE_UNKNOWN ||
        ssh_pki_import_pubkey_base64(base64.c_str(), kind, &key) != SSH_OK)
        return {};
    return Key(key);
}

std::string fingerprint(ssh_key key) {
    unsigned char* hash = nullptr;
    std::size_t length = 0;
    if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) != SSH_OK)
        return "unknown";
    char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length);
    const std::string shown = text != nullptr ? text : "unknown";
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
    return shown;
}

std::string strange(const SftpAddress& address, const std::string& shown) {
    return address.host + ":" + std::to_string(address.port) + " shows " + shown +
           ", not the host key that is pinned in partners.xml: nothing was sent. Ask the partner "
           "by another way whether its key changed, then write the new one into host-key";
}

// ---- connecting ----

void set_options(ssh_session session, const SftpAddress& address, const std::string& key_type) {
    const int no = 0, yes = 1, quiet = SSH_LOG_NOLOG;
    const long seconds = static_cast<long>(address.seconds_max);
    const unsigned port = address.port;
    // Only what the pinned key can sign is asked for, so that a server with several keys shows it.
    const std::string types = key_type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : key_type;
    const std::string folder = address.identity.parent_path();
    ssh_options_set(session, SSH_OPTIONS_LOG_VERBOSITY, &quiet);
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    ssh_options_set(session, SSH_OPTIONS_SSH_DIR, folder.c_str());
    ssh_options_set(session, SSH_OPTIONS_HOST, address.host.c_str());
    ssh_options_set(session, SSH_OPTIONS_PORT, &port);
    ssh_options_set(session, SSH_OPTIONS_USER, address.user.c_str());
    ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds);
    ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, types.c_str());
    ssh_options_set(session, SSH_OPTIONS_NODELAY, &yes);
}

void check_host_key(ssh_session session, const SftpAddress& address, ssh_key pinned) {
    ssh_key raw = nullptr;
    if (ssh_get_server_publickey(session, &raw) != SSH_OK)
        throw Trouble(TroubleKind::unreachable, address.host + " shows no host key");
    const Key shown(raw);
    if (ssh_key_cmp(shown.get(), pinned, SSH_KEY_CMP_PUBLIC) != 0)
        throw Trouble(TroubleKind::stranger, strange(address, fingerprint(shown.get())));
}

// A line that breaks is no answer: the next attempt may go well.
void check_line(ssh_session session, const SftpAddress& address) {
    if (ssh_is_connected(session) == 0)
        throw Trouble(TroubleKind::cut, address.host + ": the connection broke during login: " +
                                            ssh_get_error(session));
}

void log_in(ssh_session session, const SftpAddress& address) {
    ssh_key raw = nullptr;
    if (ssh_pki_import_privkey_file(address.identity.c_str(), nullptr, nullptr, nullptr, &raw) !=
        SSH_OK)
        throw Trouble(TroubleKind::login, "the private key " + address.identity.string() +
                                              " cannot be read, or has a passphrase");
    const Key identity(raw);
    const int answer = ssh_userauth_publickey(session, nullptr, identity.get());
    if (answer == SSH_AUTH_SUCCESS) return;
    if (answer != SSH_AUTH_DENIED) check_line(session, address);
    throw Trouble(TroubleKind::login, address.host + " does not let " + address.user +
                                          " in with our key: " + ssh_get_error(session));
}

Session connect(const SftpAddress& address) {
    std::string type;
    const Key pinned = pinned_key(address.host_key, type);
    if (!pinned)
        throw Trouble(TroubleKind::stranger,
                      "the host-key of " + address.host + " in partners.xml is no public key");
    Session session(ssh_new());
    set_options(session.get(), address, type);
    if (ssh_connect(session.get()) != SSH_OK) {
        const std::string words = ssh_get_error(session.get());
        if (words.find("host key algo") != std::string::npos)
            throw Trouble(TroubleKind::stranger, strange(address, "keys of other kinds"));
        throw Trouble(TroubleKind::unreachable,
                      address.host + ":" + std::to_string(address.port) + ": " + words);
    }
    check_host_key(session.get(), address, pinned.get());
    return session;
}

// ---- the server ----

class Server;

class SftpReader : public FarReader {
  public:
    SftpReader(Server& server, File file, std::string path)
        : server_(server), file_(std::move(file)), path_(std::move(path)) {}
    ~SftpReader() override;
    std::string read(std::size_t count_max) override;

  private:
    Server& server_;
    File file_;
    std::string path_;
};

class SftpWriter : public FarWriter {
  public:
    SftpWriter(Server& server, File file, std::string path)
        : server_(server), file_(std::move(file)), path_(std::move(path)) {}
    ~SftpWriter() override;
    void append(std::string_view bytes) override;
    void finish() override;

  private:
    Server& server_;
    File file_;
    std::string path_;
};

class Server : public Far {
  public:
    ~Server() override {
        const Watchdog::Watch watch(dog_);
        sftp_.reset();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    explicit Server(const SftpAddress& address)
        : host_(address.host),
          session_(connect(address)),
          patience_(address.seconds_max),
          dog_(ssh_get_fd(session_.get()), patience_) {
        const Watchdog::Watch watch(dog_);
        log_in(session_.get(), address);
        sftp_.reset(sftp_new(session_.get()));
        if (!sftp_ || sftp_init(sftp_.get()) != SSH_OK) {
            check_line(session_.get(), address);
            throw Trouble(TroubleKind::login,
                          host_ + " has no SFTP for us: " + ssh_get_error(session_.get()));
        }
        if (sftp_extension_supported(sftp_.get(), "limits@openssh.com", "1") != 0)
            packet_bytes_ = packet_bytes_large;
    }

    std::optional<FarFacts> facts(const std::string& path) override {
        const Watchdog::Watch watch(dog_);
        const Attributes found(sftp_lstat(sftp_.get(), path.c_str()));
        if (!found && sftp_get_error(sftp_.get()) == SSH_FX_NO_SUCH_FILE) return std::nullopt;
        if (!found) fail("look at", path);
        return FarFacts{found.get()->size, found.get()->type == SSH_FILEXFER_TYPE_REGULAR};
    }

    std::vector<FarEntry> list(const std::string& folder, std::size_t count_max) override {
        const auto end = std::chrono::steady_clock::now() + list_patience * patience_;
        Watchdog::Watch watch(dog_);
        const Directory open(sftp_opendir(sftp_.get(), folder.c_str()));
        if (!open) fail("open the folder", folder);
        std::vector<FarEntry> entries;
        for (std::size_t count = 0;; ++count) {
            if (count % names_of_a_packet == 0) {
                if (std::chrono::steady_clock::now() >= end)
                    throw Trouble(TroubleKind::refused, folder + " takes too long to be listed");
                watch.renew();
            }
            const Attributes next(sftp_readdir(sftp_.get(), open.get()));
            if (!next) break;
            if (count >= count_max)
                throw Trouble(TroubleKind::refused, folder + " holds too many files");
            if (next.get()->type != SSH_FILEXFER_TYPE_REGULAR) continue;
            entries.push_back({next.get()->name, next.get()->size, next.get()->mtime});
        }
        if (sftp_dir_eof(open.get()) == 0) fail("list", folder);
        std::sort(entries.begin(), entries.end(),
                  [](const FarEntry& a, const FarEntry& b) { return a.name < b.name; });
        return entries;
    }

    std::unique_ptr<FarReader> reader(const std::string& path, std::uint64_t offset) override {
        return std::make_unique<SftpReader>(*this, open(path, O_RDONLY, offset), path);
    }

    std::unique_ptr<FarWriter> writer(const std::string& path, std::uint64_t offset) override {
        const int flags = offset == 0 ? O_WRONLY | O_CREAT | O_TRUNC : O_WRONLY;
        return std::make_unique<SftpWriter>(*this, open(path, flags, offset), path);
    }

    void rename(const std::string& from, const std::string& to) override {
        // Servers differ in whether they rename over a file that is there.
        if (facts(to)) throw Trouble(TroubleKind::taken, to + " is there already");
        const Watchdog::Watch watch(dog_);
        if (sftp_rename(sftp_.get(), from.c_str(), to.c_str()) != SSH_OK) fail("rename", from);
    }

    void remove(const std::string& path) override {
        const Watchdog::Watch watch(dog_);
        if (sftp_unlink(sftp_.get(), path.c_str()) != SSH_OK &&
            sftp_get_error(sftp_.get()) != SSH_FX_NO_SUCH_FILE)
            fail("remove", path);
    }

    std::optional<std::uint64_t> free_bytes(const std::string& folder) override {
        if (sftp_extension_supported(sftp_.get(), "statvfs@openssh.com", "2") == 0)
            return std::nullopt;
        const Watchdog::Watch watch(dog_);
        const Statvfs space(sftp_statvfs(sftp_.get(), folder.empty() ? "." : folder.c_str()));
        if (!space) return std::nullopt;
        return space.get()->f_bavail * space.get()->f_frsize;
    }

    [[noreturn]] void fail(const std::string& doing, const std::string& path) {
        const int code = sftp_get_error(sftp_.get());
        const bool gone = dog_.has_bitten() || ssh_is_connected(session_.get()) == 0 ||
                          code == SSH_FX_CONNECTION_LOST || code == SSH_FX_NO_CONNECTION;
        const std::string what = host_ + ": " + doing + " " + path + ": ";
        if (dog_.has_bitten()) throw Trouble(TroubleKind::cut, what + "it was silent for too long");
        if (gone) throw Trouble(TroubleKind::cut, what + "the connection broke");
        throw Trouble(TroubleKind::refused, what + words_of(code));
    }

    Watchdog& dog() { return dog_; }
    sftp_session sftp() { return sftp_.get(); }
    std::size_t packet_bytes() const { return packet_bytes_; }

  private:
    File open(const std::string& path, int flags, std::uint64_t offset) {
        const Watchdog::Watch watch(dog_);
        File file(sftp_open(sftp_.get(), path.c_str(), flags, file_mode));
        if (!file) fail("open", path);
        if (offset > 0) sftp_seek64(file.get(), offset);
        return file;
    }

    static std::string words_of(int code) {
        switch (code) {
            case SSH_FX_NO_SUCH_FILE:
                return "it is not there";
            case SSH_FX_PERMISSION_DENIED:
                return "permission denied";
            default:
                return "it said no (SFTP status " + std::to_string(code) + ")";
        }
    }

    std::string host_;
    Session session_;
    std::chrono::seconds patience_;
    Watchdog dog_;
    Sftp sftp_;
    std::size_t packet_bytes_ = packet_bytes_small;
};

// To close a file is to ask, and to wait for the answer.
SftpReader::~SftpReader() {
    const Watchdog::Watch watch(server_.dog());
    file_.reset();
}

SftpWriter::~SftpWriter() {
    const Watchdog::Watch watch(server_.dog());
    file_.reset();
}

std::string SftpReader::read(std::size_t count_max) {
    std::string bytes(std::min(count_max, server_.packet_bytes()), '\0');
    const Watchdog::Watch watch(server_.dog());
    const ssize_t count = sftp_read(file_.get(), bytes.data(), bytes.size());
    if (count < 0) server_.fail("read", path_);
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
}

void SftpWriter::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t part = std::min(bytes.size(), server_.packet_bytes());
        ssize_t count = 0;
        {
            const Watchdog::Watch watch(server_.dog());
            count = sftp_write(file_.get(), bytes.data(), part);
        }
        if (count <= 0) {
            // A full disk has no status of its own in SFTP.
            const std::string folder = path_.substr(0, path_.find_last_of('/') + 1);
            if (sftp_get_error(server_.sftp()) == SSH_FX_FAILURE) {
                const auto space = server_.free_bytes(folder);
                if (space && *space < part)
                    throw Trouble(TroubleKind::full, "write " + path_ + ": no space is left there");
            }
            server_.fail("write", path_);
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void SftpWriter::finish() {
    const Watchdog::Watch watch(server_.dog());
    if (sftp_extension_supported(server_.sftp(), "fsync@openssh.com", "1") != 0 &&
        sftp_fsync(file_.get()) != SSH_OK)
        server_.fail("flush", path_);
    // What cannot be written is said at the latest when the file is closed.
    if (sftp_close(file_.release()) != SSH_OK) server_.fail("close", path_);
}

}  // namespace

bool is_host_key(const std::string& text) {
    std::string type;
    return static_cast<bool>(pinned_key(text, type));
}

std::unique_ptr<Far> connect_sftp(const SftpAddress& address) {
    return std::make_unique<Server>(address);
}

}  // namespace channel
