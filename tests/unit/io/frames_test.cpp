#include "io/frames.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

#include "../temporary_folder.hpp"
#include "core/fault.hpp"
#include "io/zip.hpp"

using io::Unpacked;

namespace {

std::string sample(std::size_t bytes, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::string text;
    while (text.size() < bytes)
        text += "<Record><N>" + std::to_string(random()) + "</N></Record>\n";
    text.resize(bytes);
    return text;
}

// Without a flush: thousands of damaged files need not be durable.
void spew(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

void write_copy(const std::filesystem::path& path, const std::string& text, std::size_t each) {
    io::FrameFileWriter writer(io::OutputFile::create(path));
    for (std::size_t at = 0; at < text.size(); at += each) {
        const std::string part = text.substr(at, each);
        std::string frame;
        io::compress_frame(part, frame);
        writer.append(frame, static_cast<std::uint32_t>(part.size()));
    }
    writer.finish();
}

io::Source source_of(const std::string& bytes) {
    return [&bytes, at = std::size_t{0}](char* buffer, std::size_t count) mutable {
        const std::size_t n = std::min({count, bytes.size() - at, std::size_t{777}});
        std::memcpy(buffer, bytes.data() + at, n);
        at += n;
        return n;
    };
}

template <typename Stream>
std::string drain(Stream& stream) {
    std::string text;
    char buffer[1000];
    while (const std::size_t n = stream.read(buffer, sizeof buffer)) text.append(buffer, n);
    return text;
}

bool shell(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

TEST_CASE("A frame comes back as it was, and is refused when damaged or over its limit") {
    const std::string text = sample(100'000);
    std::string frame = "before", again, back;
    io::compress_frame(text, frame);
    io::compress_frame(text, again);
    CHECK(frame == "before" + again);
    CHECK(io::decompress_frame(again, back, text.size()) == Unpacked::ok);
    CHECK(back == text);
    CHECK(io::decompress_frame(again, back, text.size() - 1) == Unpacked::too_large);
    CHECK(io::decompress_frame(again.substr(0, again.size() - 1), back, 1 << 20) ==
          Unpacked::corrupt);
    CHECK(io::decompress_frame(again + "x", back, 1 << 20) == Unpacked::corrupt);
    CHECK(io::decompress_frame("", back, 1 << 20) == Unpacked::corrupt);
    for (std::size_t at = 0; at < again.size(); at += 97) {
        std::string damaged = again;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        std::string out;
        CHECK(io::decompress_frame(damaged, out, 1 << 20) != Unpacked::ok);
        CHECK(out.empty());
    }
    CHECK(back == text);
}

TEST_CASE("Any part of a private copy is read without what is before it") {
    TemporaryFolder at;
    const std::string text = sample(1'000'003);
    write_copy(at.path / "copy", text, 65'536);
    const io::FrameFileReader reader = io::FrameFileReader::open(at.path / "copy");
    CHECK(reader.frames() == 16);
    CHECK(reader.input_bytes() == text.size());
    CHECK(reader.frame_at(65'535) == 0);
    CHECK(reader.frame_at(65'536) == 1);
    CHECK(reader.frame_at(text.size() - 1) == 15);
    std::mt19937 random(7);
    for (int i = 0; i < 100; ++i) {
        const std::size_t from = random() % text.size(), count = random() % 200'000;
        REQUIRE(reader.read(from, count) == text.substr(from, count));
    }
    CHECK(reader.read(text.size(), 10).empty());
    std::string all;
    for (std::size_t i = 0; i < reader.frames(); ++i) reader.read_frame(i, all);
    CHECK(all == text);
}

TEST_CASE("The zstd command reads a private copy, an empty one too") {
    if (!shell("zstd --version")) {
        MESSAGE("skipped: needs the zstd command");
        return;
    }
    TemporaryFolder at;
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{300'000}}) {
        const auto copy = at.path / std::to_string(bytes), plain = at.path / "plain";
        const std::string text = sample(bytes);
        write_copy(copy, text, 65'536);
        CHECK(io::FrameFileReader::open(copy).input_bytes() == bytes);
        CHECK(shell("zstd -dcf < '" + copy.native() + "' > '" + plain.native() + "'"));
        CHECK(shell("zstd -dcf -o '" + plain.native() + "' '" + copy.native() + "'"));
        CHECK(io::read_file(plain) == text);
    }
}

TEST_CASE("A damaged private copy is an integrity fault, never wrong bytes") {
    TemporaryFolder at;
    const std::string text = sample(50'000);
    write_copy(at.path / "copy", text, 10'000);
    const std::string good = io::read_file(at.path / "copy");
    std::size_t noticed = 0;
    for (std::size_t i = 0; i < good.size(); i += 13) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 0x20);
        spew(at.path / "bad", bad);
        std::string read = text;
        try {
            read = io::FrameFileReader::open(at.path / "bad").read(0, text.size());
        } catch (const core::Fault& fault) {
            CHECK(fault.kind() == core::FaultKind::integrity);
            ++noticed;
        }
        REQUIRE(read == text);
    }
    CHECK(noticed > good.size() / 13 - 5);
    for (std::size_t keep : {std::size_t{0}, std::size_t{10}, good.size() - 1}) {
        spew(at.path / "bad", good.substr(0, keep));
        CHECK_THROWS_AS(io::FrameFileReader::open(at.path / "bad"), core::Fault);
    }
}

TEST_CASE("A foreign stream is read under limits, frame after frame") {
    const std::string text = sample(400'000);
    std::string packed;
    io::compress_frame(text.substr(0, 150'000), packed);
    io::compress_frame(text.substr(150'000), packed);
    io::ZstdStream good(source_of(packed), {});
    CHECK(drain(good) == text);
    CHECK(good.state() == Unpacked::ok);

    io::UnpackLimits limits;
    limits.output_bytes_max = 399'999;
    io::ZstdStream bomb(source_of(packed), limits);
    CHECK(drain(bomb).size() <= 399'999);
    CHECK(bomb.state() == Unpacked::too_large);

    const std::string cut = packed.substr(0, packed.size() - 1), rubbish = packed + "rubbish";
    io::ZstdStream torn(source_of(cut), {});
    drain(torn);
    CHECK(torn.state() == Unpacked::corrupt);
    io::ZstdStream followed(source_of(rubbish), {});
    drain(followed);
    CHECK(followed.state() == Unpacked::corrupt);
}

TEST_CASE("A zip of one entry comes back, is the same each time, and satisfies unzip") {
    TemporaryFolder at;
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{3'000'000}}) {
        const std::string text = sample(bytes);
        std::string first;
        for (int round = 0; round < 2; ++round) {
            const auto path = at.path / ("z" + std::to_string(bytes) + "-" + std::to_string(round));
            {
                io::OutputFile file = io::OutputFile::create(path);
                io::ZipWriter writer(file, "FO.NOTI.999999.20260504.00001.R.1.1",
                                     *core::parse_instant("2026-05-04T10:00:00Z"));
                for (std::size_t i = 0; i < text.size(); i += 99'999)
                    writer.append(std::string_view(text).substr(i, 99'999));
                writer.finish();
            }
            if (round == 0) first = io::read_file(path);
            CHECK(io::read_file(path) == first);
            const io::InputFile input = io::InputFile::open(path);
            io::ZipReader reader(input, {});
            CHECK(drain(reader) == text);
            CHECK(reader.state() == Unpacked::ok);
            CHECK(reader.entry_name() == "FO.NOTI.999999.20260504.00001.R.1.1");
            if (shell("unzip -v")) {
                CHECK(shell("unzip -tqq '" + path.native() + "'"));
                CHECK(shell("unzip -p '" + path.native() + "' > '" + (at.path / "out").native() +
                            "'"));
            }
            if (shell("python3 --version"))
                CHECK(shell("python3 -c \"import zipfile,sys; z=zipfile.ZipFile('" + path.native() +
                            "'); sys.exit(z.testzip() is not None or len(z.namelist())!=1)\""));
        }
    }
}

TEST_CASE("A zip that is damaged, too large or of several entries is refused") {
    TemporaryFolder at;
    const std::string text = sample(20'000);
    {
        io::OutputFile file = io::OutputFile::create(at.path / "zip");
        io::ZipWriter writer(file, "name", {});
        writer.append(text);
        writer.finish();
    }
    const std::string good = io::read_file(at.path / "zip");
    const auto unpack = [&](const std::string& bytes, std::uint64_t limit = 1 << 20) {
        spew(at.path / "bad", bytes);
        const io::InputFile input = io::InputFile::open(at.path / "bad");
        io::UnpackLimits limits;
        limits.output_bytes_max = limit;
        io::ZipReader reader(input, limits);
        const std::string out = drain(reader);
        if (reader.state() == Unpacked::ok) CHECK(out == text);
        return reader.state();
    };
    CHECK(unpack(good) == Unpacked::ok);
    CHECK(unpack(good, 19'999) == Unpacked::too_large);
    CHECK(unpack("") == Unpacked::corrupt);
    CHECK(unpack(good + "x") == Unpacked::corrupt);
    CHECK(unpack(good.substr(0, good.size() - 1)) == Unpacked::corrupt);
    for (std::size_t i = 0; i < good.size(); i += 11) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 0x41);
        unpack(bad);  // its text is compared when it is taken
    }
    if (shell("python3 --version")) {
        const std::string two = (at.path / "two").native();
        CHECK(shell("python3 -c \"import zipfile; z=zipfile.ZipFile('" + two +
                    "','w'); z.writestr('a','1'); z.writestr('b','2'); z.close()\""));
        CHECK(unpack(io::read_file(two)) == Unpacked::corrupt);
    }
}

namespace {

io::ReadAt reading(const io::InputFile& file) {
    return [&file](std::uint64_t offset, char* buffer, std::size_t count) {
        return file.read(offset, buffer, count);
    };
}

std::vector<io::ZipEntry> entries_of(const io::ZipDirectory& archive) {
    std::vector<io::ZipEntry> entries;
    std::uint64_t at = archive.begin();
    while (const auto entry = archive.entry(at)) entries.push_back(*entry);
    CHECK(at == archive.end());
    return entries;
}

}  // namespace

TEST_CASE("Entries go from one archive into another as they are packed, and any tool reads them") {
    if (!shell("python3 --version")) return;
    TemporaryFolder at;
    const std::string from = (at.path / "from").native();
    // Stored and deflated, with and without sizes behind the data, more than 65,535 of them.
    CHECK(shell("python3 -c \"import zipfile; z=zipfile.ZipFile(open('" + from +
                "','wb'),'w'); z.writestr('a/b','1'*5000,zipfile.ZIP_DEFLATED); "
                "w=z.open('late','w'); w.write(b'2'*300); w.close(); "
                "[z.writestr('n%d'%i,str(i)) for i in range(66000)]; z.close()\""));
    const io::InputFile input = io::InputFile::open(from);
    const io::ZipDirectory archive(reading(input), input.bytes());
    REQUIRE(archive.good());
    const auto entries = entries_of(archive);
    REQUIRE(entries.size() == 66'002);
    CHECK(entries[0].plain == 5000);
    CHECK(entries[0].packed < 100);
    std::string first;
    for (const char* name : {"one", "two"}) {
        io::OutputFile file = io::OutputFile::create(at.path / name);
        io::ZipWriter writer(file, "records", {});
        writer.append("<r/>");
        for (const io::ZipEntry& entry : entries) REQUIRE(writer.add(archive, entry));
        writer.finish([&](const auto& take) {
            for (const io::ZipEntry& entry : entries) take(entry);
        });
        if (first.empty()) first = io::read_file(at.path / name);
        CHECK(io::read_file(at.path / name) == first);
    }
    const std::string made = (at.path / "one").native();
    CHECK(shell("python3 -c \"import zipfile,sys; a=zipfile.ZipFile('" + from +
                "'); b=zipfile.ZipFile('" + made +
                "'); sys.exit(b.testzip() is not None or b.namelist()!=['records']+a.namelist() or "
                "any(a.read(n)!=b.read(n) for n in a.namelist()[:50]))\""));
    const io::InputFile again = io::InputFile::open(made);
    io::ZipReader records(again, {}, ~std::uint64_t{0});
    CHECK(drain(records) == "<r/>");
    CHECK(io::ZipReader(again, {}).state() == Unpacked::corrupt);
}

TEST_CASE(
    "An archive that is damaged anywhere gives other entries at most, never bytes beyond it") {
    TemporaryFolder at;
    if (!shell("python3 --version")) return;
    const std::string from = (at.path / "from").native();
    CHECK(shell("python3 -c \"import zipfile; z=zipfile.ZipFile('" + from +
                "','w',zipfile.ZIP_DEFLATED); z.writestr('a','1'*500); z.writestr('b','2'*99); "
                "z.close()\""));
    const std::string good = io::read_file(from);
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const int change : {0x01, 0x41, 0xff}) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ change);
            const io::ReadAt read = [&](std::uint64_t offset, char* buffer, std::size_t count) {
                const std::size_t got =
                    offset < bad.size() ? std::min<std::size_t>(count, bad.size() - offset) : 0;
                if (got > 0) std::memcpy(buffer, bad.data() + offset, got);
                return got;
            };
            const io::ZipDirectory archive(read, bad.size());
            if (!archive.good()) continue;
            std::uint64_t place = archive.begin();
            while (const auto entry = archive.entry(place)) {
                io::ZipStream stream(archive, *entry);
                std::string text(4096, ' ');
                std::size_t length = 0;
                while (const std::size_t got = stream.read(text.data(), text.size())) {
                    length += got;
                    REQUIRE(length <= entry->plain);
                }
                // Names are not under the CRC.
                if (stream.good()) CHECK((length == 500 || length == 99));
            }
        }
    }
}
