// sluice archive list | get | export | expire | hold | unhold: what is kept of files, and for how
// long.
#include <iostream>

#include "app/archive.hpp"
#include "app/archive_export.hpp"
#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/private_copy.hpp"
#include "app/sent_file.hpp"
#include "app/standing.hpp"
#include "app/standstill.hpp"
#include "app/supplement.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "outbox/names.hpp"

namespace app {

namespace fs = std::filesystem;

// ---- list ----

static int run_archive_list(const Arguments& arguments) {
    Home home(arguments);
    const bool json = arguments.has("json");
    TextTable table;
    table.row({{"FILE", Colour::bold},
               {"BYTES", Colour::bold, true},
               {"EXPIRES", Colour::bold},
               {"HOLD", Colour::bold}});
    bool any = false;
    each_archived(home, [&](const ArchivedFile& one) {
        any = true;
        if (json) {
            std::cout << JsonObject()
                             .text("file", shown_name(one.file))
                             .number("bytes", static_cast<std::int64_t>(one.bytes))
                             .number("objects", static_cast<std::int64_t>(one.payload.size()))
                             .text("expires", core::to_string(one.expires))
                             .boolean("hold", one.held)
                             .str()
                      << '\n';
        } else {
            table.row({{shown_name(one.file)},
                       {std::to_string(one.bytes), Colour::none, true},
                       {core::to_string(one.expires)},
                       {one.held ? "hold" : "", Colour::yellow}});
        }
        return true;
    });
    if (!json && any) std::cout << table.str();
    return 0;
}

// ---- get ----

static void write_part(const parse::Source& copy, const fs::path& to, const std::string& expected) {
    if (write_copy(copy, to, io::private_file_mode) != expected)
        throw core::Fault(core::FaultKind::integrity, "take out of the archive",
                          to.filename().string(), "its bytes are not those that were received",
                          "call somebody: compare with a backup");
}

// One set as it was sent: data, signatures, voucher. How many members are kept.
static std::size_t write_set(const Home& home, const ledger::Outgoing& row, const fs::path& to) {
    const auto identity = outbox::data_identity(row.name);
    if (!identity) return 0;
    const fs::path from = home.archive() / "out" / identity->date;
    if (!io::facts(from / row.name)) return 0;
    std::size_t count = 0;
    for (const std::string& name : outbox::set_names(row.name, true)) {
        const auto facts = io::facts(from / name);
        if (!facts || facts->bytes == 0) continue;  // GO says nothing here
        if (name == row.name)
            write_part(*open_plain(from / name), to / name, row.digest);
        else
            io::write_file(to / name, io::read_file(from / name, 16 << 20));
        std::cout << name << '\n';
        ++count;
    }
    return count;
}

// A parcel by its own name, in whatever form it went out.
static std::optional<ledger::Outgoing> parcel_named(Home& home, const Target& target) {
    const auto identity = outbox::data_identity(target.text);
    if (!identity || identity->sender != outbox::our_number) return std::nullopt;
    for (const job::Partner& partner : home.partners().list) {
        auto row = find_sent(home, identity->text(), partner.number, identity->environment);
        if (row && row->kind == ledger::OutgoingKind::parcel) return row;
    }
    return std::nullopt;
}

static std::vector<ledger::Outgoing> parcels_for(Home& home, const ledger::File& file,
                                                 const std::string& recipient) {
    std::vector<ledger::Outgoing> list;
    auto attempts = supplements_of(home.ledger(), file);
    attempts.insert(attempts.begin(), file);
    for (const ledger::File& attempt : attempts)
        for (ledger::Outgoing& row : home.ledger().outgoing(attempt.id))
            if (row.kind == ledger::OutgoingKind::parcel && row.recipient == recipient)
                list.push_back(std::move(row));
    return list;
}

static int get_parcels(const Home& home, const std::vector<ledger::Outgoing>& rows,
                       const std::string& what, const fs::path& folder) {
    io::make_folders(folder);
    std::size_t count = 0;
    for (const ledger::Outgoing& row : rows) count += write_set(home, row, folder);
    if (count > 0) return 0;
    std::cerr << "sluice: archive get: no parcel of " << what << " is kept\n";
    return 1;
}

static int run_archive_get(const Arguments& arguments) {
    Home home(arguments);
    const Target target = parse_target(arguments.operand(0));
    const fs::path folder = arguments.get("out", ".");
    if (const auto parcel = parcel_named(home, target))
        return get_parcels(home, {*parcel}, target.text, folder);
    const auto file = find_target(home, target);
    if (!file) {
        std::cerr << "sluice: archive get: nobody knows a file " << target.text << '\n';
        return 1;
    }
    if (const std::string recipient = arguments.get("recipient"); !recipient.empty())
        return get_parcels(home, parcels_for(home, *file, recipient),
                           target.text + " for " + recipient, folder);
    io::make_folders(folder);
    std::size_t count = 0;
    for (const ledger::Part& part : home.ledger().parts(file->id)) {
        const std::string name = file->identity.text() + "." + std::to_string(file->parts) + "." +
                                 std::to_string(part.part);
        if (part.path.empty() || !io::facts(home.spool() / part.path)) continue;
        write_part(*delivered(home.spool() / part.path), folder / ("FI." + name), part.digest);
        std::cout << "FI." << name << '\n';
        ++count;
        if (part.signature_path.empty() || !io::facts(home.spool() / part.signature_path)) continue;
        io::write_file(folder / ("FS." + name),
                       io::read_file(home.spool() / part.signature_path, 16 << 20));
        std::cout << "FS." << name << '\n';
    }
    if (count > 0) return 0;
    std::cerr << "sluice: archive get: nothing of " << target.text << " is kept any more\n";
    return 1;
}

// ---- export ----

static int run_archive_export(const Arguments& arguments) {
    Home home(arguments);
    const Target target = parse_target(arguments.operand(0));
    const auto file = find_target(home, target);
    if (!file) {
        std::cerr << "sluice: archive export: nobody knows a file " << target.text << '\n';
        return 1;
    }
    if (!arguments.has("out"))
        throw core::Fault(core::FaultKind::usage, "export", target.text, "--out is missing",
                          "name a new folder with --out DIR");
    const Exported done = export_archived(home, *file, arguments.get("out"));
    std::cout << counted(static_cast<long long>(done.objects), "object", "objects") << ", "
              << done.bytes << " bytes in " << arguments.get("out") << '\n';
    return 0;
}

// ---- expire ----

// Said first, then done: what a crash leaves is taken away by the next one.
static void expire(Home& home, const ArchivedFile& one) {
    auto step = home.ledger().begin();
    step->append(ledger::EntryKind::expired_set, one.file.id, home.now(),
                 JsonObject()
                     .text("what", "payload")
                     .number("objects", static_cast<std::int64_t>(one.payload.size()))
                     .number("bytes", static_cast<std::int64_t>(one.bytes))
                     .str());
    step->commit();
    io::crash_point("expire-said");
    for (const fs::path& path : one.payload) {
        io::remove_file(path);
        io::crash_point("expire-removed");
    }
}

static int run_archive_expire(const Arguments& arguments) {
    Home home(arguments);
    const bool plan = arguments.has("plan");
    const core::Date today = home.today();
    std::optional<Standstill> standstill;
    if (!plan) standstill.emplace(home, "archive expire");
    std::uint64_t bytes = 0, files = 0, held = 0;
    each_archived(home, [&](const ArchivedFile& one) {
        if (!ledger::is_final(one.file.state) || today < one.expires) return true;
        if (one.held) {
            ++held;
            return true;
        }
        ++files;
        bytes += one.bytes;
        if (plan)
            std::cout << "would expire " << shown_name(one.file) << '\n';
        else
            expire(home, one);
        return true;
    });
    std::cout << (plan ? "would free " : "freed ") << bytes << " bytes of " << files << " files";
    if (held > 0) std::cout << "; " << held << " stay under a legal hold or for open questions";
    std::cout << '\n';
    return 0;
}

// ---- hold ----

static int hold(const Arguments& arguments, bool on) {
    Operation operation(arguments, on ? "archive hold" : "archive unhold");
    const auto file = operation.find();
    if (!file) return Operation::not_done;
    Home& home = operation.home();
    if (on_legal_hold(home.ledger(), file->id) == on)
        return operation.refuse(on ? "it is held already" : "no hold stands on it");
    const std::string done = (on ? "hold " : "unhold ") + file->identity.text();
    if (operation.plan()) return operation.done(done);
    auto step = home.ledger().begin();
    step->append(ledger::EntryKind::legal_hold, file->id, home.now(),
                 operator_body(operation.reason(),
                               "\"hold\":" + json_quoted(file->identity.text()) + ",\"action\":\"" +
                                   (on ? "placed" : "lifted") + "\""));
    step->commit();
    return operation.done(done);
}

static int run_archive_hold(const Arguments& arguments) {
    return hold(arguments, true);
}

static int run_archive_unhold(const Arguments& arguments) {
    return hold(arguments, false);
}

// ---- the table ----

static constexpr Option list_options[] = {{"json", "", "one object a line"}};

const Command archive_list_command{
    "archive list",
    "",
    "list the files whose payload is kept, and until when",
    "Lists files of which bytes are still kept (what came in, what went out), the first day on\n"
    "which they may go, and legal holds. What is no payload stays for ever: digests, signatures,\n"
    "receipts, entries, traces.",
    "sluice archive list --json",
    list_options,
    0,
    0,
    run_archive_list};

static constexpr Option get_options[] = {
    {"out", "DIR", "where to put them (default: here)"},
    {"recipient", "NUMBER", "the parcels that this partner got of the file instead"},
};

const Command archive_get_command{
    "archive get",
    "FILE",
    "take a file, or a parcel, out of the archive byte for byte",
    "Writes the parts of a file and their signatures byte for byte as they were delivered, after\n"
    "their digests were checked. With --recipient, or with the name of a parcel as FILE: what\n"
    "went out, with its signatures and voucher, byte for byte as it was published. Exit status 1\n"
    "says that nothing of it is kept any more.",
    "sluice archive get DMFA.100101.20260401.00001.R --out /tmp/look",
    get_options,
    1,
    1,
    run_archive_get};

static constexpr Option export_options[] = {
    {"out", "DIR", "a new folder, which becomes the package"}};

const Command archive_export_command{
    "archive export",
    "FILE",
    "write a file as a package for another archive",
    "Makes a BagIt package (RFC 8493) of all that is kept of a file: in data/ the parts and\n"
    "signatures as they were delivered and the sets as they were sent, in metadata/ what the\n"
    "ledger says of them, the entries of the file and the proof of the journal. `sha256sum -c\n"
    "manifest-sha256.txt` checks it. Every byte is compared with its digest on the way.",
    "sluice archive export DMFA.100101.20260401.00001.R --out /srv/transfer/bag-1",
    export_options,
    1,
    1,
    run_archive_export};

static constexpr Option expire_options[] = {
    {"plan", "", "say exactly what would happen, and do nothing"},
};

const Command archive_expire_command{
    "archive expire",
    "",
    "take away payload that is older than its job keeps it",
    "Removes the bytes of files that ended longer ago than keep/payload-days of their job, each\n"
    "with an entry of the journal. Never what a legal hold stands on, nor answers while their\n"
    "questions are open, nor a file that is not final. Reception and runs wait meanwhile.",
    "sluice archive expire --plan",
    expire_options,
    0,
    0,
    run_archive_expire};

const Command archive_hold_command{
    "archive hold",
    "FILE",
    "legal hold: nothing of this file expires",
    "Stops every expiry of a file's bytes until archive unhold. Both stand in the journal.",
    "sluice archive hold DMFA.100101.20260401.00001.R --reason \"court of Ghent, 26/1\"",
    operator_options,
    1,
    1,
    run_archive_hold};

const Command archive_unhold_command{
    "archive unhold",
    "FILE",
    "end a legal hold",
    "Lets the bytes of a file expire again when their days are over.",
    "sluice archive unhold DMFA.100101.20260401.00001.R --reason \"judgement is final\"",
    operator_options,
    1,
    1,
    run_archive_unhold};

}  // namespace app
