#include "app/dossier.hpp"

#include <algorithm>
#include <map>

#include "app/journal.hpp"
#include "app/private_copy.hpp"
#include "app/stamping.hpp"
#include "app/standing.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "journal/evidence.hpp"
#include "ledger/facts.hpp"
#include "outbox/names.hpp"
#include "seal/cms_verify.hpp"
#include "seal/key_roll.hpp"
#include "seal/time_stamp.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::OutgoingKind;

namespace {

constexpr unsigned dossier_mode = 0644, dossier_folder_mode = 0755;

// The folder as it grows, and the commands that check what is in it.
class Dossier {
  public:
    explicit Dossier(fs::path folder) : folder_(std::move(folder)) {}

    void add(const std::string& name, std::string_view bytes) {
        make_place(name);
        io::write_file(folder_ / name, bytes, io::Replace::yes, dossier_mode);
        note(name, seal::hex(seal::sha256(bytes)));
    }
    void add_copy(const std::string& name, const parse::Source& copy) {
        make_place(name);
        note(name, write_copy(copy, folder_ / name, dossier_mode));
    }
    // Already written there by somebody else.
    void adopt(const std::string& name) { note(name, seal::hex(digest_of(name))); }
    void check(const std::string& comment, const std::string& command) {
        checks_ += "\necho '" + comment + "'\n" + command + "\n";
    }
    const std::string& checks() const { return checks_; }
    std::string sums() const {
        std::string text;
        for (const auto& [name, digest] : digests_) text += digest + "  " + name + "\n";
        return text;
    }
    const fs::path& folder() const { return folder_; }

  private:
    void make_place(const std::string& name) const {
        const fs::path parent = (folder_ / name).parent_path();
        if (!io::facts(parent)) io::make_folders(parent, dossier_folder_mode);
    }
    seal::Hash digest_of(const std::string& name) const {
        return seal::sha256(io::read_file(folder_ / name, 256 << 20));
    }
    void note(const std::string& name, const std::string& digest) { digests_[name] = digest; }
    fs::path folder_;
    std::map<std::string, std::string> digests_;
    std::string checks_;
};

std::string record_name(std::int64_t record) {
    return "record/" + std::to_string(record) + ".txt";
}

std::string seconds_of(core::Instant at) {
    return std::to_string(at.microseconds / 1'000'000);
}

// The certificates that a signature carries, and the signature as openssl reads it.
std::string add_signature(Dossier& dossier, const std::string& name, const std::string& fs_bytes) {
    dossier.add(name, fs_bytes);
    std::string der;
    if (!seal::signature_der(fs_bytes, der)) return {};
    dossier.add(name + ".der", der);
    return der;
}

// A time-stamp lies beside its signature, with the command that checks it.
void add_stamp(Dossier& dossier, const std::string& name, const std::string& der) {
    const auto token = der.empty() ? std::nullopt : seal::time_stamp_token(der);
    if (!token) return;
    dossier.add(name + ".tst", *token);
    dossier.check("time-stamp of " + name,
                  "openssl ts -verify -token_in -in " + name + ".tst -digest " +
                      seal::hex(seal::time_stamp_imprint(der)) + " -CAfile trust/tsa.pem");
}

void add_received(Dossier& dossier, Home& home, const DossierFacts& facts) {
    const std::string base = facts.file.identity.text();
    const std::string total = std::to_string(facts.file.parts);
    for (const ledger::Part& part : facts.parts) {
        const std::string name = base + "." + total + "." + std::to_string(part.part);
        const fs::path copy = home.spool() / part.path;
        if (part.path.empty() || !io::facts(copy)) continue;  // expired: the digests speak
        dossier.add_copy("received/FI." + name, *delivered(copy));
        if (part.signature_path.empty() || !io::facts(home.spool() / part.signature_path)) continue;
        const std::string der =
            add_signature(dossier, "received/FS." + name,
                          io::read_file(home.spool() / part.signature_path, 16 << 20));
        add_stamp(dossier, "received/FS." + name, der);
        if (der.empty() || part.signer.empty()) continue;
        dossier.check("signature of the sender over FI." + name,
                      "openssl cms -verify -binary -purpose any -partial_chain -inform DER -in "
                      "received/FS." +
                          name + ".der -content received/FI." + name +
                          " -CAfile trust/sender-ca.pem -certfile trust/signers.pem -attime " +
                          seconds_of(facts.file.received_at) + " -out /dev/null");
    }
}

fs::path kept_folder(const Home& home, const core::FileIdentity& identity) {
    return home.archive() / "out" / identity.date;
}

// What we sent about the file and signed: answers whole; of parcels the voucher, which holds the
// digest. Answers about other records of the file are left out of the dossier of one record.
void add_answers(Dossier& dossier, Home& home, const DossierFacts& facts, bool of_record) {
    for (const ledger::Outgoing& row : facts.outgoing) {
        const bool parcel = row.kind == OutgoingKind::parcel;
        if (row.name.empty() || (of_record && row.kind != OutgoingKind::receipt)) continue;
        const auto identity = outbox::data_identity(row.name);
        if (!identity) continue;
        const fs::path from = kept_folder(home, *identity);
        using outbox::Member;
        const std::string data =
            parcel ? outbox::member_name(Member::voucher, *identity) : row.name;
        const std::string signature =
            outbox::member_name(parcel ? Member::voucher_signature : Member::signature, *identity);
        const auto bytes = io::find_file(from / data, 256 << 20);
        const auto sealed = io::find_file(from / signature);
        if (!bytes || !sealed) continue;
        dossier.add("sent/" + data, *bytes);
        const std::string der = add_signature(dossier, "sent/" + signature, *sealed);
        dossier.check("our signature over " + data,
                      "openssl cms -verify -binary -purpose any -inform DER -in sent/" + signature +
                          ".der -content sent/" + data + " -CAfile trust/our-chain.pem -attime " +
                          seconds_of(row.at) + " -out /dev/null");
        add_stamp(dossier, "sent/" + signature, der);
    }
}

// Authorities and revocation lists as they were at the reception, which its entry names.
void add_trust(Dossier& dossier, Home& home, const DossierFacts& facts) {
    std::string digest;
    for (const ledger::Entry& entry : facts.entries)
        if (entry.kind == ledger::EntryKind::received)
            digest = journal::member(entry.body, "trust");
    std::map<std::string, std::string> bundles;
    for (const KeptTrust& one : kept_trust(home, digest)) {
        dossier.add("trust/at-reception/" + one.path, one.content);
        bundles[one.path.substr(0, one.path.find('/'))] += one.content;
    }
    dossier.add("trust/sender-ca.pem", bundles["ca"]);
    if (!bundles["crl"].empty()) dossier.add("trust/sender-crl.pem", bundles["crl"]);
    // Of our own stamps, which are younger, the authorities of today; of the sender's, those of
    // then.
    std::string stamps = bundles["tsa"];
    const seal::TimeStampTrust today = time_stamp_trust(home);
    for (const seal::CertificateFacts& one : today.certificates())
        stamps += seal::certificate_text(one);
    if (!stamps.empty()) dossier.add("trust/tsa.pem", stamps);
    std::string signers;
    if (const job::Partner* partner = home.partners().find(facts.file.identity.sender))
        for (const job::Certificate& certificate : partner->certificates)
            signers += io::find_file(certificate.file, 1 << 20).value_or("");
    dossier.add("trust/signers.pem", signers);
    dossier.add("trust/our-chain.pem", seal::all_signer_chains(home.keys_folder()));
    std::string logs;
    for (const seal::VerifierKey& key : seal::log_keys(home.keys_folder()))
        logs += key.text() + "\n";
    dossier.add("trust/log-keys.txt", logs);
}

void add_journal(Dossier& dossier, const DossierFacts& facts, const DossierRequest& request,
                 const Arguments& arguments) {
    std::string lines;
    for (const ledger::Entry& entry : facts.entries) lines += entry_json(entry) + "\n";
    // The bodies name what was sent to others than the one the record is about.
    if (!request.record) dossier.add("journal/entries.jsonl", lines);
    const Command* prove = find_command("journal prove");
    if (prove == nullptr) return;
    Arguments words;
    for (const char* common : {"home", "now"})
        if (arguments.has(common)) words.values.emplace(common, arguments.get(common));
    const std::string name = "journal/proof.tlog-proof";
    io::make_folders(dossier.folder() / "journal", dossier_folder_mode);
    words.values.emplace("out", (dossier.folder() / name).string());
    words.operands_.push_back(facts.file.identity.text() +
                              (request.record ? "#" + std::to_string(*request.record) : ""));
    prove->run(words);
    dossier.adopt(name);
    dossier.add("journal/check.sh", proof_script);
    std::string command = "bash journal/check.sh " + name + " trust/log-keys.txt";
    if (request.record && io::facts(dossier.folder() / record_name(*request.record)))
        command += " " + record_name(*request.record);
    dossier.check("proof of the journal", command);
}

constexpr const char* read_me_begin =
    R"(What lies here, and how to check it
===================================

statement.en.txt, .fr, .nl, .de   what was received, when, how it was verified, what was
                                  decided, and to whom it was delivered
received/                         the file as it was delivered (FI) and its signature (FS)
record/                           the one record that is asked about, where it is only one
sent/                             what was answered, and the vouchers of what was delivered, each
                                  with our signature (FS of FO, VS of VO). *.der: the same in the
                                  form that openssl reads. *.tst: its time-stamp (RFC 3161)
journal/                          the entries about the file, and the proof that they stand in the
                                  signed log (C2SP tlog-proof)
trust/                            certificates: of the sender, of the authorities and the revocation
                                  lists as they were at reception, ours, of the time-stamping
                                  authority; log-keys.txt: the keys of the log

Whoever doubts our certificates gets them from us by another way and compares:
    openssl x509 -in trust/our-chain.pem -noout -fingerprint -sha256

Every check in one go, with bash, sha256sum and OpenSSL 3 alone:
    bash verify.sh

The proof of the journal is checked by journal/check.sh, or by any tool for C2SP tlog-proof.
The keys of the log, too, are to be compared with those that we published.
A certificate that was revoked stands in the lists under trust/at-reception/crl:
    openssl crl -in trust/sender-crl.pem -noout -text

This folder may hold personal data and names of recipients. Hand it to nobody but who asked.
)";

void finish(Dossier& dossier) {
    dossier.add("README.txt", read_me_begin);
    std::string script =
        "#!/usr/bin/env bash\n# Checks everything in this folder; ends with 'all holds' or stops "
        "at "
        "what does not.\nset -euo pipefail\ncd \"$(dirname \"$0\")\"\n\necho 'digests of all "
        "files'\nsha256sum --quiet -c SHA256SUMS\n" +
        dossier.checks() + "\necho 'all holds'\n";
    dossier.add("verify.sh", script);
    const std::string sums = dossier.sums();
    dossier.add("SHA256SUMS", sums);
}

std::string subject_of_signer(const std::vector<seal::CertificateFacts>& known,
                              const std::string& fingerprint) {
    for (const seal::CertificateFacts& facts : known)
        if (facts.fingerprint == fingerprint) return facts.subject;
    return fingerprint.empty() ? "" : "?";
}

DossierFacts gather(Home& home, const ledger::File& file, const DossierRequest& request) {
    const ledger::Ledger& book = home.ledger();
    DossierFacts facts;
    facts.file = file;
    facts.parts = book.parts(file.id);
    facts.outgoing = book.outgoing(file.id);
    facts.tallies = book.tallies(file.id);
    facts.entries = book.entries(file.id);
    std::vector<seal::CertificateFacts> known;
    if (const job::Partner* partner = home.partners().find(file.identity.sender))
        for (const job::Certificate& certificate : partner->certificates)
            for (auto& one : seal::read_certificates(certificate.file))
                known.push_back(std::move(one));
    for (const ledger::Part& part : facts.parts)
        facts.signers.push_back(subject_of_signer(known, part.signer));
    if (!request.record) return facts;
    const auto slice = book.slice_of_record(file.id, *request.record);
    if (!slice)
        throw core::Fault(core::FaultKind::usage, "make a dossier of the record",
                          std::to_string(*request.record), "the file has no such record",
                          "see: sluice show " + file.identity.text());
    const auto unpacked = ledger::SliceFacts::unpack(slice->facts);
    const auto& fact =
        unpacked.records.at(static_cast<std::size_t>(*request.record - slice->first_record));
    facts.record_accepted = fact.accepted;
    if (fact.accepted && fact.route < unpacked.routes.size()) {
        facts.record_recipients = unpacked.routes[fact.route].recipients;
        facts.record_withheld = unpacked.routes[fact.route].withheld;
    }
    for (const core::Finding& finding : ledger::unpack_findings(slice->findings))
        if (static_cast<std::int64_t>(finding.record) == *request.record)
            facts.record_codes.push_back(finding.code);
    return facts;
}

}  // namespace

void write_dossier(Home& home, const ledger::File& file, const DossierRequest& request,
                   const fs::path& folder, const Arguments& arguments) {
    const DossierFacts facts = gather(home, file, request);
    io::make_folders(folder, dossier_folder_mode);
    Dossier dossier(folder);
    add_trust(dossier, home, facts);
    if (request.record) {
        if (const auto bytes = record_bytes(home, file, *request.record))
            dossier.add(record_name(*request.record), *bytes);
    } else {
        add_received(dossier, home, facts);
    }
    add_answers(dossier, home, facts, request.record.has_value());
    add_journal(dossier, facts, request, arguments);
    for (const core::Language language : core::languages)
        dossier.add("statement." + std::string(core::to_string(language)) + ".txt",
                    dossier_statement(home, facts, request, language));
    finish(dossier);
}

}  // namespace app
