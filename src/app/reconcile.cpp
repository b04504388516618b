// After a restore: what was published behind the backup's back counts, and is not made again.
#include <algorithm>
#include <map>
#include <set>

#include "app/backup.hpp"
#include "app/dispatch.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "io/file.hpp"
#include "outbox/names.hpp"
#include "seal/cms_sign.hpp"
#include "seal/digest.hpp"
#include "seal/key_roll.hpp"
#include "seal/note.hpp"
#include "xml/document.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::OutgoingKind;
using ledger::OutgoingState;

namespace {

constexpr std::size_t folder_names_max = 10'000'000;

struct Seen {
    core::FileIdentity identity;
    std::string recipient, folder, name;  // name: of the data file
    fs::path at;
};

// Data files with their GO: what a partner could take as published.
void look(const fs::path& at, const std::string& recipient, std::vector<Seen>& seen) {
    const auto facts = io::facts(at);
    if (!facts || facts->kind != io::Kind::folder) return;
    const auto listed = io::list(at, folder_names_max);
    const std::set<std::string> names(listed.begin(), listed.end());
    for (const std::string& name : listed) {
        const std::string prefix = name.substr(0, 3);
        if (prefix != "FO." && prefix != "CO.") continue;
        const auto identity = outbox::data_identity(name);
        if (!identity || identity->sender != outbox::our_number) continue;
        seen.push_back({*identity, recipient,
                        std::string(outbox::out_folder(identity->environment)), name, at});
    }
}

std::string leaf(const xml::Element& root, std::string_view name) {
    for (const xml::Element* child : root.children) {
        if (child->local == name) return child->text();
        const std::string deeper = leaf(*child, name);
        if (!deeper.empty()) return deeper;
    }
    return {};
}

std::optional<xml::Document> read_xml(const fs::path& path) {
    const auto text = io::find_file(path, 64 << 20);
    std::vector<xml::Error> errors;
    if (!text) return std::nullopt;
    return xml::Document::parse(*text, {}, errors);
}

OutgoingKind kind_of(const std::string& subject) {
    if (subject == outbox::receipt_subject) return OutgoingKind::receipt;
    if (subject == outbox::notification_subject) return OutgoingKind::notification;
    if (subject == outbox::correction_subject) return OutgoingKind::correction;
    if (subject == outbox::status_subject) return OutgoingKind::status;
    if (subject == outbox::evidence_subject) return OutgoingKind::evidence;
    return OutgoingKind::parcel;
}

// The file of ours that a published set is about; 0 where the backup does not know it.
ledger::FileId source_of(Home& home, const Seen& one, const std::string& ticket,
                         const std::string& go_name) {
    core::FileIdentity identity;
    if (core::parse_identity(go_name, identity))
        if (const auto file = home.ledger().find_file(identity)) return file->id;
    if (ticket.empty()) return 0;
    // Vouchers name their source by its ticket: only open files can still make the parcel again.
    for (const auto& file :
         home.ledger().files_in({ledger::FileState::received, ledger::FileState::verified,
                                 ledger::FileState::processing, ledger::FileState::decided,
                                 ledger::FileState::delivered, ledger::FileState::held}))
        if (file.ticket == ticket) return file.id;
    static_cast<void>(one);
    return 0;
}

std::string digest_text(const fs::path& path, std::uint64_t& bytes) {
    const auto input = io::InputFile::open(path);
    seal::Sha256 digest;
    constexpr std::size_t at_once = 1 << 20;
    for (;;) {
        const std::string block = input.read(bytes, at_once);
        digest.update(block);
        bytes += block.size();
        if (block.size() < at_once) return seal::hex(digest.value());
    }
}

ledger::Outgoing row_of(Home& home, const Seen& one, core::Instant now) {
    ledger::Outgoing row;
    row.kind = kind_of(one.identity.subject);
    row.recipient = one.recipient;
    row.name = one.name;
    row.folder = one.folder;
    row.state = OutgoingState::published;
    row.at = now;
    std::uint64_t bytes = 0;
    row.digest = digest_text(one.at / one.name, bytes);
    row.bytes = static_cast<std::int64_t>(bytes);
    std::string ticket, go_name;
    if (row.kind == OutgoingKind::parcel) {
        row.detail = restored_detail;
        if (const auto paper =
                read_xml(one.at / outbox::member_name(outbox::Member::voucher, one.identity))) {
            const std::string number = leaf(paper->root(), "Number");
            const std::string records = leaf(paper->root(), "Records");
            if (!number.empty()) row.number = std::stoll(number);
            if (!records.empty()) row.records = std::stoll(records);
            ticket = leaf(paper->root(), "Source");
        }
    } else if (one.name.rfind("FO.", 0) == 0) {
        if (const auto answer = read_xml(one.at / one.name)) {
            go_name = leaf(answer->root(), "FileName");
            if (row.kind == OutgoingKind::receipt && leaf(answer->root(), "TypeForm") == "FA")
                row.detail = restored_final;
        }
        if (row.kind == OutgoingKind::notification) row.detail = "0";
    }
    row.file = source_of(home, one, ticket, go_name);
    return row;
}

// The newest checkpoint under which something was published: what the log of the backup lacks.
void look_at_checkpoint(Home& home, const Seen& one, seal::Checkpoint& newest) {
    const auto fs = io::find_file(
        one.at / outbox::member_name(outbox::Member::signature, one.identity), 16 << 20);
    const auto proof = fs ? seal::journal_proof(*fs) : std::nullopt;
    const auto parsed = proof ? seal::LogProof::parse(*proof) : std::nullopt;
    if (!parsed) return;
    const auto note = seal::open_note(parsed->checkpoint, seal::log_keys(home.keys_folder()));
    const auto checkpoint = note ? seal::Checkpoint::parse(*note) : std::nullopt;
    if (checkpoint && checkpoint->size > newest.size) newest = *checkpoint;
}

// Counters only ever grow: asked for their next number, they are moved on by what is missing.
void raise(ledger::Step& step, const std::string& counter, std::int64_t beyond) {
    const std::int64_t next = step.next(counter);
    if (next <= beyond) step.next_many(counter, beyond - next);
}

}  // namespace

Reconciled reconcile(Home& home, const std::vector<fs::path>& witnesses, std::int64_t skip,
                     const std::string& reason) {
    std::vector<Seen> seen;
    const fs::path partners = home.spool() / "partners";
    if (io::facts(partners))
        for (const std::string& number : io::list(partners, 100'000))
            for (const char* folder : {"OUT", "OUTTEST", "OUTTEST-S"})
                look(partners / number / folder, number, seen);
    for (const fs::path& witness : witnesses) look(witness, witness.filename().string(), seen);
    Reconciled result;
    const core::Instant now = home.now();
    std::map<std::string, std::int64_t> sequences, parcels;
    seal::Checkpoint lost;
    auto step = home.ledger().begin();
    for (const Seen& one : seen) {
        const std::string environment(1, static_cast<char>(one.identity.environment));
        const auto number = outbox::sequence_number(one.identity.sequence).value_or(0);
        auto& highest = sequences["sequence." + one.identity.date + "." + environment + "." +
                                  one.identity.subject];
        highest = std::max(highest, static_cast<std::int64_t>(number));
        const auto known = home.ledger().find_outgoing(one.name);
        // Drawn before the backup and published after it: it is published.
        if (known && known->state != OutgoingState::drawn &&
            known->state != OutgoingState::staged && known->state != OutgoingState::held) {
            ++result.known;
            continue;
        }
        ledger::Outgoing row = row_of(home, one, now);
        if (known) {
            row.id = known->id;
            step->update_outgoing(row);
        } else {
            step->add_outgoing(row);
        }
        look_at_checkpoint(home, one, lost);
        ++result.added;
        result.names.push_back(one.name);
        if (row.number > 0) {
            auto& last =
                parcels["parcel." + row.recipient + "." + one.identity.subject + "." + environment];
            last = std::max(last, row.number);
        }
    }
    for (const auto& [counter, last] : parcels) raise(*step, counter, last);
    // Of today also where nothing is seen: it may have been taken and shown by nobody.
    const std::string today = compact_day(home, now);
    std::set<std::string> subjects{
        std::string(outbox::receipt_subject), std::string(outbox::notification_subject),
        std::string(outbox::correction_subject), std::string(outbox::status_subject),
        std::string(outbox::evidence_subject)};
    for (const auto& one : home.jobs())
        subjects.insert(one->delivery_subject.empty() ? one->subject : one->delivery_subject);
    for (const std::string& subject : subjects)
        for (const char environment : {'R', 'T', 'S'})
            sequences.try_emplace("sequence." + today + "." + environment + "." + subject, 0);
    for (const auto& [counter, last] : sequences) raise(*step, counter, last + skip);
    raise(*step, "ticket", step->next("ticket") + skip);
    const std::string body = operator_body(
        reason, "\"what\":\"restored\",\"known\":" + std::to_string(result.known) + ",\"added\":" +
                    std::to_string(result.added) + ",\"skipped\":" + std::to_string(skip) +
                    ",\"lost_size\":" + std::to_string(lost.size) +
                    ",\"lost_root\":" + json_quoted(lost.size > 0 ? seal::hex(lost.root) : ""));
    step->append(ledger::EntryKind::restored, 0, now, body);
    step->commit();
    return result;
}

}  // namespace app
