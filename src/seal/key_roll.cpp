#include "seal/key_roll.hpp"

#include <algorithm>
#include <sstream>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/key_file.hpp"
#include "seal/key_making.hpp"

namespace seal {

namespace fs = std::filesystem;
using namespace parts;

namespace {

// One line a former key: kind, id, algorithm, state, from, to, file; between tabs.
constexpr const char* history_file = "history";
constexpr const char *next_prefix = "next.", *rolling_prefix = "rolling.";

std::string algorithm_of(EVP_PKEY* key) {
    if (key == nullptr) return "unknown";
    if (EVP_PKEY_is_a(key, "EC") == 1) return "EC P-" + std::to_string(EVP_PKEY_get_bits(key));
    return std::string(EVP_PKEY_get0_type_name(key)) + " " + std::to_string(EVP_PKEY_get_bits(key));
}

std::vector<KeyRecord> read_history(const fs::path& folder) {
    std::vector<KeyRecord> records;
    const auto text = io::find_file(folder / history_file);
    if (!text) return records;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> fields;
        std::istringstream words(line);
        for (std::string field; std::getline(words, field, '\t');) fields.push_back(field);
        const auto kind = fields.empty() ? std::nullopt : parse_key_kind(fields[0]);
        const auto from = fields.size() == 7 ? core::parse_instant(fields[4]) : std::nullopt;
        const auto to = fields.size() == 7 ? core::parse_instant(fields[5]) : std::nullopt;
        if (!kind || !from || !to)
            throw core::Fault(core::FaultKind::integrity, "read the former keys in",
                              io::shown(folder / history_file), "a line is not as it was written",
                              "restore the folder of the keys from its backup");
        KeyRecord record{*kind, fields[1], fields[2], KeyState::former, *from, *to, {}, fields[6]};
        if (fields[3] == to_string(KeyState::retired)) record.state = KeyState::retired;
        records.push_back(std::move(record));
    }
    return records;
}

void write_history(const fs::path& folder, const std::vector<KeyRecord>& records) {
    std::string text;
    for (const KeyRecord& record : records)
        text += std::string(to_string(record.kind)) + '\t' + record.id + '\t' + record.algorithm +
                '\t' + std::string(to_string(record.state)) + '\t' + core::to_string(record.from) +
                '\t' + core::to_string(*record.to) + '\t' + record.file + '\n';
    io::write_file(folder / history_file, text);
}

const char* public_file(KeyKind kind) {
    return kind == KeyKind::signer ? signer_chain : log_public;
}

KeyRecord record_of(const fs::path& folder, KeyKind kind, const std::string& file) {
    KeyRecord record;
    record.kind = kind;
    record.file = file;
    if (kind == KeyKind::log) {
        record.id = first_line(io::read_file(folder / file));
        record.algorithm = "Ed25519";
        if (const auto facts = io::facts(folder / file)) record.from = facts->modified;
        return record;
    }
    const CertificateFacts facts = read_certificates(folder / file).front();
    record.id = facts.fingerprint;
    record.algorithm = algorithm_of(X509_get0_pubkey(certificate_from_der(facts.der).get()));
    record.from = facts.not_before;
    record.not_after = facts.not_after;
    return record;
}

KeyRecord active_key(const fs::path& folder, KeyKind kind, const std::vector<KeyRecord>& history) {
    KeyRecord record = record_of(folder, kind, public_file(kind));
    // From the moment at which it followed another; the first one from its own beginning.
    for (const KeyRecord& former : history)
        if (former.kind == kind) record.from = std::max(record.from, *former.to);
    return record;
}

bool next_there(const fs::path& folder, KeyKind kind) {
    const std::string prefix = next_prefix + std::string(to_string(kind));
    return io::facts(folder / (prefix + ".key")) || io::facts(folder / (prefix + ".uri"));
}

OwnedKey next_signer(const fs::path& folder) {
    const std::string prefix = std::string(next_prefix) + "signer";
    if (const auto uri = io::find_file(folder / (prefix + ".uri")))
        return open_private_key(first_line(*uri));
    return read_private_key(folder / (prefix + ".key"));
}

void move_over(const fs::path& folder, const std::string& from, const char* to) {
    if (!io::facts(folder / from)) return;
    const io::Folder here = io::Folder::open(folder);
    ENSURE(here.rename(from, here, to, io::Replace::yes));
    here.sync();
}

void issue_certificate(const fs::path& folder, const KeyOptions& options,
                       const std::string& certificate, core::Instant now) {
    const fs::path to = folder / (next_prefix + std::string(signer_chain));
    const OwnedKey key = next_signer(folder);
    std::string chain = certificate;
    if (chain.empty()) {
        const OwnedKey secret = read_private_key(folder / authority_key);
        const OwnedCertificate authority = read_certificate(folder / authority_file);
        chain = certificate_pem(
                    make_signer(options, key.get(), authority.get(), secret.get(), now).get()) +
                certificate_pem(authority.get());
    }
    const CertificateFacts facts = parse_certificates(chain, "the certificate").front();
    const OwnedCertificate leaf = certificate_from_der(facts.der);
    if (X509_check_private_key(leaf.get(), key.get()) != 1) {
        ERR_clear_error();
        throw core::Fault(core::FaultKind::usage, "take up the certificate", facts.subject,
                          "it is not for the key that sluice key create made",
                          "have the request signed that it printed");
    }
    if (facts.not_before > now || facts.not_after < now)
        throw core::Fault(core::FaultKind::usage, "take up the certificate", facts.subject,
                          "it is not valid now", "roll the key inside of its days");
    io::write_file(to, chain);
}

// Both keys say who follows whom, so that whoever trusts the former can trust the next.
std::string statement_of_log(const fs::path& folder, core::Instant now) {
    const NoteSigner former = load_log_key(folder);
    const NoteSigner next = load_log_key(folder, next_prefix);
    const std::string text = "sluice log key roll\n" + core::to_string(now) + "\nfrom " +
                             former.verifier().text() + "\nto " + next.verifier().text() + "\n";
    const std::string by_next = next.sign(text);
    return former.sign(text) + by_next.substr(text.size() + 1);
}

}  // namespace

// ---- words ----

std::string_view to_string(KeyKind kind) {
    return kind == KeyKind::signer ? "signer" : "log";
}

std::optional<KeyKind> parse_key_kind(std::string_view text) {
    if (text == "signer") return KeyKind::signer;
    if (text == "log") return KeyKind::log;
    return std::nullopt;
}

std::string_view to_string(KeyState state) {
    switch (state) {
        case KeyState::next:
            return "next";
        case KeyState::active:
            return "active";
        case KeyState::former:
            return "former";
        case KeyState::retired:
            break;
    }
    return "retired";
}

// ---- looking ----

static std::vector<KeyRecord> list_keys(const fs::path& folder, KeyKind kind) {
    const auto history = read_history(folder);
    std::vector<KeyRecord> records;
    if (next_there(folder, kind)) {
        KeyRecord next;
        if (kind == KeyKind::log)
            next = record_of(folder, kind, next_prefix + std::string(log_public));
        else
            next.algorithm = algorithm_of(next_signer(folder).get());
        next.kind = kind;
        next.state = KeyState::next;
        records.push_back(std::move(next));
    }
    records.push_back(active_key(folder, kind, history));
    for (auto former = history.rbegin(); former != history.rend(); ++former)
        if (former->kind == kind) records.push_back(*former);
    return records;
}

std::vector<KeyRecord> list_keys(const fs::path& folder) {
    std::vector<KeyRecord> records = list_keys(folder, KeyKind::signer);
    for (KeyRecord& record : list_keys(folder, KeyKind::log)) records.push_back(std::move(record));
    return records;
}

std::vector<VerifierKey> log_keys(const fs::path& folder) {
    std::vector<VerifierKey> keys;
    for (const KeyRecord& record : list_keys(folder, KeyKind::log)) {
        if (record.state == KeyState::next) continue;
        const auto key = VerifierKey::parse(record.id);
        if (!key)
            throw core::Fault(core::FaultKind::integrity, "read the key", record.file,
                              "it is not a verifier key of a signed note",
                              "restore the folder of the keys from its backup");
        keys.push_back(*key);
    }
    return keys;
}

std::string former_signer_chains(const fs::path& folder) {
    std::string chains;
    const auto history = read_history(folder);
    for (auto former = history.rbegin(); former != history.rend(); ++former)
        if (former->kind == KeyKind::signer) chains += io::read_file(folder / former->file);
    return chains;
}

std::string all_signer_chains(const fs::path& folder) {
    return io::read_file(folder / signer_chain) + former_signer_chains(folder);
}

// ---- moving on ----

std::string create_next(const fs::path& folder, KeyKind kind, KeyAlgorithm algorithm,
                        const KeyOptions& options) {
    if (next_there(folder, kind))
        throw core::Fault(core::FaultKind::usage, "create the next key for",
                          std::string(to_string(kind)), "there is one already",
                          "take it up with: sluice key roll " + std::string(to_string(kind)));
    const bool fits = (kind == KeyKind::log) == (algorithm == KeyAlgorithm::ed25519);
    if (!fits)
        throw core::Fault(core::FaultKind::usage, "create the next key for",
                          std::string(to_string(kind)),
                          std::string(to_string(algorithm)) + " is not for that",
                          "the log takes ed25519, the signer ec-p256, ec-p384, rsa-3072, rsa-4096");
    const std::string prefix = next_prefix;
    if (kind == KeyKind::log) {
        const std::string secret = random_bytes(secret_bytes);
        const auto active = VerifierKey::parse(first_line(io::read_file(folder / log_public)));
        const NoteSigner signer(active ? active->name : options.installation, secret);
        io::write_file(folder / (prefix + log_public), signer.verifier().text() + "\n");
        io::write_file(folder / (prefix + log_key), hex(secret) + "\n");
        return signer.verifier().text() + "\n";
    }
    const OwnedKey key = new_key(algorithm);
    io::write_file(folder / (prefix + signer_key), private_key_pem(key.get()));
    return certificate_request(options.installation, key.get());
}

void finish_rolls(const fs::path& folder) {
    const std::string prefix = next_prefix;
    const fs::path of_signer = folder / (rolling_prefix + std::string("signer")),
                   of_log = folder / (rolling_prefix + std::string("log"));
    if (io::facts(of_signer)) {
        if (io::facts(folder / (prefix + signer_key))) io::remove_file(folder / signer_uri);
        move_over(folder, prefix + signer_key, signer_key);
        move_over(folder, prefix + signer_uri, signer_uri);
        move_over(folder, prefix + signer_chain, signer_chain);
        io::remove_file(of_signer);
    }
    if (io::facts(of_log)) {
        move_over(folder, prefix + log_key, log_key);
        move_over(folder, prefix + log_public, log_public);
        io::remove_file(of_log);
    }
}

Rolled roll_key(const fs::path& folder, KeyKind kind, const KeyOptions& options,
                const std::string& certificate, KeyAlgorithm algorithm, core::Instant now) {
    finish_rolls(folder);
    auto history = read_history(folder);
    Rolled rolled;
    rolled.former = active_key(folder, kind, history);
    if (!next_there(folder, kind)) create_next(folder, kind, algorithm, options);
    if (kind == KeyKind::signer)
        issue_certificate(folder, options, certificate, now);
    else
        rolled.statement = statement_of_log(folder, now);
    rolled.former.state = KeyState::former;
    rolled.former.to = now;
    const std::string kept = "former." + std::string(to_string(kind)) + "." +
                             std::to_string(history.size() + 1) +
                             (kind == KeyKind::signer ? ".pem" : ".pub");
    io::write_file(folder / kept, io::read_file(folder / public_file(kind)));
    rolled.former.file = kept;
    // A roll that was cut short before its marker leaves the former key active: said once.
    history.push_back(rolled.former);
    write_history(folder, history);
    io::write_file(folder / (rolling_prefix + std::string(to_string(kind))), "");
    finish_rolls(folder);
    rolled.active = active_key(folder, kind, history);
    return rolled;
}

KeyRecord retire_key(const fs::path& folder, const std::string& id, core::Instant to) {
    auto history = read_history(folder);
    const auto found = std::find_if(history.begin(), history.end(), [&](const KeyRecord& record) {
        return !id.empty() && record.id.rfind(id, 0) == 0;
    });
    if (found == history.end())
        throw core::Fault(core::FaultKind::usage, "retire the key", io::printable(id),
                          "no former key begins so",
                          "see: sluice key list; an active one is followed first (sluice key "
                          "roll)");
    found->state = KeyState::retired;
    found->to = std::min(*found->to, to);
    KeyRecord retired = *found;
    write_history(folder, history);
    return retired;
}

}  // namespace seal
