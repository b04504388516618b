#include <doctest/doctest.h>

#include "io/file_system.hpp"
#include "small_home.hpp"

namespace {

namespace fs = std::filesystem;

// What lay in the folder of claims each time that the file system was flushed.
struct Flushes {
    static inline fs::path claims;
    static inline std::vector<std::ptrdiff_t> claims_there;
    explicit Flushes(const fs::path& folder) {
        claims = folder;
        claims_there.clear();
        static const io::FileSystem table = [] {
            io::FileSystem made = io::kernel();
            made.syncfs = [](int fd) {
                claims_there.push_back(std::distance(fs::directory_iterator(claims), {}));
                return io::kernel().syncfs(fd);
            };
            return made;
        }();
        io::use_file_system(table);
    }
    ~Flushes() { io::use_file_system(io::kernel()); }
    Flushes(const Flushes&) = delete;
    Flushes& operator=(const Flushes&) = delete;
};

}  // namespace

TEST_CASE("A claim is forgotten when no power loss can bring it back") {
    SmallHome house;
    const auto receive = [&](std::int64_t later) {
        std::ostringstream said;
        auto* shown = std::cout.rdbuf(said.rdbuf());
        app::run_program(
            {"receive", "--home", house.folder.path, "--now", core::to_string(house.after(later))});
        std::cout.rdbuf(shown);
        return house.at(house.after(later)).ledger().has_claims_before("9");
    };
    const fs::path landing = house.folder.path / "spool" / "partners" / "000123" / "IN";
    fs::create_directories(landing);
    std::ofstream(landing / "GO.BAD") << "x";
    CHECK(receive(0));
    // Removed beside other work, and not flushed.
    CHECK(receive(SmallHome::minute));
    const Flushes flushes(house.folder.path / "spool" / "work" / "claims");
    CHECK(!receive(2 * SmallHome::minute));
    CHECK(Flushes::claims_there == std::vector<std::ptrdiff_t>{0});
    CHECK(!receive(3 * SmallHome::minute));
    CHECK(Flushes::claims_there.size() == 1);
}
