#include "journal/lost.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "journal/log.hpp"

namespace fs = std::filesystem;

namespace {

// A log whose entries differ from those of others from `from` up to `to`.
class Room {
  public:
    Room(std::uint64_t size, std::uint64_t from, std::uint64_t to) : from_(from), to_(to) {
        std::string name = (fs::temp_directory_path() / "sluice-lost-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = name;
        journal::Log log(folder, signer, {signer.verifier()});
        log.extend(size,
                   [this](std::uint64_t begin, std::uint64_t end, const journal::TakeEntry& take) {
                       for (std::uint64_t i = begin; i < end; ++i) take(entry(i));
                   });
    }
    ~Room() { fs::remove_all(folder); }
    std::string entry(std::uint64_t index) const {
        return (index >= from_ && index < to_ ? "other " : "entry ") + std::to_string(index);
    }
    seal::LogProof prove(std::uint64_t index, std::uint64_t size) const {
        return journal::prove(journal::Tiles(folder, size), index,
                              *journal::read_checkpoint(folder, {signer.verifier()}), entry(index));
    }
    fs::path folder;
    seal::NoteSigner signer{"sluice.example", std::string(32, 'k')};

  private:
    std::uint64_t from_, to_;
};

}  // namespace

TEST_CASE("A proof of a lost log fits the restored one that shares its beginning") {
    for (const std::uint64_t size : {1U, 2U, 7U, 8U, 257U, 600U}) {
        const Room lost(size, 0, 0);
        for (std::uint64_t common = 0; common < size; common += 1 + size / 5) {
            const Room restored(size + 3, common, size + 3);
            const journal::Tiles tiles(restored.folder, size + 3);
            for (std::uint64_t index = 0; index < size; index += 1 + size / 7) {
                CAPTURE(size);
                CAPTURE(common);
                CAPTURE(index);
                CHECK(journal::check_beginning(tiles, lost.prove(index, size), lost.entry(index),
                                               size, common) == "");
            }
        }
    }
}

TEST_CASE("A proof of a lost log shows that its beginning was rewritten") {
    const Room lost(600, 0, 0);
    for (const std::uint64_t changed : {0U, 5U, 255U, 299U}) {
        const Room restored(700, changed, changed + 1);
        const journal::Tiles tiles(restored.folder, 700);
        // Each of these has a hash over the changed entry that lies among the first 300.
        for (const std::uint64_t index : {std::uint64_t{300}, changed, changed ^ 1}) {
            CAPTURE(changed);
            CAPTURE(index);
            CHECK(journal::check_beginning(tiles, lost.prove(index, 600), lost.entry(index), 600,
                                           300) != "");
        }
    }
}
