#include <doctest/doctest.h>

#include "app/receiving.hpp"
#include "io/file_system.hpp"
#include "io/lock.hpp"
#include "small_home.hpp"

namespace {

namespace fs = std::filesystem;

// Whether the claim lay there each time that the file system was flushed.
struct Flushes {
    static inline fs::path claim;
    static inline std::vector<bool> lay_there;
    explicit Flushes(const fs::path& folder) {
        claim = folder;
        lay_there.clear();
        static const io::FileSystem table = [] {
            io::FileSystem made = io::kernel();
            made.syncfs = [](int fd) {
                lay_there.push_back(fs::exists(claim));
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

TEST_CASE("A claim is forgotten when no power loss can bring it back, also where others follow") {
    SmallHome house;
    const fs::path landing = house.folder.path / "spool" / "partners" / "000123" / "IN";
    const fs::path claims = house.folder.path / "spool" / "work" / "claims";
    fs::create_directories(landing);
    const auto receive = [&](int number) {
        std::ofstream(landing / ("GO.BAD" + std::to_string(number))) << "x";
        std::ostringstream said;
        auto* shown = std::cout.rdbuf(said.rdbuf());
        app::run_program({"receive", "--home", house.folder.path, "--now",
                          core::to_string(house.after(number * SmallHome::minute))});
        std::cout.rdbuf(shown);
    };
    const auto is_known = [&](const std::string& key) {
        return house.at(house.after(10 * SmallHome::minute)).ledger().claim_finished(key);
    };
    receive(0);
    REQUIRE(std::distance(fs::directory_iterator(claims), {}) == 1);
    const std::string key = fs::directory_iterator(claims)->path().filename();
    CHECK(is_known(key));
    receive(1);  // removed beside other work, and not flushed
    CHECK(!fs::exists(claims / key));
    CHECK(is_known(key));
    const Flushes flushes(claims / key);
    receive(2);
    CHECK(!is_known(key));
    REQUIRE(!Flushes::lay_there.empty());
    CHECK(!Flushes::lay_there.front());
}

TEST_CASE("Another reception begins when the claims of this one are gone, while its run goes on") {
    SmallHome house;
    house.write("sluice.conf", "threads = 2\n");
    const fs::path landing = house.folder.path / "spool" / "partners" / "000123" / "IN";
    fs::create_directories(landing);
    std::ofstream(landing / "GO.BAD") << "x";
    app::Home home = house.at(house.noon);
    const app::Received received = app::receive_all(home, channel::Until::max(), app::Follows::run);
    REQUIRE(received.removed.valid());
    received.removed.wait();
    CHECK(io::Lock::try_take(home.work() / "receive.lock", "test"));
}
