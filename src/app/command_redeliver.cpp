// sluice redeliver: the same bytes once more, for a recipient who lost them.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <set>

#include "app/channel_pace.hpp"
#include "app/command_list.hpp"
#include "app/dispatch.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "ledger/facts.hpp"
#include "outbox/names.hpp"
#include "outbox/publish.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::OutgoingKind;
using ledger::OutgoingState;

namespace {

struct Kept {
    ledger::Outgoing row;
    std::vector<fs::path> members;  // in the archive, GO last
};

}  // namespace

// The names of a set in the order of publishing, as the archive holds them: under the day of the
// name.
static Kept kept_set(const Home& home, const ledger::Outgoing& row) {
    const auto identity = outbox::data_identity(row.name);
    if (!identity)
        throw core::Fault(core::FaultKind::integrity, "read the name of", row.name,
                          "it is none of ours", "call somebody: the ledger was changed");
    const fs::path folder = home.archive() / "out" / identity->date;
    Kept kept{row, {}};
    for (const std::string& name : outbox::set_names(row.name, row.kind == OutgoingKind::parcel))
        kept.members.push_back(folder / name);
    return kept;
}

static std::string digest_of(const fs::path& path) {
    const auto input = io::InputFile::open(path);
    seal::Sha256 digest;
    constexpr std::size_t at_once = 1 << 20;
    for (std::uint64_t offset = 0;;) {
        const std::string bytes = input.read(offset, at_once);
        digest.update(bytes);
        offset += bytes.size();
        if (bytes.size() < at_once) return seal::hex(digest.value());
    }
}

// What is sent again must be what was sent: the archive shares its bytes with the recipient's
// folder.
static void check_kept(const Home& home, const Kept& kept) {
    for (const fs::path& member : kept.members)
        if (!io::facts(member))
            throw core::Fault(core::FaultKind::world, "send again", kept.row.name,
                              home.shown(member) + " is no longer kept",
                              "restore it from a backup of the archive");
    if (digest_of(kept.members.front()) != kept.row.digest)
        throw core::Fault(core::FaultKind::integrity, "send again", kept.row.name,
                          "its bytes are not those that were published",
                          "call somebody: compare with the backup and the recipient's copy");
}

// Recipients of the named records; all where none are named.
static bool carries(const ledger::Ledger& book, const ledger::File& file, const Target& target,
                    const ledger::Outgoing& row) {
    if (target.records.empty()) return true;
    for (const std::int64_t record : target.records) {
        const auto slice = book.slice_of_record(file.id, record);
        if (!slice) continue;
        const auto facts = ledger::SliceFacts::unpack(slice->facts);
        const auto& fact = facts.records.at(static_cast<std::size_t>(record - slice->first_record));
        if (!fact.accepted || fact.route >= facts.routes.size()) continue;
        const auto& recipients = facts.routes[fact.route].recipients;
        if (std::find(recipients.begin(), recipients.end(), row.recipient) != recipients.end())
            return true;
    }
    return false;
}

static bool is_served(const Home& home, const job::Partner* partner) {
    const auto served = [&](const job::Channel& one) {
        return (one.kind == "push" || one.kind == "folder") && in_force(one, home.today());
    };
    return partner != nullptr &&
           std::any_of(partner->channels.begin(), partner->channels.end(), served);
}

static std::string send_again(Operation& operation, const Kept& kept, const ledger::File& file) {
    Home& home = operation.home();
    const job::Partner* partner = home.partners().find(kept.row.recipient);
    const bool served = is_served(home, partner);
    // A turn of pushing would take out of OUT what its row still says to be transferred.
    std::optional<io::Lock> lock;
    if (served || kept.row.state == OutgoingState::transferred) {
        io::make_folders(channels_folder(home));
        lock = io::Lock::take(home.work() / "push.lock", "redeliver", std::chrono::seconds(30));
        io::remove_file(channels_folder(home) / kept.row.recipient / kept.row.name);
    }
    outbox::Publication publication;
    publication.recipient = kept.row.recipient;
    publication.out = home.partner_folder(kept.row.recipient) / kept.row.folder;
    publication.from = staging_folder(home);
    publication.closed = partner == nullptr || partner->state == job::PartnerState::closed;
    for (const fs::path& member : kept.members) {
        publication.members.push_back(member.filename().string());
        link_into(home, member, publication.from / publication.members.back());
    }
    outbox::PublishSettings settings;
    settings.waiting_files_max = home.settings().partner_waiting_files_max;
    settings.waiting_bytes_max = home.settings().partner_waiting_bytes_max;
    const outbox::Publication batch[] = {publication};
    const auto result = outbox::publish(batch, settings).front();
    if (result.outcome != outbox::Outcome::published) {
        // The archive keeps its names; those that were staged for this go.
        for (const std::string& name : publication.members)
            if (const auto staged = publication.from / name; io::facts(staged))
                io::remove_file(staged);
        return result.reason;
    }
    auto step = home.ledger().begin();
    // It lies there again: to be uploaded where the recipient has a server, or to be taken.
    ledger::Outgoing row = home.ledger().find_outgoing(kept.row.id).value_or(kept.row);
    if (served || row.state == OutgoingState::transferred || row.state == OutgoingState::expired) {
        row.state = OutgoingState::published;
        row.at = std::max(home.now(), row.at);
        step->update_outgoing(row);
    }
    step->append(
        ledger::EntryKind::redelivered, file.id, home.now(),
        operator_body(operation.reason(), "\"name\":" + json_quoted(kept.row.name) +
                                              ",\"recipient\":" + json_quoted(kept.row.recipient) +
                                              ",\"sha256\":" + json_quoted(kept.row.digest)));
    step->commit();
    return {};
}

static int redeliver_row(Operation& operation, const ledger::File& file,
                         const ledger::Outgoing& row) {
    Home& home = operation.home();
    if (io::facts(home.partner_folder(row.recipient) / row.folder / row.name))
        return operation.refuse(row.name + " still lies in " + row.folder + " of " + row.recipient);
    const Kept kept = kept_set(home, row);
    check_kept(home, kept);
    if (!operation.plan()) {
        const std::string why = send_again(operation, kept, file);
        if (!why.empty()) return operation.refuse(row.name + ": " + why);
    }
    return operation.done("redeliver " + row.name + " to " + row.recipient + " (" +
                          std::to_string(row.bytes) + " bytes, sha256 " + row.digest + ")");
}

static int redeliver(Operation& operation, const Arguments& arguments) {
    const auto file = operation.find();
    if (!file) return Operation::not_done;
    operation.lock(*file);
    Home& home = operation.home();
    const std::string only = arguments.get("recipient");
    int status = 0;
    std::size_t count = 0;
    for (const ledger::Outgoing& row : home.ledger().outgoing(file->id)) {
        const bool published =
            row.state == OutgoingState::published || row.state == OutgoingState::transferred ||
            row.state == OutgoingState::fetched || row.state == OutgoingState::acknowledged ||
            row.state == OutgoingState::failed || row.state == OutgoingState::expired;
        const bool wanted = row.kind == OutgoingKind::parcel || arguments.has("answers");
        if (!published || !wanted || (!only.empty() && only != row.recipient)) continue;
        if (row.kind == OutgoingKind::parcel &&
            !carries(home.ledger(), *file, operation.target(), row))
            continue;
        ++count;
        status = std::max(status, redeliver_row(operation, *file, row));
    }
    if (count == 0) return operation.refuse("nothing of it was published that this names");
    return status;
}

static int run_redeliver(const Arguments& arguments) {
    return operate(arguments, "redeliver",
                   {ledger::FileState::delivered, ledger::FileState::closed},
                   [&](Operation& operation) { return redeliver(operation, arguments); });
}

static constexpr Option options[] = {
    verb_options[0],
    verb_options[1],
    verb_options[2],
    verb_options[3],
    verb_options[4],
    verb_options[5],
    {"recipient", "NNNNNN", "for this recipient alone (default: all)"},
    {"answers", "", "also the receipts and notifications to the sender"},
};

const Command redeliver_command{
    "redeliver",
    "[FILE[#RECORD,...]]",
    "put published parcels into the recipients' folders again",
    "The very bytes that were published, with their signature, voucher and GO, under the same\n"
    "names: for a recipient who lost them. With #RECORD,... the parcels that carry one of these\n"
    "records. Parcels that still lie in the recipient's folder are left alone.\n"
    "\n"
    "The digest in the ledger is checked first; a parcel that differs from it ends in exit\n"
    "status 4. Each parcel sent again stands in the journal with operator and reason.",
    "sluice redeliver DMFA.100101.20260401.00001.R --recipient 400002 --reason \"disk lost\"",
    options,
    0,
    1,
    run_redeliver};

}  // namespace app
