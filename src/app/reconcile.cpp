// After a restore: what was published behind the backup's back counts, and is not made again.
#include <algorithm>
#include <map>
#include <set>

#include "app/backup.hpp"
#include "app/dispatch.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/returning.hpp"
#include "app/supplement.hpp"
#include "io/file.hpp"
#include "io/zip.hpp"
#include "job/questions.hpp"
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

// What a job returns to its askers may have any subject; a parcel has a voucher.
OutgoingKind kind_of(Home& home, const Seen& one) {
    const std::string& subject = one.identity.subject;
    if (subject == outbox::receipt_subject) return OutgoingKind::receipt;
    if (subject == outbox::notification_subject) return OutgoingKind::notification;
    if (subject == outbox::correction_subject) return OutgoingKind::correction;
    if (subject == outbox::status_subject) return OutgoingKind::status;
    if (subject == outbox::evidence_subject) return OutgoingKind::evidence;
    if (subject == reminder_subject) return OutgoingKind::reminder;
    if (io::facts(one.at / outbox::member_name(outbox::Member::voucher, one.identity)))
        return OutgoingKind::parcel;
    for (const auto& job : home.jobs())
        if (const job::Asking* asking = job::asking_of(*job); asking && asking->subject == subject)
            return OutgoingKind::answer;
    return OutgoingKind::parcel;
}

// The root of merged answers with its attributes: they may be gigabytes, zipped.
std::optional<xml::Document> read_root(const fs::path& path) {
    constexpr std::size_t head_max = 64 << 10;
    const auto file = io::InputFile::open(path);
    std::string head;
    if (path.filename().string().rfind("CO.", 0) == 0) {
        io::ZipReader zip(file, {});
        head.resize(head_max);
        std::size_t filled = 0;
        while (filled < head.size()) {
            const std::size_t count = zip.read(head.data() + filled, head.size() - filled);
            if (count == 0) break;
            filled += count;
        }
        head.resize(filled);
    } else {
        head = file.read(0, head_max);
    }
    const std::size_t root = head.find("Answers "), end = head.find('>', root);
    if (root == std::string::npos || end == std::string::npos) return std::nullopt;
    std::vector<xml::Error> errors;
    return xml::Document::parse(head.substr(0, end) + "/>", {}, errors);
}

// The file of ours that a published set is about; 0 where the backup does not know it.
ledger::FileId file_of(Home& home, const std::string& name) {
    core::FileIdentity identity;
    if (core::parse_identity(name, identity))
        if (const auto file = home.ledger().find_file(identity)) return file->id;
    return 0;
}

// Vouchers name their source by its ticket. A supplement has that of its file, which may have been
// closed long ago, so all files are looked at, once.
class Tickets {
  public:
    explicit Tickets(Home& home) : home_(home) {}
    ledger::FileId file(const std::string& ticket) {
        if (!read_) read();
        const auto found = files_.find(ticket);
        return found == files_.end() ? 0 : found->second;
    }

  private:
    void read() {
        read_ = true;
        ledger::FileFilter filter;
        for (;;) {
            const auto page = home_.ledger().files(filter);
            for (const ledger::File& file : page)
                if (!is_supplement(file)) files_[file.ticket] = file.id;
            if (page.size() < static_cast<std::size_t>(filter.limit)) return;
            filter.before = page.back().id;
        }
    }
    Home& home_;
    bool read_ = false;
    std::map<std::string, ledger::FileId> files_;
};

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

void describe_parcel(const Seen& one, Tickets& tickets, ledger::Outgoing& row) {
    row.detail = restored_detail;
    const auto paper =
        read_xml(one.at / outbox::member_name(outbox::Member::voucher, one.identity));
    if (!paper) return;
    const std::string number = leaf(paper->root(), "Number");
    const std::string records = leaf(paper->root(), "Records");
    if (!number.empty()) row.number = std::stoll(number);
    if (!records.empty()) row.records = std::stoll(records);
    row.file = tickets.file(leaf(paper->root(), "Source"));
}

void describe_merged(Home& home, const Seen& one, ledger::Outgoing& row) {
    const auto head = read_root(one.at / one.name);
    if (!head) return;
    const xml::Element& root = head->root();
    row.file = file_of(home, std::string(root.value_or("file", "")));
    row.detail = restored_answer(root.value_or("part", "1") == "2" ? 2 : 1,
                                 root.value_or("last", "true") == "true");
}

void describe_reminder(Home& home, const Seen& one, ledger::Outgoing& row) {
    row.detail = restored_detail;
    const auto text = read_xml(one.at / one.name);
    const xml::Element* parcel =
        text ? text->root().child("urn:sluice:reminder:1", "Parcel") : nullptr;
    if (parcel == nullptr) return;
    if (const auto about = home.ledger().find_outgoing(std::string(parcel->value_or("name", ""))))
        row.file = about->file;
    // When it was said, so that it is not said again before its time.
    if (const auto at = core::parse_instant(text->root().value_or("at", ""))) row.at = *at;
}

void describe_answer(Home& home, const Seen& one, ledger::Outgoing& row) {
    if (row.kind == OutgoingKind::notification) row.detail = "0";
    const auto answer = one.name.rfind("FO.", 0) == 0 ? read_xml(one.at / one.name) : std::nullopt;
    if (!answer) return;
    row.file = file_of(home, leaf(answer->root(), "FileName"));
    if (row.kind == OutgoingKind::receipt && leaf(answer->root(), "TypeForm") == "FA")
        row.detail = restored_final;
}

ledger::Outgoing row_of(Home& home, const Seen& one, Tickets& tickets, core::Instant now) {
    ledger::Outgoing row;
    row.kind = kind_of(home, one);
    row.recipient = one.recipient;
    row.name = one.name;
    row.folder = one.folder;
    row.state = OutgoingState::published;
    row.at = now;
    std::uint64_t bytes = 0;
    row.digest = digest_text(one.at / one.name, bytes);
    row.bytes = static_cast<std::int64_t>(bytes);
    if (row.kind == OutgoingKind::parcel)
        describe_parcel(one, tickets, row);
    else if (row.kind == OutgoingKind::answer)
        describe_merged(home, one, row);
    else if (row.kind == OutgoingKind::reminder)
        describe_reminder(home, one, row);
    else
        describe_answer(home, one, row);
    return row;
}

// What it was drawn for, before the backup, stays.
ledger::Outgoing found_published(const ledger::Outgoing& known, ledger::Outgoing row) {
    row.id = known.id;
    row.file = known.file;
    row.detail = known.detail;
    if (row.records == 0) row.records = known.records;
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

// Folders of partners that are not there, and were to hold parcels: nobody knows of these whether
// they were taken.
std::vector<std::string> folders_missing(Home& home) {
    std::set<std::pair<std::string, std::string>> asked;
    std::vector<std::string> missing;
    home.ledger().each_parcel_lying([&](const ledger::Outgoing& row) {
        if (!asked.emplace(row.recipient, row.folder).second) return;
        const auto facts = io::facts(home.partner_folder(row.recipient) / row.folder);
        if (facts && facts->kind == io::Kind::folder) return;
        missing.push_back(
            JsonObject().text("recipient", row.recipient).text("folder", row.folder).str());
    });
    return missing;
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
    // Reminders are about parcels: these first.
    std::stable_partition(seen.begin(), seen.end(),
                          [](const Seen& one) { return one.identity.subject != reminder_subject; });
    Reconciled result;
    Tickets tickets(home);
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
        ledger::Outgoing row = row_of(home, one, tickets, now);
        if (known)
            step->update_outgoing(found_published(*known, row));
        else
            step->add_outgoing(row);
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
        std::string(outbox::receipt_subject),    std::string(outbox::notification_subject),
        std::string(outbox::correction_subject), std::string(outbox::status_subject),
        std::string(outbox::evidence_subject),   std::string(reminder_subject)};
    for (const auto& one : home.jobs()) {
        subjects.insert(one->delivery_subject.empty() ? one->subject : one->delivery_subject);
        if (const job::Asking* asking = job::asking_of(*one)) subjects.insert(asking->subject);
    }
    for (const std::string& subject : subjects)
        for (const char environment : {'R', 'T', 'S'})
            sequences.try_emplace("sequence." + today + "." + environment + "." + subject, 0);
    for (const auto& [counter, last] : sequences) raise(*step, counter, last + skip);
    raise(*step, "ticket", step->next("ticket") + skip);
    const std::string body = operator_body(
        reason, "\"what\":\"restored\",\"known\":" + std::to_string(result.known) + ",\"added\":" +
                    std::to_string(result.added) + ",\"skipped\":" + std::to_string(skip) +
                    ",\"lost_size\":" + std::to_string(lost.size) +
                    ",\"lost_root\":" + json_quoted(lost.size > 0 ? seal::hex(lost.root) : "") +
                    ",\"missing\":" + json_array(folders_missing(home)));
    step->append(ledger::EntryKind::restored, 0, now, body);
    step->commit();
    return result;
}

}  // namespace app
