// Archives of documents as partners send them: no more comes out than they declare, each document
// is found under its name, and what is good can be packed again.
#include "core/fault.hpp"
#include "fuzz.hpp"
#include "io/zip.hpp"
#include "parse/enclosures.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::Folder folder;
    job::Limits limits;
    limits.enclosures_max = 1000;
    limits.enclosures_bytes_max = 4 << 20;
    limits.enclosures_ratio_max = 1'000'000;
    const parse::Enclosures enclosures(
        {{2, parse::memory_source(std::string(fuzz::text(data, size)))}}, limits);
    if (enclosures.problem()) return 0;
    fuzz::check(enclosures.size() <= limits.enclosures_max, "more documents than the limit");
    std::filesystem::remove(folder.path() / "copy");
    io::OutputFile to = io::OutputFile::create(folder.path() / "copy");
    io::ZipWriter writer(to, "records", {});
    std::vector<std::uint32_t> good;
    for (std::uint32_t i = 0; i < enclosures.size(); ++i) {
        const io::ZipEntry entry = enclosures.entry(i);
        fuzz::check(enclosures.find(entry.name) == i, "a document is not found under its name");
        const parse::Content content = enclosures.content(i, seal::DigestAlgorithm::sha256);
        fuzz::check(content.bytes <= entry.plain, "more comes out than is declared");
        if (!content.good) continue;
        fuzz::check(writer.add(enclosures.archive(i), entry), "what is good cannot be copied");
        good.push_back(i);
    }
    writer.finish([&](const auto& take) {
        for (const std::uint32_t i : good) take(enclosures.entry(i));
    });
    const io::InputFile made = io::InputFile::open(folder.path() / "copy");
    io::ZipReader records(made, {}, good.size() + 1);
    char byte = 0;
    fuzz::check(records.read(&byte, 1) == 0 && records.state() == io::Unpacked::ok,
                "the archive that is made is not one");
    return 0;
}
