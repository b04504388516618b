#include "parse/enclosures.hpp"

#include <doctest/doctest.h>

#include "../temporary_folder.hpp"
#include "core/code_table.hpp"
#include "fixture.hpp"
#include "io/zip.hpp"
#include "job/attachments.hpp"
#include "parse/pipeline.hpp"

namespace {

// An archive of one entry.
std::shared_ptr<const parse::Source> zipped(const std::filesystem::path& path,
                                            const std::string& name, const std::string& content) {
    io::OutputFile file = io::OutputFile::create(path);
    io::ZipWriter writer(file, name, {});
    writer.append(content);
    writer.finish();
    file.sync();
    return parse::file_source(path);
}

class Set {
  public:
    Set& add(const std::string& name, const std::string& content) {
        const auto number = static_cast<std::uint32_t>(parts_.size() + 2);
        parts_.push_back({number, zipped(at_.path / std::to_string(number), name, content)});
        return *this;
    }
    parse::Enclosures open(const job::Limits& limits = {}) const { return {parts_, limits}; }
    std::string problem(const job::Limits& limits = {}) const {
        const parse::Enclosures enclosures(parts_, limits);
        if (!enclosures.problem()) return {};
        const core::Finding& finding = *enclosures.problem();
        std::string text = finding.code + " " + std::string(core::to_string(finding.reason)) + " " +
                           std::to_string(finding.part);
        for (const std::string& detail : finding.details) text += " " + detail;
        return text;
    }

  private:
    TemporaryFolder at_;
    std::vector<parse::Enclosures::Part> parts_;
};

}  // namespace

TEST_CASE("Documents are found by their whole name, in whatever part they lie") {
    const std::string pdf = "%PDF-1.4 x";
    Set set;
    set.add("a.pdf", pdf).add("in/a.pdf", "text").add("\xC3\xA9t\xC3\xA9.txt", "Mot");
    const parse::Enclosures enclosures = set.open();
    CHECK(set.problem().empty());
    REQUIRE(enclosures.size() == 3);
    CHECK(enclosures.find("a.pdf") == 0);
    CHECK(enclosures.find("in/a.pdf") == 1);
    CHECK(enclosures.find("\xC3\xA9t\xC3\xA9.txt") == 2);
    for (const char* other : {"A.pdf", "in", "in/", "/a.pdf", "./a.pdf", "in\\a.pdf", ""})
        CHECK_FALSE(enclosures.find(other).has_value());
    CHECK(enclosures.part(1) == 3);
    for (int again = 0; again < 2; ++again) {
        const parse::Content content = enclosures.content(0, seal::DigestAlgorithm::sha512);
        CHECK(content.good);
        CHECK(content.bytes == pdf.size());
        CHECK(content.digest == seal::digest(seal::DigestAlgorithm::sha512, pdf));
        CHECK((content.kinds >> static_cast<unsigned>(job::MediaType::pdf) & 1U) == 1);
        CHECK((content.kinds >> static_cast<unsigned>(job::MediaType::png) & 1U) == 0);
    }
    CHECK(enclosures.content(0, std::nullopt).digest.empty());
    CHECK(enclosures.content(0, seal::DigestAlgorithm::sha256).digest.size() == 32);
}

namespace {

class Counted : public parse::Source {
  public:
    explicit Counted(std::shared_ptr<const parse::Source> source) : source_(std::move(source)) {}
    std::uint64_t size() const override { return source_->size(); }
    std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const override {
        ++reads;
        if (order != nullptr && (order->empty() || order->back() != number))
            order->push_back(number);
        return source_->read(offset, buffer, length);
    }
    mutable int reads = 0;
    unsigned number = 0;
    std::vector<unsigned>* order = nullptr;  // numbers of the sources that were read, one by one

  private:
    std::shared_ptr<const parse::Source> source_;
};

}  // namespace

TEST_CASE("A document that was looked at once is named again without reading its archive") {
    const TemporaryFolder at;
    const auto source = std::make_shared<Counted>(zipped(at.path / "2", "a.pdf", "%PDF-1.4 x"));
    const parse::Enclosures enclosures({{2, source}}, {});
    const auto name_it = [&] {
        const auto found = enclosures.find("a.pdf");
        REQUIRE(found.has_value());
        CHECK_FALSE(enclosures.encrypted(*found));
        CHECK(enclosures.plain_bytes(*found) == 10);
        CHECK(enclosures.content(*found, seal::DigestAlgorithm::sha256).good);
    };
    name_it();
    const int before = source->reads;
    for (int i = 0; i < 100; ++i) name_it();
    CHECK(source->reads == before);
}

TEST_CASE("Documents named in any order are unpacked in the order of the archives") {
    const TemporaryFolder at;
    std::vector<unsigned> order;
    std::vector<parse::Enclosures::Part> parts;
    for (unsigned i = 0; i < 4; ++i) {
        const std::string name = std::to_string(i) + ".pdf";
        const auto source =
            std::make_shared<Counted>(zipped(at.path / name, name, "%PDF-1.4 " + name));
        source->number = i;
        source->order = &order;
        parts.push_back({i + 2, source});
    }
    const parse::Enclosures enclosures(std::move(parts), {});
    std::string input = "<Dossiers><Form><Reference>A</Reference>";
    for (const char* name : {"2.pdf", "0.pdf", "3.pdf", "nowhere.pdf", "1.pdf", "0.pdf"})
        input += "<Dossier><INSS>61020200269</INSS><For>one</For><Report><FileName>" +
                 std::string(name) + "</FileName><Size>9</Size></Report></Dossier>";
    const auto source = parse::memory_source(input + "</Form></Dossiers>");
    const job::Job job = fixture::read("samples/documents/enclosed.xml");
    parse::PipelineOptions options;
    options.enclosures = &enclosures;
    order.clear();
    std::size_t records = 0;
    CHECK(parse::run_pipeline(parse::make_plan(job, 0), *source, {}, options,
                              [&](std::unique_ptr<parse::Outcome> outcome) {
                                  records += outcome->records.size();
                                  return true;
                              }) == parse::End::complete);
    CHECK(records == 6);
    CHECK(order == std::vector<unsigned>{0, 1, 2, 3});
}

TEST_CASE("A name that leads anywhere, or to the channel, refuses the set") {
    for (const char* name :
         {"../a", "a/../b", "/a", "a//b", "./a", "a/.", "..", "a\\b", "c:a", "a\nb", "a\x7F",
          "\xFF", "FO.DOSS.999999.20261122.00001.R", "in/GO.DOSS.999999.20261122.00001.R.1"}) {
        CAPTURE(name);
        CHECK(Set().add(name, "x").problem() == "ACRF-280 archive-name 2");
    }
    CHECK(Set().add(std::string(1025, 'n'), "x").problem() == "ACRF-280 archive-name 2");
    for (const char* name : {"a", ".hidden", "a..b", "a/b/c", "\xE2\x82\xAC.pdf", "folder/"})
        CHECK(Set().add(name, "x").problem().empty());
    CHECK(Set().add("folder/", "").open().size() == 0);
    CHECK(Set().add("a", "x").add("b", "x").add("a", "y").problem() ==
          "ACRF-280 archive-name-repeated 4");
}

TEST_CASE("Limits hold for all parts of a set together, before anything is unpacked") {
    job::Limits limits;
    Set set;
    set.add("a", std::string(3000, 'a')).add("b", std::string(3000, 'b'));
    limits.enclosures_max = 1;
    CHECK(set.problem(limits) == "ACRF-509 limit 3 enclosures-max 1");
    limits.enclosures_max = 2;
    limits.enclosures_ratio_max = 1000;
    CHECK(set.problem(limits).empty());
    limits.enclosures_bytes_max = 5999;
    CHECK(set.problem(limits) == "ACRF-509 limit 2 enclosures-bytes-max 5999");
    limits.enclosures_bytes_max = 6000;
    limits.enclosures_ratio_max = 10;
    CHECK(set.problem(limits) == "ACRF-509 limit 2 enclosures-ratio-max 10");
}

TEST_CASE("What begins like an archive and is none refuses the set") {
    const parse::Enclosures enclosures(
        {{7, parse::memory_source("PK\x03\x04 and so on, longer than an end of the directory")}},
        {});
    REQUIRE(enclosures.problem().has_value());
    CHECK(enclosures.problem()->code == "ACRF-280");
    CHECK(enclosures.problem()->part == 7);
    CHECK(parse::looks_zipped(*parse::memory_source("PK\x03\x04")));
    for (const char* other : {"", "PK", "PK\x01\x02", "<?xml"})
        CHECK_FALSE(parse::looks_zipped(*parse::memory_source(other)));
}
