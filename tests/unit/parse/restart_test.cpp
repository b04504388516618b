// Files that are awkward to cut, slice by slice, with several threads, and again from the places
// where a restart would go on: all of them come to the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "fixture.hpp"

namespace {

class Dice {
  public:
    explicit Dice(std::uint32_t seed) : seed_(seed) {}
    std::size_t below(std::size_t limit) {
        seed_ = seed_ * 1664525 + 1013904223;
        return (seed_ >> 8) % limit;
    }
    template <typename List>
    const auto& of(const List& list) {
        return list[below(std::size(list))];
    }

  private:
    std::uint32_t seed_;
};

// Goes on from the first, the last and some exits between.
void same_from_everywhere(const job::Job& job, const std::string& input, std::uint64_t slice_bytes,
                          Dice& dice, std::size_t places) {
    CAPTURE(slice_bytes);
    const fixture::Run whole = fixture::run(job, input, 1, slice_bytes);
    const fixture::Run threads = fixture::run(job, input, 3, slice_bytes);
    CHECK((threads.text == whole.text));
    CHECK((threads.declared == whole.declared));
    CHECK((threads.of_file == whole.of_file));
    REQUIRE((threads.exits == whole.exits));
    for (std::size_t i = 0; i < std::min(places, whole.exits.size()); ++i) {
        const std::size_t at = places < whole.exits.size() ? dice.below(whole.exits.size()) : i;
        CAPTURE(at);
        const parse::Entry entry = parse::Entry::restore(whole.exits[at]);
        const fixture::Run rest =
            fixture::run(job, input, 1 + static_cast<unsigned>(at % 3), slice_bytes, entry);
        CHECK((rest.text == whole.after_exit[at]));
        REQUIRE(rest.exits.size() == whole.exits.size() - at - 1);
        for (std::size_t k = 0; k < rest.exits.size(); ++k)
            REQUIRE((rest.exits[k] == whole.exits[at + 1 + k]));
        CHECK(whole.declared.ends_with(rest.declared));
        CHECK(whole.of_file.ends_with(rest.of_file));
        if (!entry.at_end) CHECK((whole.bytes.ends_with(rest.bytes)));
    }
}

std::string content(const std::string& name) {
    std::ifstream in(fixture::root() / "samples/flat" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0, end = 0; end < text.size(); at = end)
        lines.push_back(text.substr(at, (end = text.find('\n', at) + 1) - at));
    return lines;
}

// Transfers whose header has a number that is none.
job::Job transfers(std::uint64_t record_bytes_max) {
    job::Job job = fixture::read("samples/flat/transfers.xml");
    job.limits.record_bytes_max = record_bytes_max;
    job.fields.emplace_back();
    job.fields.back().name = "reference";
    job.fields.back().type = core::IdentifierKind::insz;
    job.fields.back().path = job.totals.front().path;
    job.fields.back().path.steps[0].name.local = "Header";
    job.fields.back().path.steps[1].name.local = "Reference";
    return job;
}

}  // namespace

TEST_CASE("XML that is awkward to cut goes on anywhere, with what was carried over") {
    const auto job = fixture::make_job();
    job->fields[1].type = core::IdentifierKind::noss;
    Dice dice(11);
    for (const std::uint64_t most : {300U, 3000U, 70'000U}) {
        job->limits.record_bytes_max = most;
        const auto filler = [&](const char* text) {
            std::string out;
            const std::size_t length = dice.below(5) == 0 ? 90'000 : dice.below(400);
            while (out.size() < length) out += text;
            return out;
        };
        const auto other = [&]() -> std::string {
            switch (dice.below(6)) {
                case 0:
                    return "<!--" + filler("</rec> <rec><doc> ") + "-->";
                case 1:
                    return filler("\r");
                case 2:
                    return filler("\r\n \t");
                case 3:
                    return "<x><![CDATA[" + filler("</rec>\n<rec></doc> <doc>") + "]]></x>";
                case 4:
                    return "<x>" + filler("Zo\xC3\xAB \xE2\x82\xAC ") + "</x>";
                default:
                    return filler("<rec/>");
            }
        };
        std::string input = "<r>\n<head>h</head>\n";
        for (int i = 0; i < 5; ++i) {
            input += "<doc>" + other() + "<no><!--" + filler("</rec><rec>") + "-->D" +
                     std::to_string(i) + "</no>" + other() + "<count>3</count><list>";
            for (int k = 0; k < 3; ++k)
                input += "<rec a=\"k\"><id>" + std::to_string(k) + "</id>" + other() + "</rec>" +
                         other();
            input += "</list>" + other() + "</doc>";
        }
        input += "</r>\n";
        for (const std::uint64_t slice : {1000U, 5000U, 64U << 10})
            same_from_everywhere(*job, input, slice, dice, 6);
    }
}

TEST_CASE("An end tag across a blind cut is one neither before nor after a restart") {
    const auto job = fixture::make_job();
    Dice dice(5);
    // Empty records end the first slice here, and the next looks for its end from its first byte
    // on.
    const std::uint64_t slice = 87'381, cut = 81'919;
    for (const std::string tag : {"<rec></rec>", "<p:rec></p:rec>"})
        for (std::size_t before = 0; before <= tag.size() / 2 + 1; ++before) {
            CAPTURE(before);
            const std::size_t begin = cut - before - tag.size() / 2;
            std::string input = "<r xmlns:p=\"p\"><doc><no>1</no><list>";
            while (input.size() + 6 <= begin) input += "<rec/>";
            input.resize(begin, ' ');
            input += tag;
            while (input.size() < (200U << 10)) input += "<rec></rec>";
            same_from_everywhere(*job, input + "</list></doc></r>", slice, dice, 9);
        }
}

TEST_CASE("Carriage returns alone are cut anywhere") {
    const auto job = fixture::make_job();
    job->limits.record_bytes_max = 1000;
    const std::string input = "<r>" + std::string(300'000, '\r') + "<doc><no>1</no></doc></r>";
    const fixture::Run run = fixture::run(*job, input, 1, 1000);
    CHECK((run.bytes == input));
    CHECK(run.outcomes < 400);
}

TEST_CASE("Flat files with unknown lines anywhere go on anywhere") {
    const std::vector<std::string> unknown = {"X\n", "\n", std::string(150, 'Z') + "\n", "4567\n"};
    std::vector<std::string> known = lines_of(content("transfers-good.txt"));
    for (const std::string& line : lines_of(content("transfers-bad.txt"))) known.push_back(line);
    Dice dice(3);
    for (const std::uint64_t most : {100U, 400U, 2000U}) {
        const job::Job job = transfers(most);
        for (int file = 0; file < 5; ++file) {
            std::string input;
            for (int i = 0; i < 60; ++i) {
                input += known[static_cast<std::size_t>(i) % known.size()];
                for (std::size_t count = dice.below(4) == 0 ? dice.below(40) : 0; count > 0;
                     --count)
                    input += dice.of(unknown);
            }
            for (const std::uint64_t slice : {100U, 700U, 3000U})
                same_from_everywhere(job, input, slice, dice, 6);
        }
    }
}

TEST_CASE("A value around records is told once, far before its records or without any") {
    job::Job job = transfers(400);
    const std::vector<std::string> lines = lines_of(content("transfers-good.txt"));
    std::string unknown;
    for (int i = 0; i < 300; ++i) unknown += "X" + std::to_string(i) + "\n";
    for (const bool records : {false, true}) {
        std::string input = lines[0] + unknown;
        if (records) input += lines[1] + lines[2] + lines[3];
        const fixture::Run run = fixture::same(job, input + lines[7], {1, 100, 700});
        const std::size_t told = run.declared.find("00000-002");
        CHECK(told != std::string::npos);
        CHECK(told < run.declared.find("00000-092"));
        CHECK(run.declared.find("00000-002", told + 1) == std::string::npos);
    }
}

TEST_CASE("A value around records is whole where a cut falls behind its start tag") {
    const auto job = fixture::make_job();
    job->fields[1].type = core::IdentifierKind::noss;
    job->limits.record_bytes_max = 1000;
    for (std::size_t before = 0; before < 4; ++before) {
        const std::string comment = "<!--" + std::string(80'000, 'c') + "-->";
        const std::string input = "<r><doc>" + std::string(1990 + before, ' ') + "<no>" + comment +
                                  "D1</no><list><rec/>" + comment + "<rec/></list></doc></r>";
        const fixture::Run run = fixture::same(*job, input, {500, 1000, 2000});
        CHECK(fixture::has(run, "none;D1;none;"));
        CHECK(fixture::has(run, "00000-002 "));
    }
}
