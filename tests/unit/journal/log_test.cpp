#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/fault.hpp"
#include "io/file.hpp"
#include "journal/check.hpp"
#include "journal/log.hpp"
#include "journal/mend.hpp"
#include "seal/digest.hpp"

namespace fs = std::filesystem;

namespace {

class Room {
  public:
    Room() {
        std::string name = (fs::temp_directory_path() / "sluice-journal-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    ~Room() { fs::remove_all(folder); }
    fs::path folder;
    seal::NoteSigner signer{"sluice.example", std::string(32, 'k')};
    std::vector<seal::VerifierKey> keys{signer.verifier()};
    std::string mark = "entry ";

    std::string entry(std::uint64_t index) const { return mark + std::to_string(index); }
    journal::Entries entries() const {
        return [this](std::uint64_t from, std::uint64_t to, const journal::TakeEntry& take) {
            for (std::uint64_t i = from; i < to; ++i) take(entry(i));
        };
    }
    void extend(std::uint64_t size) {
        journal::Log log(folder, signer, keys);
        log.extend(size, entries());
    }
    std::string problem(std::uint64_t ledger = 0) const {
        if (ledger == 0) {
            const auto note = io::find_file(folder / "checkpoint");
            ledger = note ? std::stoull(note->substr(note->find('\n') + 1)) : 0;
        }
        return journal::check_log(folder, keys, entries(), ledger).problem;
    }
    void flip(const fs::path& relative, std::size_t at) const {
        std::string bytes = io::read_file(folder / relative, 1 << 26);
        bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
        std::ofstream(folder / relative, std::ios::binary) << bytes;
    }
    seal::Hash root(std::uint64_t size) const {
        seal::Frontier frontier;
        for (std::uint64_t i = 0; i < size; ++i) frontier.append(seal::leaf_hash(entry(i)));
        return frontier.root();
    }
};

std::string reason_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const core::Fault& fault) {
        CHECK(fault.kind() == core::FaultKind::integrity);
        return fault.reason();
    }
    return {};
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("names of tiles are those of the specification") {
    CHECK(journal::tile_path(0, 1234067, 256) == "tile/0/x001/x234/067");
    CHECK(journal::tile_path(2, 0, 17) == "tile/2/000.p/17");
    CHECK(journal::bundle_path(5, 256) == "tile/entries/005");
    // "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0
    // tile of width 112, one full level 1 tile, one partial level 1 tile of width 17, and one
    // partial level 2 tile of width 1"
    CHECK(journal::width_at(70'000, 0, 272) == 256);
    CHECK(journal::width_at(70'000, 0, 273) == 112);
    CHECK(journal::width_at(70'000, 1, 0) == 256);
    CHECK(journal::width_at(70'000, 1, 1) == 17);
    CHECK(journal::width_at(70'000, 2, 0) == 1);
    CHECK(journal::width_at(70'000, 3, 0) == 0);
    CHECK(journal::width_at(256, 0, 1) == 0);
}

TEST_CASE("the log has the tree of its entries, however it was cut into checkpoints") {
    Room room;
    for (const std::uint64_t size : {1U, 2U, 255U, 256U, 257U, 300U, 65'535U, 65'536U, 70'000U}) {
        room.extend(size);
        const auto published = journal::read_checkpoint(room.folder, room.keys);
        REQUIRE(published.has_value());
        CHECK(published->checkpoint.size == size);
        CHECK(published->checkpoint.root == room.root(size));
    }
    CHECK(room.problem() == "");
    const journal::Tiles tiles(room.folder, 70'000);
    CHECK(tiles.entry(69'999) == "entry 69999");
    CHECK(fs::exists(room.folder / "tile/2/000.p/1"));
    CHECK_FALSE(fs::exists(room.folder / "tile/0/000.p"));
    const auto published = journal::read_checkpoint(room.folder, room.keys);
    for (const std::uint64_t index : {0U, 255U, 256U, 65'536U, 69'999U}) {
        const auto proof = journal::prove(tiles, index, *published, "x");
        CHECK(seal::verify_log_proof(proof, seal::leaf_hash(room.entry(index)), room.keys));
        CHECK(journal::check_witness(tiles, proof, room.keys) == "");
    }
}

TEST_CASE("what a crash tore is made again and is no alarm") {
    Room room;
    room.extend(300);
    SUBCASE("half a bundle") {
        fs::resize_file(room.folder / "tile/entries/001.p/44", 100);
    }
    SUBCASE("an empty tile") {
        fs::resize_file(room.folder / "tile/0/001.p/44", 0);
    }
    SUBCASE("an upper tile that is gone") {
        fs::remove(room.folder / "tile/1/000.p/1");
    }
    SUBCASE("a note that was half written") {
        std::ofstream(room.folder / "history", std::ios::app) << "sluice.example\n301\nAAA";
        CHECK(room.problem() == "");
    }
    SUBCASE("tiles of a checkpoint that never came") {
        fs::create_directories(room.folder / "tile/0/001.p");
        std::ofstream(room.folder / "tile/0/001.p/50") << "torn";
        CHECK(room.problem() == "");
    }
    room.extend(700);
    CHECK(room.problem() == "");
    CHECK(journal::read_checkpoint(room.folder, room.keys)->checkpoint.root == room.root(700));
}

TEST_CASE("a checkpoint that was signed and not yet published is published by the next run") {
    Room room;
    room.extend(10);
    const std::string before = io::read_file(room.folder / "checkpoint");
    room.extend(20);
    io::write_file(room.folder / "checkpoint", before);
    CHECK(room.problem(25) == "");
    room.extend(25);
    CHECK(room.problem() == "");
    std::size_t notes = 0;
    journal::History(room.folder / "history").each([&](const std::string&) { return ++notes > 0; });
    CHECK(notes == 3);
}

TEST_CASE("what a lost flush tore under a checkpoint that nobody has seen is made again") {
    Room room;
    room.extend(250);
    // What the next turn wrote, as far as it came: its note, and torn beginnings of its files.
    Room next;
    next.extend(250);
    next.extend(300);
    fs::copy_file(next.folder / "history", room.folder / "history",
                  fs::copy_options::overwrite_existing);
    SUBCASE("the files are empty") {
        for (const char* name : {"tile/0/000", "tile/entries/000", "checkpoint.next"})
            std::ofstream(room.folder / name).flush();
    }
    SUBCASE("the files are half there") {
        for (const char* name : {"tile/0/000", "tile/entries/000"}) {
            fs::copy_file(next.folder / name, room.folder / name);
            fs::resize_file(room.folder / name, 1'000);
        }
    }
    SUBCASE("none of the files is there") {}
    CHECK(room.problem(300) == "");
    room.extend(300);
    CHECK(room.problem() == "");
    CHECK(journal::read_checkpoint(room.folder, room.keys)->checkpoint.root == room.root(300));
    CHECK_FALSE(fs::exists(room.folder / "checkpoint.next"));
}

TEST_CASE("no checkpoint is signed for a tree that did not grow out of the last one") {
    Room room;
    room.extend(300);
    const std::string history = io::read_file(room.folder / "history");
    SUBCASE("the ledger was cut") {
        CHECK(holds(reason_of([&] { room.extend(299); }), "it was cut or is an older one"));
    }
    SUBCASE("the ledger was rewritten and the tiles are gone") {
        fs::remove_all(room.folder / "tile");
        room.mark = "other ";
        CHECK(holds(reason_of([&] { room.extend(301); }), "no longer those that were signed"));
    }
    SUBCASE("the tail was rewritten in ledger and tiles") {
        fs::remove(room.folder / "tile/entries/001.p/44");
        room.mark = "other ";
        CHECK(holds(reason_of([&] { room.extend(301); }), "no longer those that were signed"));
    }
    SUBCASE("the history is gone") {
        fs::remove(room.folder / "history");
        CHECK(holds(reason_of([&] { room.extend(301); }), "history of the checkpoints is missing"));
    }
    if (io::facts(room.folder / "history"))
        CHECK(io::read_file(room.folder / "history") == history);
}

TEST_CASE("every attack on the log is found and named") {
    Room room;
    room.extend(100);
    const std::string early = io::read_file(room.folder / "checkpoint");
    room.extend(300);
    room.extend(600);
    CHECK(room.problem() == "");
    SUBCASE("an entry was changed") {
        room.flip("tile/entries/001", 300);
        CHECK(holds(room.problem(), "is not the one whose hash is kept in tile/0/001"));
    }
    SUBCASE("a length inside a bundle was changed") {
        room.flip("tile/entries/001", 1);
        CHECK(holds(room.problem(), "tile/entries/001 is missing or damaged"));
    }
    SUBCASE("a hash was changed") {
        room.flip("tile/0/001", 64);
        CHECK(holds(room.problem(), "entry 258 is not the one whose hash is kept in tile/0/001"));
    }
    SUBCASE("a hash of an upper tile was changed") {
        room.flip("tile/1/000.p/2", 33);
        CHECK(holds(room.problem(), "hash 1 is wrong in tile/1/000.p/2"));
    }
    SUBCASE("a tile of a former checkpoint was changed") {
        room.extend(601);
        room.flip("tile/0/002.p/88", 5);
        CHECK(holds(room.problem(), "tile/0/002.p/88 is not the beginning"));
    }
    SUBCASE("a tile was deleted") {
        fs::remove(room.folder / "tile/0/000");
        CHECK(holds(room.problem(), "tile/0/000 is missing"));
    }
    SUBCASE("the root was changed") {
        room.flip("checkpoint", 25);
        CHECK(holds(room.problem(), "not signed by the key"));
    }
    SUBCASE("a checkpoint of the history was changed") {
        room.flip("history", 22);
        CHECK(holds(room.problem(), "the signature of checkpoint 1 of the history"));
    }
    SUBCASE("an old checkpoint was put back") {
        io::write_file(room.folder / "checkpoint", early);
        CHECK(holds(room.problem(), "the checkpoint of 100 entries is an old one"));
        CHECK(holds(reason_of([&] { room.extend(700); }), "an old one was put back"));
    }
    SUBCASE("the history was cut") {
        std::string first;
        journal::History(room.folder / "history").each([&](const std::string& note) {
            first = note;
            return false;
        });
        std::ofstream(room.folder / "history", std::ios::trunc) << first << '\n';
        CHECK(holds(room.problem(), "the history lacks the checkpoint"));
    }
    SUBCASE("the ledger says otherwise") {
        Room ledger;
        ledger.mark = "other ";
        CHECK(holds(journal::check_log(room.folder, room.keys, ledger.entries(), 600).problem,
                    "entry 0 of the ledger is not the one that was signed"));
    }
    SUBCASE("the ledger was cut") {
        CHECK(holds(room.problem(599), "the ledger has 599 entries, but 600 were signed"));
    }
    SUBCASE("two entries were exchanged in bundle and tile") {
        std::string tile = io::read_file(room.folder / "tile/0/000");
        std::swap_ranges(tile.begin(), tile.begin() + 32, tile.begin() + 32);
        std::ofstream(room.folder / "tile/0/000", std::ios::binary) << tile;
        std::string bundle = io::read_file(room.folder / "tile/entries/000");
        std::swap(bundle[2 + 6], bundle[2 + 7 + 2 + 6]);  // "entry 0" and "entry 1"
        std::ofstream(room.folder / "tile/entries/000", std::ios::binary) << bundle;
        CHECK(holds(
            journal::check_log(room.folder, room.keys, {}, 0).problem,
            "the first 100 entries are not those of the checkpoint that was signed over them"));
    }
}

TEST_CASE("a checkpoint that a partner kept shows a rewritten and a truncated log") {
    Room room, fork;
    room.extend(400);
    const auto kept = journal::prove(journal::Tiles(room.folder, 400), 7,
                                     *journal::read_checkpoint(room.folder, room.keys), "");
    fork.mark = "forged ";
    fork.extend(500);
    CHECK(fork.problem() == "");  // in itself a fork is whole: only a witness tells
    CHECK(holds(journal::check_witness(journal::Tiles(fork.folder, 500), kept, fork.keys),
                "the log was rewritten: its first 400 entries"));
    Room shorter;
    shorter.extend(399);
    CHECK(holds(journal::check_witness(journal::Tiles(shorter.folder, 399), kept, shorter.keys),
                "the log was truncated"));
    const seal::NoteSigner stranger("sluice.example", std::string(32, 's'));
    CHECK(
        holds(journal::check_witness(journal::Tiles(room.folder, 400), kept, {stranger.verifier()}),
              "not signed by our key"));
}

TEST_CASE("full tiles are made again where the entries lead to the signed root, and only there") {
    Room room;
    room.extend(70'000);
    const auto note = io::read_file(room.folder / "checkpoint");
    const auto published = journal::open_checkpoint(note, room.keys);
    REQUIRE(published);
    const auto mend = [&](journal::Mending how) {
        return journal::mend_log(room.folder, *published, room.entries(), how);
    };
    CHECK(mend(journal::Mending::write).empty());
    const fs::path tile = journal::tile_path(0, 3, 256), bundle = journal::bundle_path(272, 256),
                   upper = journal::tile_path(1, 0, 256), edge = journal::bundle_path(273, 112);
    fs::remove(room.folder / tile);
    room.flip(bundle, 40);
    fs::remove(room.folder / upper);
    room.flip(edge, 7);
    CHECK(!room.problem().empty());
    const auto planned = mend(journal::Mending::plan);
    CHECK(planned.size() == 4);
    CHECK(!fs::exists(room.folder / tile));
    SUBCASE("from the same entries") {
        const auto mended = mend(journal::Mending::write);
        REQUIRE(mended.size() == 4);
        CHECK(mended[0].name == tile.string());
        CHECK(mended[0].was == "missing");
        CHECK(mended[1].was == "missing");
        CHECK(mended[2].was.size() == 64);
        CHECK(room.problem() == "");
        CHECK(mend(journal::Mending::plan).empty());
    }
    SUBCASE("not from others") {
        room.mark = "other ";
        CHECK(holds(reason_of([&] { mend(journal::Mending::write); }), "do not lead to the root"));
        CHECK(!fs::exists(room.folder / tile));
    }
}
