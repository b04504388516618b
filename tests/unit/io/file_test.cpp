#include "io/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "../temporary_folder.hpp"
#include "core/fault.hpp"
#include "power_loss.hpp"

namespace fs = std::filesystem;
using io::Kind;
using io::Replace;

TEST_CASE("A written file is whole, private, and replaced only when asked") {
    TemporaryFolder at;
    CHECK(io::write_file(at.path / "a", "one"));
    CHECK(io::read_file(at.path / "a") == "one");
    CHECK(io::facts(at.path / "a")->mode == 0600);
    CHECK_FALSE(io::write_file(at.path / "a", "two", Replace::no));
    CHECK(io::read_file(at.path / "a") == "one");
    CHECK(io::write_file(at.path / "a", "two", Replace::yes, 0640));
    CHECK(io::read_file(at.path / "a") == "two");
    CHECK(io::facts(at.path / "a")->mode == 0640);
    CHECK(io::list(at.path, 10) == std::vector<std::string>{"a"});  // nothing temporary is left
    CHECK_THROWS_AS(io::read_file(at.path / "a", 2), core::Fault);
    CHECK_FALSE(io::find_file(at.path / "b"));
    CHECK_THROWS_AS(io::read_file(at.path / "b"), core::Fault);
}

TEST_CASE("Wherever a write fails, the old file or the new one is there, whole, and no rubbish") {
    for (int fail_at = 0; fail_at < 8; ++fail_at) {
        TemporaryFolder at;
        io::write_file(at.path / "a", "old");
        power_loss::Scope scope(at.path);
        power_loss::model().calls_left = fail_at;
        bool failed = false;
        try {
            io::write_file(at.path / "a", "new content");
        } catch (const core::Fault& fault) {
            failed = true;
            CHECK(fault.kind() == core::FaultKind::world);
        }
        const std::string now = io::read_file(at.path / "a");
        CHECK(now == (failed && fail_at < 4 ? "old" : "new content"));
        CHECK(failed == (fail_at < 5));
        CHECK(io::list(at.path, 10).size() == 1);
    }
}

TEST_CASE("After a loss of power a written file is whole or absent, and what returned is there") {
    TemporaryFolder at, after;
    power_loss::Scope scope(at.path);
    io::make_folders(at.path / "deep/er");
    io::write_file(at.path / "deep/er/a", "content");
    { io::OutputFile::create(at.path / "deep/er/never-synced").append("lost"); }
    power_loss::after_power_loss(after.path);
    CHECK(power_loss::content(after.path / "deep/er/a") == "content");
    CHECK_FALSE(fs::exists(after.path / "deep/er/never-synced"));
}

TEST_CASE("The test file system does forget a rename without a flush") {
    TemporaryFolder at, after;
    io::write_file(at.path / "a", "content");
    power_loss::Scope scope(at.path);
    const io::Folder folder = io::Folder::open(at.path);
    folder.rename("a", folder, "b", Replace::no);
    power_loss::after_power_loss(after.path);
    CHECK(fs::exists(after.path / "a"));
    CHECK_FALSE(fs::exists(after.path / "b"));
}

TEST_CASE("Publishing happens once however often it is done") {
    TemporaryFolder at, after;
    fs::create_directories(at.path / "drafts");
    fs::create_directories(at.path / "OUT");
    const auto draft = at.path / "drafts/7", target = at.path / "OUT/FO";
    power_loss::Scope scope(at.path);
    { io::OutputFile::create(draft).append("parcel"); }
    CHECK(io::publish(draft, target));
    CHECK(io::publish(draft, target));
    CHECK(io::read_file(target) == "parcel");
    power_loss::after_power_loss(after.path);
    CHECK(power_loss::content(after.path / "OUT/FO") == "parcel");
    CHECK_FALSE(fs::exists(after.path / "drafts/7"));
    { io::OutputFile::create(draft).append("other"); }
    CHECK_FALSE(io::publish(draft, target));
    CHECK(io::read_file(target) == "parcel");
    CHECK(io::read_file(draft) == "other");
    fs::remove(draft);
    fs::remove(target);
    CHECK_THROWS_AS(io::publish(draft, target), core::Fault);
}

TEST_CASE("A draft is taken up at its committed length, and a shorter one is an integrity fault") {
    TemporaryFolder at;
    {
        io::OutputFile draft = io::OutputFile::create(at.path / "d");
        draft.append("committed and torn");
    }
    {
        io::OutputFile draft = io::OutputFile::resume(at.path / "d", 9);
        CHECK(draft.bytes() == 9);
        draft.append(" again");
        draft.write_at(0, "C");
    }
    CHECK(io::read_file(at.path / "d") == "Committed again");
    try {
        io::OutputFile::resume(at.path / "d", 99);
        FAIL("a shorter draft was taken up");
    } catch (const core::Fault& fault) {
        CHECK(fault.kind() == core::FaultKind::integrity);
    }
    CHECK_THROWS_AS(io::OutputFile::create(at.path / "d"), core::Fault);
}

TEST_CASE("No call follows a link, opens a FIFO or waits for it") {
    TemporaryFolder at;
    io::write_file(at.path / "real", "x");
    fs::create_symlink("real", at.path / "link");
    fs::create_directory_symlink(at.path, at.path / "folder-link");
    fs::create_hard_link(at.path / "real", at.path / "hard");
    fs::create_directory(at.path / "folder");
    REQUIRE(::mkfifo((at.path / "fifo").c_str(), 0600) == 0);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (at.path / "socket").c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);

    const io::Folder folder = io::Folder::open(at.path);
    for (const char* name : {"link", "fifo", "folder", "socket", "absent", "folder-link"}) {
        CHECK_MESSAGE(!folder.find_file(name), name);
        CHECK_THROWS_AS(folder.open_file(name), core::Fault);
    }
    CHECK(folder.find_file("real"));
    CHECK(folder.facts("hard")->links == 2);
    CHECK(folder.facts("link")->kind == Kind::link);
    CHECK(folder.facts("fifo")->kind == Kind::fifo);
    CHECK(folder.facts("socket")->kind == Kind::socket);
    CHECK_FALSE(folder.facts("absent"));
    CHECK_THROWS_AS(folder.folder("folder-link"), core::Fault);
    CHECK_THROWS_AS(io::Folder::open(at.path / "folder-link"), core::Fault);
    CHECK_THROWS_AS(io::InputFile::open(at.path / "link"), core::Fault);
    CHECK_THROWS_AS(io::OutputFile::resume(at.path / "fifo", 0), core::Fault);
    CHECK_FALSE(folder.find_folder("absent"));
    ::close(socket);
}

TEST_CASE("The kernel's time of change cannot be set back") {
    TemporaryFolder at;
    io::write_file(at.path / "a", "x");
    const timespec old[2] = {{1, 0}, {1, 0}};
    REQUIRE(::utimensat(AT_FDCWD, (at.path / "a").c_str(), old, 0) == 0);
    CHECK(io::facts(at.path / "a")->modified == core::Instant{1'000'000});
    CHECK(io::facts(at.path / "a")->changed > *core::parse_instant("2020-01-01T00:00:00Z"));
}

TEST_CASE("A folder is listed in bounded batches with its names as they are") {
    TemporaryFolder at;
    const std::string odd = "a\nb\xff";
    for (int i = 0; i < 25; ++i) io::write_file(at.path / ("f" + std::to_string(i)), "");
    io::write_file(at.path / odd, "");
    io::FolderReader reader = io::Folder::open(at.path).entries();
    std::size_t count = 0;
    bool seen = false;
    for (auto batch = reader.next(10); !batch.empty(); batch = reader.next(10)) {
        CHECK(batch.size() <= 10);
        count += batch.size();
        for (const io::Entry& entry : batch) {
            CHECK(entry.kind == Kind::regular);
            seen = seen || entry.name == odd;
        }
    }
    CHECK(count == 26);
    CHECK(seen);
    CHECK(io::printable(odd) == "a\\x0ab\\xff");
    CHECK_THROWS_AS(io::list(at.path, 25), core::Fault);
}

TEST_CASE("A file made anew has nothing of what a crash left in its place") {
    TemporaryFolder at;
    io::OutputFile::create_anew(at.path / "a", 0644).append("longer");
    CHECK(io::facts(at.path / "a")->mode == 0644);
    CHECK_THROWS_AS(io::OutputFile::create(at.path / "a"), core::Fault);
    fs::create_hard_link(at.path / "a", at.path / "b");
    io::OutputFile::create_anew(at.path / "a").append("one");
    CHECK(io::read_file(at.path / "a") == "one");
    CHECK(io::facts(at.path / "a")->mode == 0600);
    CHECK(io::read_file(at.path / "b") == "longer");  // a second name keeps what it had
    CHECK_THROWS_AS(io::OutputFile::create_anew(at.path / "no" / "a"), core::Fault);
}

TEST_CASE("Renaming by path replaces nothing unless asked") {
    TemporaryFolder at;
    io::write_file(at.path / "a", "one");
    io::write_file(at.path / "b", "two");
    CHECK_FALSE(io::rename_file(at.path / "a", at.path / "b", Replace::no));
    CHECK(io::read_file(at.path / "b") == "two");
    CHECK(io::rename_file(at.path / "a", at.path / "c", Replace::no));
    CHECK(io::rename_file(at.path / "c", at.path / "b", Replace::yes));
    CHECK(io::list(at.path, 10) == std::vector<std::string>{"b"});
    CHECK(io::read_file(at.path / "b") == "one");
    CHECK_THROWS_AS(io::rename_file(at.path / "a", at.path / "d", Replace::no), core::Fault);
}

TEST_CASE("Renaming without replacing leaves both as they were") {
    TemporaryFolder at;
    io::write_file(at.path / "a", "A");
    io::write_file(at.path / "b", "B");
    const io::Folder folder = io::Folder::open(at.path);
    CHECK_FALSE(folder.rename("a", folder, "b", Replace::no));
    CHECK(io::read_file(at.path / "a") == "A");
    CHECK(folder.rename("a", folder, "b", Replace::yes));
    CHECK(io::read_file(at.path / "b") == "A");
    CHECK_THROWS_AS(folder.rename("a", folder, "c", Replace::no), core::Fault);
    CHECK(folder.remove("b"));
    CHECK_FALSE(folder.remove("b"));
}

TEST_CASE("Folders are made private and durable, again and again") {
    TemporaryFolder at;
    io::make_folders(at.path / "x/y/z/");
    io::make_folders(at.path / "x/y/z");
    CHECK(io::facts(at.path / "x/y")->mode == 0700);
    const io::Folder folder = io::Folder::open(at.path / "x");
    CHECK(folder.make_folder("open", 0755));
    CHECK_FALSE(folder.make_folder("open", 0755));
    CHECK(folder.facts("open")->mode == 0755);
    folder.write_file("file", "");
    CHECK_THROWS_AS(folder.make_folder("file"), core::Fault);
    CHECK(folder.remove_folder("open"));
}

TEST_CASE("Faults name things as people know them") {
    TemporaryFolder at;
    io::show_paths_from(at.path);
    CHECK(io::shown(at.path / "spool/keys") == "spool/keys");
    CHECK(io::shown("/etc/passwd") == "/etc/passwd");
    try {
        io::read_file(at.path / "spool/none");
        FAIL("read what is not there");
    } catch (const core::Fault& fault) {
        CHECK(fault.thing() == "spool/none");
        CHECK(fault.exit_status() == 3);
    }
    io::show_paths_from("/");
}

TEST_CASE("The disk says how much room there is") {
    const io::DiskSpace space = io::disk_space("/tmp");
    CHECK(space.bytes_total > 0);
    CHECK(space.bytes_free <= space.bytes_total);
}
