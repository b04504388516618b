// sluice key create | roll | retire: a key's life, each step with its entry.
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/standstill.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/envelope.hpp"
#include "seal/key_roll.hpp"

namespace app {

using ledger::EntryKind;

static seal::KeyKind kind_of(const Arguments& arguments) {
    const auto kind = seal::parse_key_kind(arguments.operand(0));
    if (!kind)
        throw core::Fault(core::FaultKind::usage, "read the kind of key",
                          io::printable(arguments.operand(0)), "it is neither signer nor log",
                          "signer: CMS signatures; log: checkpoints of the journal");
    return *kind;
}

static seal::KeyAlgorithm algorithm_of(const Arguments& arguments, seal::KeyKind kind) {
    const std::string text =
        arguments.get("algorithm", kind == seal::KeyKind::log ? "ed25519" : "ec-p256");
    const auto algorithm = seal::parse_key_algorithm(text);
    if (!algorithm)
        throw core::Fault(core::FaultKind::usage, "read the option", "--algorithm",
                          "'" + text + "' is none that we can make",
                          "they are ec-p256, ec-p384, rsa-3072, rsa-4096; the log has ed25519");
    return *algorithm;
}

static seal::KeyOptions key_options(const Home& home) {
    seal::KeyOptions options;
    options.installation = home.settings().installation;
    return options;
}

static std::string reason_of(const Arguments& arguments, const std::string& verb) {
    std::string reason = arguments.get("reason");
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, verb, arguments.operand(0), "no reason is given",
                          "add --reason with words that your successor will understand");
    return reason;
}

static void record(Home& home, const std::string& reason, const std::string& more) {
    auto step = home.ledger().begin();
    step->append(EntryKind::key, 0, home.now(), operator_body(reason, more));
    step->commit();
}

static std::string members(const seal::KeyRecord& key) {
    const std::string text = JsonObject()
                                 .text("kind", to_string(key.kind))
                                 .text("id", key.id)
                                 .text("algorithm", key.algorithm)
                                 .text("from", core::to_string(key.from))
                                 .text("to", key.to ? core::to_string(*key.to) : "")
                                 .str();
    return text;
}

// The key that senders envelope to is made once, and used from then on.
static int create_encryption(Home& home, const std::string& reason) {
    const bool made =
        seal::create_decryption_key(home.keys_folder(), home.settings().installation, home.now());
    if (made)
        record(home, reason, "\"what\":\"created\",\"kind\":\"encryption\"");
    else
        std::cerr << "sluice: key create: there is one already; this is its certificate\n";
    std::cout << seal::decryption_certificate(home.keys_folder());
    return 0;
}

static int run_key_create(const Arguments& arguments) {
    Home home(arguments);
    if (arguments.operand(0) == "encryption")
        return create_encryption(home, arguments.get("reason"));
    const seal::KeyKind kind = kind_of(arguments);
    const seal::KeyAlgorithm algorithm = algorithm_of(arguments, kind);
    home.keys();
    std::cout << seal::create_next(home.keys_folder(), kind, algorithm, key_options(home));
    record(home, arguments.get("reason"),
           "\"what\":\"created\",\"kind\":" + json_quoted(to_string(kind)) +
               ",\"algorithm\":" + json_quoted(to_string(algorithm)));
    return 0;
}

static int run_key_roll(const Arguments& arguments) {
    Home home(arguments);
    const seal::KeyKind kind = kind_of(arguments);
    const seal::KeyAlgorithm algorithm = algorithm_of(arguments, kind);
    const std::string reason = reason_of(arguments, "roll the key");
    std::string certificate;
    if (arguments.has("certificate")) certificate = io::read_file(arguments.get("certificate"));
    // Whoever signs now has read the former key.
    const Standstill standstill(home, "key roll");
    home.keys();
    const seal::Rolled rolled = seal::roll_key(home.keys_folder(), kind, key_options(home),
                                               certificate, algorithm, home.now());
    std::string more = "\"what\":\"rolled\",\"former\":" + members(rolled.former) +
                       ",\"active\":" + members(rolled.active);
    if (!rolled.statement.empty()) more += ",\"statement\":" + json_quoted(rolled.statement);
    record(home, reason, more);
    std::cout << to_string(kind) << " " << rolled.active.id << '\n';
    return 0;
}

static int run_key_retire(const Arguments& arguments) {
    Home home(arguments);
    const std::string reason = reason_of(arguments, "retire the key");
    core::Instant to = home.now();
    if (arguments.has("to")) {
        const auto given = core::parse_instant(arguments.get("to"));
        if (!given)
            throw core::Fault(core::FaultKind::usage, "read the option", "--to",
                              "it is not an RFC 3339 instant",
                              "write it like 2026-04-01T02:00:00Z");
        to = *given;
    }
    home.keys();
    const auto retired = seal::retire_key(home.keys_folder(), arguments.operand(0), to);
    record(home, reason, "\"what\":\"retired\",\"key\":" + members(retired));
    std::cout << to_string(retired.kind) << " " << retired.id << " counts until "
              << core::to_string(*retired.to) << '\n';
    return 0;
}

static constexpr Option create_options[] = {
    {"algorithm", "A", "ec-p256 (default), ec-p384, rsa-3072, rsa-4096; ed25519 for the log"},
    {"reason", "TEXT", "why; it stands in the journal with your name"},
};

const Command key_create_command{
    "key create",
    "signer|log|encryption",
    "make the next key, to be taken up later",
    "Makes the next key of a kind beside the active one and prints what others need before it is\n"
    "taken up: for the signer a certificate request (PKCS #10) for your authority, for the log "
    "its\n"
    "verifier key. Nothing signs with it until sluice key roll.\n"
    "\n"
    "For encryption (RSA) it makes the key that senders may envelope files to with CMS, once, and\n"
    "prints its certificate for them; reception opens such files from then on.\n"
    "\n"
    "A signing key in a token or another OpenSSL provider is not made here: write its URI into\n"
    "spool/keys/next.signer.uri (mode 0600), then roll with its certificate.",
    "sluice key create signer --algorithm rsa-3072 > request.pem",
    create_options,
    1,
    1,
    run_key_create};

static constexpr Option roll_options[] = {
    {"certificate", "FILE", "PEM chain of the next signer, from an authority outside"},
    {"algorithm", "A", "of a key that is made now, where none was created"},
    {"reason", "TEXT", "why; it stands in the journal with your name (required)"},
};

const Command key_roll_command{
    "key roll",
    "signer|log",
    "take up the next key; the former one still verifies",
    "Takes up the next key (made now where none was created). Reception and runs wait meanwhile.\n"
    "The former private key is destroyed; its public half is kept with the time in which it\n"
    "counted. Without --certificate our own authority certifies a signer. Both keys of the log\n"
    "sign the change, and the journal holds it, so whoever trusts the former one can follow.",
    "sluice key roll log --reason \"yearly\"",
    roll_options,
    1,
    1,
    run_key_roll};

static constexpr Option retire_options[] = {
    {"to", "INSTANT", "what was signed later is not ours (default: now)"},
    {"reason", "TEXT", "why; it stands in the journal with your name (required)"},
};

const Command key_retire_command{
    "key retire",
    "ID",
    "no longer believe a former key from an instant on",
    "Marks a former key (the beginning of its id is enough) as not to be believed for anything\n"
    "later than --to: after a theft. An active key is followed first (sluice key roll).",
    "sluice key retire 3f9a --to 2026-04-01T00:00:00Z --reason \"stolen laptop\"",
    retire_options,
    1,
    1,
    run_key_retire};

}  // namespace app
