// Records over the limit come to the same wherever slices end, and so does the verdict right at it.
#include <doctest/doctest.h>

#include "fixture.hpp"

namespace {

constexpr std::uint64_t most = 3000;
const std::vector<std::uint64_t> slices = {500, 4096, 20'000, 70'000};

// A record of exactly so many bytes whose id stands in front, or behind all else.
std::string record(std::size_t bytes, bool id_first) {
    const std::string id = "<id>77</id>";
    std::string text = "<rec a='k'>" + (id_first ? id : std::string());
    const std::string end = (id_first ? std::string() : id) + "</rec>";
    while (text.size() + end.size() + 100 < bytes) text += "<x>words &amp; <!-- </rec> --></x>";
    text.append(bytes - text.size() - end.size(), ' ');
    return text + end;
}

std::string document(const std::string& number, const std::string& records) {
    return "<doc><no>" + number + "</no><count>3</count><list>" + records + "</list></doc>\n";
}

std::size_t count(const fixture::Run& run, const std::string& word) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = run.text.find(word, at)) != std::string::npos; ++at) ++found;
    return found;
}

}  // namespace

TEST_CASE("A record over the limit says the same of itself wherever slices end") {
    const auto job = fixture::make_job();
    job->limits.record_bytes_max = most;
    job->fields[0].type = core::IdentifierKind::insz;
    job->fields[0].required = true;
    for (const std::size_t bytes : {most - 1, most, most + 1, 3 * most, 30 * most, 100 * most})
        for (const bool id_first : {true, false}) {
            CAPTURE(bytes);
            CAPTURE(id_first);
            std::string input = "<r>";
            for (int i = 0; i < 3; ++i)
                input += document("D" + std::to_string(i),
                                  record(400, true) + record(bytes, id_first) + record(500, false));
            const fixture::Run run = fixture::same(*job, input + "</r>", slices);
            CHECK(run.records == 9);
            CHECK(count(run, "00000-093") == (bytes > most ? 3 : 0));
            // It is told that alone.
            CHECK(count(run, "00000-004") == (bytes > most ? 6 : 9));
            CHECK(count(run, ";D1;k;none;") == 3);
            CHECK(count(run, "|none;") == (bytes > most + 1 && !id_first ? 3 : 0));
        }
}

TEST_CASE("A document that is one record over the limit keeps the id that stands in its begin") {
    const auto job = fixture::make_job();
    job->document = fixture::path("/r/rec");
    job->record = fixture::path(".");
    job->document_id = fixture::path("id");
    job->limits.record_bytes_max = most;
    for (std::size_t i = 0; i < job->fields.size();)
        if (job->fields[i].name == "number")
            job->fields.erase(job->fields.begin() + static_cast<std::ptrdiff_t>(i));
        else
            ++i;
    job->totals.clear();
    for (const std::size_t bytes : {most + 1, 50 * most})
        for (const bool id_first : {true, false}) {
            CAPTURE(bytes);
            CAPTURE(id_first);
            const std::string input =
                "<r>" + record(400, true) + record(bytes, id_first) + "<rec><id>3</id></rec></r>";
            for (const std::uint64_t slice : {500U, 4096U, 20'000U, 1U << 30}) {
                const fixture::Run run = fixture::run(*job, input, 3, slice);
                CHECK(run.documents == 3);
                const bool known = id_first || bytes == most + 1;
                CHECK(fixture::has(run, known ? "d2 r2 77 /r[1]/rec[2] " : "d2 r2  /r[1]/rec[2] "));
            }
        }
}

TEST_CASE("White space before a record counts for nothing") {
    const auto job = fixture::make_job();
    job->limits.record_bytes_max = most;
    for (const std::size_t bytes : {most, most + 1})
        for (const std::size_t before : {1U, 1000U, 4000U, 80'000U, 200'000U}) {
            CAPTURE(bytes);
            CAPTURE(before);
            const std::string space(before, ' ');
            const std::string input = "<r>" +
                                      document("D", space + record(bytes, true) + space + "<rec/>" +
                                                        space + record(bytes, true)) +
                                      "</r>";
            for (const std::uint64_t slice : {500U, 4096U, 20'000U, 70'001U, 1U << 30}) {
                const fixture::Run run = fixture::run(*job, input, slice % 8 == 0 ? 1 : 3, slice);
                CHECK(run.records == 3);
                CHECK(count(run, "00000-093") == (bytes > most ? 2 : 0));
                CHECK((run.bytes == input));
            }
        }
}

TEST_CASE("What stands between records or behind them ends the file where it is too much") {
    const auto job = fixture::make_job();
    job->limits.text_bytes_max = 20'000;
    job->limits.record_bytes_max = 1000;
    for (const std::string filler : {" ", "<!-- words -->", "<z/>"})
        for (const std::size_t bytes : {20'000U, 20'001U, 150'000U})
            for (int place = 0; place < 4; ++place) {
                CAPTURE(filler);
                CAPTURE(bytes);
                CAPTURE(place);
                std::string gap;
                while (gap.size() + filler.size() <= bytes) gap += filler;
                gap.append(bytes - gap.size(), ' ');
                const auto at = [&](int one) { return one == place ? gap : std::string(); };
                // Each gap counts alone. Fillers of 1, 4 and 14 bytes are whole in the last one.
                const std::string input = "<r><doc><no>D</no><list><rec/>" + at(0) + "<rec></rec>" +
                                          at(1) + "</list>" + at(2) + "</doc>" + at(3) +
                                          "<doc><list><rec/>" + gap.substr(0, 18'984) +
                                          "<rec/></list></doc></r>";
                fixture::Run run;
                std::string told;
                for (const std::uint64_t slice : {400U, 4096U, 15'000U, 60'000U}) {
                    run = fixture::run(*job, input, slice % 8 == 0 ? 1 : 3, slice);
                    CHECK((run.end == parse::End::malformed) == (bytes > 20'000));
                    CHECK(fixture::has(run, "ACRF-102 ") == (bytes > 20'000));
                    if (!told.empty()) CHECK(told == run.of_file);
                    told = run.of_file;
                }
                // Where a slice ends in so much white space it is not the record's.
                if (filler != " ") fixture::same(*job, input, {400, 4096, 15'000, 60'000});
            }
}

TEST_CASE("Numbers that are counted again end the file where there are too many of them") {
    const auto job = fixture::make_job();
    job->recounts.push_back({fixture::path("/r/doc/count"), job::Total::Of::records, ""});
    job->limits.recounts_max = 50;
    for (const std::size_t most : {50U, 51U, 5000U})
        for (const bool before : {true, false}) {
            std::string counts;
            for (std::size_t i = 0; i < most; ++i) counts += "<count>7</count>";
            const std::string few = counts.substr(0, 50 * 16);
            const std::string input = "<r><doc><no>D</no>" + (before ? counts : few) +
                                      "<list><rec/></list>" + (before ? few : counts) +
                                      "</doc><doc>" + few + "<list><rec/></list></doc></r>";
            const fixture::Run run = fixture::same(*job, input, {300, 1000, 4096, 60'000});
            CHECK((run.end == parse::End::malformed) == (most > 50));
            const std::string place = " @" + std::to_string(input.find(counts) + 50 * 16 + 7) + " ";
            CHECK((run.of_file.find(place) != std::string::npos) == (most > 50));
        }
}

TEST_CASE("What is kept between the records of one element ends the file where it is too much") {
    const auto job = fixture::make_job();
    job->carry.push_back(fixture::path("/r/doc/list/note"));
    job->limits.text_bytes_max = 20'000;
    const std::string note = "<note>" + std::string(187, 'n') + "</note>";  // 200 bytes
    for (const int notes : {100, 101, 400}) {
        std::string list, input = "<r>";
        for (int i = 0; i < notes; ++i) list += "<rec/>" + note + "<!-- not kept -->";
        for (int i = 0; i < 2; ++i) input += "<doc><no>D</no><list>" + list + "</list></doc>";
        input += "</r>";
        const fixture::Run run = fixture::same(*job, input, {100, 333, 4096, 30'000});
        CHECK((run.end == parse::End::malformed) == (notes > 100));
        const std::string at = " @" + std::to_string(input.find("<rec/>") + 101 * 223 - 17) + " ";
        CHECK((run.of_file.find(at) != std::string::npos) == (notes > 100));
    }
}
