#include "channel/transfer.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "io/file.hpp"

namespace fs = std::filesystem;
using channel::Trouble;
using channel::TroubleKind;

namespace {

// This machine behind a line that breaks after so many bytes written, or at so many renames.
class Breaking : public channel::Far {
  public:
    std::uint64_t bytes_left = UINT64_MAX;
    int renames_left = 1000;
    std::uint64_t bytes_written = 0;
    bool may_read = true;

    std::optional<channel::FarFacts> facts(const std::string& path) override {
        return far_->facts(path);
    }
    std::vector<channel::FarEntry> list(const std::string& folder, std::size_t most) override {
        return far_->list(folder, most);
    }
    std::unique_ptr<channel::FarReader> reader(const std::string& path,
                                               std::uint64_t offset) override {
        if (!may_read) throw Trouble(TroubleKind::refused, "permission denied");
        return far_->reader(path, offset);
    }
    std::unique_ptr<channel::FarWriter> writer(const std::string& path,
                                               std::uint64_t offset) override {
        return std::make_unique<Writer>(*this, far_->writer(path, offset));
    }
    void rename(const std::string& from, const std::string& to) override {
        if (renames_left-- <= 0) throw Trouble(TroubleKind::cut, "cut");
        far_->rename(from, to);
    }
    void remove(const std::string& path) override { far_->remove(path); }
    std::optional<std::uint64_t> free_bytes(const std::string& folder) override {
        return far_->free_bytes(folder);
    }

  private:
    class Writer : public channel::FarWriter {
      public:
        Writer(Breaking& line, std::unique_ptr<channel::FarWriter> writer)
            : line_(line), writer_(std::move(writer)) {}
        void append(std::string_view bytes) override {
            const auto part = std::min<std::uint64_t>(bytes.size(), line_.bytes_left);
            writer_->append(bytes.substr(0, part));
            line_.bytes_left -= part;
            line_.bytes_written += part;
            if (part < bytes.size()) throw Trouble(TroubleKind::cut, "cut");
        }
        void finish() override { writer_->finish(); }

      private:
        Breaking& line_;
        std::unique_ptr<channel::FarWriter> writer_;
    };
    std::unique_ptr<channel::Far> far_ = channel::this_machine();
};

struct Place {
    fs::path folder = fs::temp_directory_path() / ("sluice-channel-" + std::to_string(::getpid()));
    channel::Members set;
    Place() {
        fs::create_directories(folder / "here");
        fs::create_directories(folder / "there");
        set.folder = (folder / "there").string();
        for (const auto& [name, bytes] : {std::pair{"FO.X", 300'000}, {"FS.X", 900}, {"GO.X", 0}}) {
            std::ofstream(folder / "here" / name)
                << std::string(static_cast<std::size_t>(bytes), 'x');
            set.paths.push_back(folder / "here" / name);
        }
    }
    ~Place() { fs::remove_all(folder); }
    std::set<std::string> there() const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder / "there"))
            names.insert(entry.path().filename().string());
        return names;
    }
};

}  // namespace

TEST_CASE("Nothing has its name before all of it is there, and what was cut goes on where it was") {
    const Place place;
    Breaking line;
    line.bytes_left = 100'000;
    CHECK_THROWS_AS(upload(line, place.set), Trouble);
    CHECK(place.there() == std::set<std::string>{".FO.X.part"});
    line.bytes_left = UINT64_MAX;
    CHECK(upload(line, place.set) == channel::Lying::nothing);
    CHECK(line.bytes_written == 300'900);
    CHECK(place.there() == std::set<std::string>{".FO.X.part", ".FS.X.part", ".GO.X.part"});
    reveal(line, place.set);
    CHECK(place.there() == std::set<std::string>{"FO.X", "FS.X", "GO.X"});
    CHECK(upload(line, place.set) == channel::Lying::all);
    CHECK(line.bytes_written == 300'900);
}

TEST_CASE("Names are given on behind a cut, also where the other side has taken the first ones") {
    const Place place;
    Breaking line;
    upload(line, place.set);
    line.renames_left = 2;
    CHECK_THROWS_AS(reveal(line, place.set), Trouble);
    CHECK(place.there() == std::set<std::string>{"FO.X", "FS.X", ".GO.X.part"});
    fs::remove(place.folder / "there" / "FO.X");
    line.renames_left = 1000;
    reveal(line, place.set);
    CHECK(place.there() == std::set<std::string>{"FS.X", "GO.X"});
}

TEST_CASE("Something else under our name, or in our way, is never written over") {
    const Place place;
    Breaking line;
    std::ofstream(place.folder / "there" / "FS.X") << "theirs";
    CHECK_THROWS_AS(upload(line, place.set), Trouble);
    fs::remove(place.folder / "there" / "FS.X");
    std::ofstream(place.folder / "there" / ".FO.X.part") << std::string(5000, 'y');
    upload(line, place.set);
    CHECK(io::read_file(place.folder / "there" / ".FO.X.part") == std::string(300'000, 'x'));
    fs::remove(place.folder / "there" / ".FS.X.part");
    CHECK_THROWS_AS(reveal(line, place.set), Trouble);  // what was uploaded is gone
}

TEST_CASE("Into a folder that we may not read a cut upload goes again from its begin") {
    const Place place;
    Breaking line;
    line.may_read = false;
    line.bytes_left = 100'000;
    CHECK_THROWS_AS(upload(line, place.set), Trouble);
    line.bytes_left = UINT64_MAX;
    CHECK(upload(line, place.set) == channel::Lying::nothing);
    reveal(line, place.set);
    CHECK(io::read_file(place.folder / "there" / "FO.X") == std::string(300'000, 'x'));
    CHECK(upload(line, place.set) == channel::Lying::all);
}

TEST_CASE("A file of the same length under our name is not taken for ours") {
    const Place place;
    Breaking line;
    std::ofstream(place.folder / "there" / "FS.X") << std::string(900, 'y');
    CHECK_THROWS_AS(upload(line, place.set), Trouble);
    std::ofstream(place.folder / "there" / "FS.X") << std::string(900, 'x');
    CHECK(upload(line, place.set) == channel::Lying::nothing);
    CHECK(place.there() == std::set<std::string>{".FO.X.part", ".GO.X.part", "FS.X"});
}

TEST_CASE("A link that lies in the place of an upload leads us nowhere") {
    const Place place;
    Breaking line;
    io::write_file(place.folder / "precious", "theirs");
    fs::create_symlink(place.folder / "precious", place.folder / "there" / ".FO.X.part");
    CHECK_THROWS_AS(upload(line, place.set), Trouble);
    CHECK(io::read_file(place.folder / "precious") == "theirs");
}

TEST_CASE("What a server renamed by half has its name, and the first one goes") {
    const Place place;
    Breaking line;
    upload(line, place.set);
    fs::create_hard_link(place.folder / "there" / ".FO.X.part", place.folder / "there" / "FO.X");
    reveal(line, place.set);
    CHECK(place.there() == std::set<std::string>{"FO.X", "FS.X", "GO.X"});
    upload(line, place.set);
    io::write_file(place.folder / "there" / ".FO.X.part", std::string(300'000, 'z'));
    CHECK_THROWS_AS(reveal(line, place.set), Trouble);  // not the same
}

TEST_CASE("A download goes on behind what is there, and notices a file that is not as it was") {
    const Place place;
    const auto far = channel::this_machine();
    const std::string path = (place.folder / "here" / "FO.X").string();
    std::ofstream(place.folder / "got") << std::string(1000, 'x');
    download(*far, path, 300'000, place.folder / "got");
    CHECK(io::read_file(place.folder / "got") == std::string(300'000, 'x'));
    CHECK_THROWS_AS(download(*far, path, 299'000, place.folder / "got"), Trouble);
}
