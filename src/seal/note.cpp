// c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-proof.
#include "seal/note.hpp"

#include <charconv>
#include <cstring>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "seal/openssl.hpp"

namespace seal {

static constexpr std::string_view dash =
    "\xE2\x80\x94 ";  // em dash and a space open a signature line
static constexpr char ed25519_type = '\x01';
static constexpr std::size_t signatures_max = 64, proof_hashes_max = 64;

// ---- keys ----

static std::string public_bytes(const VerifierKey& key) {
    return std::string(1, ed25519_type) +
           std::string(reinterpret_cast<const char*>(key.key.data()), key.key.size());
}

std::uint32_t VerifierKey::id() const {
    const Hash hash = sha256(name + "\n" + public_bytes(*this));
    return std::uint32_t{hash[0]} << 24 | std::uint32_t{hash[1]} << 16 |
           std::uint32_t{hash[2]} << 8 | hash[3];
}

static std::string id_bytes(std::uint32_t id) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(id >> shift & 0xff);
    return bytes;
}

std::string VerifierKey::text() const {
    return name + "+" + hex(id_bytes(id())) + "+" + base64(public_bytes(*this));
}

static bool good_key_name(std::string_view name) {
    return !name.empty() && name.find_first_of("+ \t\r\n") == std::string_view::npos;
}

std::optional<VerifierKey> VerifierKey::parse(std::string_view text) {
    const std::size_t first = text.find('+');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = text.find('+', first + 1);  // the base64 may hold further ones
    if (second == std::string_view::npos) return std::nullopt;
    VerifierKey key;
    key.name = text.substr(0, first);
    std::string id, bytes;
    if (!good_key_name(key.name) || !from_hex(text.substr(first + 1, second - first - 1), id) ||
        !from_base64(text.substr(second + 1), bytes) || bytes.size() != 33 ||
        bytes[0] != ed25519_type)
        return std::nullopt;
    std::memcpy(key.key.data(), bytes.data() + 1, 32);
    if (id_bytes(key.id()) != id) return std::nullopt;
    return key;
}

bool ed25519_verify(const std::array<std::uint8_t, 32>& key, std::string_view message,
                    std::string_view signature) {
    const OwnedKey public_key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
    const OwnedDigestContext context(EVP_MD_CTX_new());
    const bool good =
        public_key && context &&
        EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
        EVP_DigestVerify(context.get(), raw_bytes(signature), signature.size(), raw_bytes(message),
                         message.size()) == 1;
    ERR_clear_error();
    return good;
}

struct NoteSigner::Key {
    OwnedKey pkey;
};

NoteSigner::NoteSigner(NoteSigner&&) noexcept = default;
NoteSigner& NoteSigner::operator=(NoteSigner&&) noexcept = default;
NoteSigner::~NoteSigner() = default;

NoteSigner::NoteSigner(std::string name, std::string_view private_key)
    : key_(std::make_unique<Key>()) {
    ENSURE(good_key_name(name) && private_key.size() == 32);
    key_->pkey.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw_bytes(private_key),
                                                  private_key.size()));
    verifier_.name = std::move(name);
    std::size_t length = verifier_.key.size();
    ENSURE(key_->pkey &&
           EVP_PKEY_get_raw_public_key(key_->pkey.get(), verifier_.key.data(), &length) == 1);
}

std::string NoteSigner::sign_raw(std::string_view message) const {
    const OwnedDigestContext context(EVP_MD_CTX_new());
    std::string signature(64, '\0');
    std::size_t length = signature.size();
    ENSURE(context &&
           EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->pkey.get()) == 1 &&
           EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                          &length, raw_bytes(message), message.size()) == 1 &&
           length == signature.size());
    return signature;
}

// ---- notes ----

std::string NoteSigner::sign(std::string_view text) const {
    ENSURE(!text.empty() && text.back() == '\n');
    return std::string(text) + "\n" + std::string(dash) + verifier_.name + " " +
           base64(id_bytes(verifier_.id()) + sign_raw(text)) + "\n";
}

// The next line without its newline; false at the end or when there is none.
static bool next_line(std::string_view& text, std::string_view& line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return true;
}

std::optional<std::string> open_note(std::string_view note, const std::vector<VerifierKey>& keys) {
    if (note.size() > note_bytes_max) return std::nullopt;
    for (const char c : note)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n') return std::nullopt;
    const std::size_t gap = note.rfind("\n\n");
    if (gap == std::string_view::npos) return std::nullopt;
    const std::string_view text = note.substr(0, gap + 1);
    std::string_view rest = note.substr(gap + 2), line;
    std::size_t lines = 0;
    bool signed_by_known = false;
    while (!rest.empty()) {
        if (!next_line(rest, line) || ++lines > signatures_max ||
            line.substr(0, dash.size()) != dash)
            return std::nullopt;
        line.remove_prefix(dash.size());
        const std::size_t space = line.find(' ');
        std::string bytes;
        if (space == std::string_view::npos || !good_key_name(line.substr(0, space)) ||
            !from_base64(line.substr(space + 1), bytes) || bytes.size() < 5)
            return std::nullopt;
        for (const VerifierKey& key : keys) {
            if (key.name != line.substr(0, space) || bytes.substr(0, 4) != id_bytes(key.id()))
                continue;
            // A wrong signature under a name and id we know spoils the whole note.
            if (!ed25519_verify(key.key, text, std::string_view(bytes).substr(4)))
                return std::nullopt;
            signed_by_known = true;
        }
    }
    if (!signed_by_known) return std::nullopt;
    return std::string(text);
}

// ---- checkpoints ----

static bool parse_number(std::string_view text, std::uint64_t& value) {
    if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

std::string Checkpoint::text() const {
    std::string text = origin + "\n" + std::to_string(size) + "\n" + base64(bytes_of(root)) + "\n";
    for (const std::string& line : extensions) text += line + "\n";
    return text;
}

std::optional<Checkpoint> Checkpoint::parse(std::string_view text) {
    Checkpoint checkpoint;
    std::string_view line;
    std::string bytes;
    if (!next_line(text, line) || line.empty()) return std::nullopt;
    checkpoint.origin = line;
    if (!next_line(text, line) || !parse_number(line, checkpoint.size)) return std::nullopt;
    if (!next_line(text, line) || !from_base64(line, bytes) || !to_hash(bytes, checkpoint.root))
        return std::nullopt;
    while (next_line(text, line)) {
        if (line.empty()) return std::nullopt;
        checkpoint.extensions.emplace_back(line);
    }
    if (!text.empty()) return std::nullopt;
    return checkpoint;
}

// ---- proofs ----

static constexpr std::string_view proof_magic = "c2sp.org/tlog-proof@v1";

std::string LogProof::text() const {
    std::string text = std::string(proof_magic) + "\n";
    if (!extra.empty()) text += "extra " + base64(extra) + "\n";
    text += "index " + std::to_string(index) + "\n";
    for (const Hash& hash : hashes) text += base64(bytes_of(hash)) + "\n";
    return text + "\n" + checkpoint;
}

std::optional<LogProof> LogProof::parse(std::string_view text) {
    LogProof proof;
    std::string_view line;
    if (!next_line(text, line) || line != proof_magic || !next_line(text, line))
        return std::nullopt;
    if (line.substr(0, 6) == "extra ") {
        if (!from_base64(line.substr(6), proof.extra) || !next_line(text, line))
            return std::nullopt;
    }
    if (line.substr(0, 6) != "index " || !parse_number(line.substr(6), proof.index))
        return std::nullopt;
    for (;;) {
        if (!next_line(text, line) || proof.hashes.size() > proof_hashes_max) return std::nullopt;
        if (line.empty()) break;
        std::string bytes;
        Hash hash;
        if (!from_base64(line, bytes) || !to_hash(bytes, hash)) return std::nullopt;
        proof.hashes.push_back(hash);
    }
    proof.checkpoint = text;
    return proof;
}

std::optional<Checkpoint> verify_log_proof(const LogProof& proof, const Hash& entry_leaf,
                                           const std::vector<VerifierKey>& keys) {
    const auto text = open_note(proof.checkpoint, keys);
    if (!text) return std::nullopt;
    auto checkpoint = Checkpoint::parse(*text);
    if (!checkpoint || !verify_inclusion(entry_leaf, proof.index, checkpoint->size, proof.hashes,
                                         checkpoint->root))
        return std::nullopt;
    return checkpoint;
}

}  // namespace seal
