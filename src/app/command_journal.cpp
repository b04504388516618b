// sluice journal checkpoint, prove and export: what the signed log gives to others.
#include <chrono>
#include <iostream>

#include "app/command_list.hpp"
#include "app/journal.hpp"
#include "app/journal_records.hpp"
#include "app/target.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "seal/key_history.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;

static journal::Signed newest(Home& home) {
    auto checkpoint = project_journal(home);
    if (!checkpoint)
        throw core::Fault(core::FaultKind::usage, "read", "the journal", "it has no entry yet",
                          "receive a file first");
    return *checkpoint;
}

// ---- checkpoint ----

static int run_journal_checkpoint(const Arguments& arguments) {
    Home home(arguments);
    std::cout << newest(home).note;
    return 0;
}

const Command journal_checkpoint_command{
    "journal checkpoint",
    "",
    "sign and print the newest checkpoint of the log",
    "Brings the log up to the ledger and prints its checkpoint, a C2SP signed note: origin, "
    "number\n"
    "of entries, root hash, signature. Publish it, or give it to somebody who keeps it: from then\n"
    "on nobody can change what was before without being found out.",
    "sluice journal checkpoint > checkpoint.txt",
    {},
    0,
    0,
    run_journal_checkpoint};

// ---- prove ----

// The entry that says most of a file: that which closed it, else the newest verdict.
static std::int64_t telling_entry(const ledger::Ledger& book, const ledger::File& file) {
    std::int64_t index = file.journal_index;
    for (const ledger::Entry& entry : book.entries(file.id))
        if (entry.kind == EntryKind::closed || entry.kind == EntryKind::refused ||
            entry.kind == EntryKind::decided || entry.kind == EntryKind::cancelled ||
            entry.kind == EntryKind::verified)
            index = entry.index;
    return index;
}

static seal::LogProof prove_target(Home& home, const Arguments& arguments) {
    const journal::Signed under = newest(home);
    const journal::Tiles tiles(journal_folder(home), under.checkpoint.size);
    ledger::Ledger& book = home.ledger();
    if (arguments.has("entry")) {
        const auto index = static_cast<std::uint64_t>(
            arguments.number("entry", 0, 0, static_cast<std::int64_t>(under.checkpoint.size) - 1));
        return journal::prove(tiles, index, under, entry_evidence(book, tiles, index, true).text());
    }
    if (arguments.operands().empty())
        throw core::Fault(core::FaultKind::usage, "prove", "an entry", "nothing is named",
                          "name FILE, FILE#RECORD, or an entry with --entry");
    const Target target = parse_target(arguments.operand(0));
    const auto file = find_target(home, target);
    if (!file)
        throw core::Fault(core::FaultKind::usage, "prove", arguments.operand(0),
                          "no file of this name was received", "see: sluice status");
    if (target.records.size() > 1)
        throw core::Fault(core::FaultKind::usage, "prove", arguments.operand(0),
                          "several records are named", "prove them one by one");
    if (target.records.empty()) {
        const auto index = static_cast<std::uint64_t>(telling_entry(book, *file));
        return journal::prove(tiles, index, under, entry_evidence(book, tiles, index, true).text());
    }
    const std::int64_t record = target.records.front();
    const auto slice = book.slice_of_record(file->id, record);
    const auto entry = slice ? entry_of_slice(book, file->id, slice->ordinal) : std::nullopt;
    if (!entry)
        throw core::Fault(core::FaultKind::usage, "prove", arguments.operand(0),
                          "the journal holds no commitment to this record",
                          "see: sluice show " + file->identity.text());
    const auto index = static_cast<std::uint64_t>(entry->index);
    journal::Evidence evidence = entry_evidence(book, tiles, index, true);
    evidence.record = open_record(home, *file, *slice, record);
    return journal::prove(tiles, index, under, evidence.text());
}

static int run_journal_prove(const Arguments& arguments) {
    Home home(arguments);
    const seal::LogProof proof = prove_target(home, arguments);
    const auto examined = journal::examine(proof, seal::log_keys(home.keys_folder()));
    if (!examined.problem.empty())
        throw core::Fault(core::FaultKind::integrity, "prove",
                          arguments.operands().empty() ? "the entry" : arguments.operand(0),
                          examined.problem, "run sluice journal verify, and call somebody");
    if (arguments.has("out"))
        io::write_file(arguments.get("out"), proof.text(), io::Replace::yes, 0644);
    else
        std::cout << proof.text();
    return 0;
}

static constexpr Option prove_options[] = {
    {"out", "FILE", "write the proof there (default: stdout)"},
    {"entry", "N", "the entry of this index, instead of a file's"},
};

const Command journal_prove_command{
    "journal prove",
    "[FILE[#RECORD]]",
    "make the proof of a file, a record or an entry",
    "Prints a C2SP tlog-proof that anybody checks offline with the key that `sluice key export\n"
    "--log` prints: of the entry that closed or decided the file or, with #RECORD, of the\n"
    "entry of its slice, with the opening of this one record: verdict, recipients with their\n"
    "grounds, codes and place. Nothing of its neighbours is shown. docs/journal.md says how it is\n"
    "checked.",
    "sluice journal prove DMFA.100101.20260401.00001.R#17 --out record-17.tlog-proof",
    prove_options,
    0,
    1,
    run_journal_prove};

// ---- export ----

static void copy_file(const fs::path& from, const fs::path& to, io::Replace replace) {
    if (replace == io::Replace::no && io::facts(to)) return;
    io::make_folders(to.parent_path(), 0755);
    io::write_file(to, io::read_file(from, 64 << 20), replace, 0644);
}

static int run_journal_export(const Arguments& arguments) {
    Home home(arguments);
    const fs::path to = arguments.operand(0), from = journal_folder(home);
    newest(home);
    const io::Lock lock = io::Lock::take(home.work() / "journal.lock", "export the journal",
                                         std::chrono::seconds(300));
    io::make_folders(to, 0755);
    // Tiles never change once they are there; the checkpoint comes last.
    for (const auto& item : fs::recursive_directory_iterator(from / "tile"))
        if (item.is_regular_file())
            copy_file(item.path(), to / fs::relative(item.path(), from), io::Replace::no);
    std::string keys;
    for (const seal::VerifierKey& key : seal::log_keys(home.keys_folder()))
        keys += key.text() + '\n';
    io::write_file(to / "log.pub", keys, io::Replace::yes, 0644);
    io::write_file(to / "log.keys",
                   seal::key_history(home.keys_folder(), home.keys().log(), home.now()),
                   io::Replace::yes, 0644);
    for (const char* name : {"history", "checkpoint"})
        if (io::facts(from / name))
            fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing);
    return 0;
}

const Command journal_export_command{
    "journal export",
    "DIR",
    "copy the log for whoever checks it elsewhere",
    "Writes tiles, entries, every checkpoint and the public keys to DIR, as C2SP tlog-tiles has\n"
    "them: a folder that can be served or carried away and checked with anybody's tools. Run "
    "again,\n"
    "it adds what is new.",
    "sluice journal export /srv/journal",
    {},
    1,
    1,
    run_journal_export};

}  // namespace app
