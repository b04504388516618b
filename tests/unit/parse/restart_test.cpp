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

TEST_CASE("A value around records that is longer than a text ends the file where it begins") {
    const auto job = fixture::make_job();
    job->limits.text_bytes_max = 20'000;
    job->limits.record_bytes_max = 1000;
    Dice dice(7);
    const std::vector<std::string> fillers = {"<x/>", "<!-- words -->", "<![CDATA[</no>]]>",
                                              "&lt; ", "<no>a</no>"};
    const std::vector<std::string> ends = {
        "", "<", "</x>", "<!--", "&", "<a b='", "]]>", "<!--" + std::string(50'000, 'c')};
    const auto value = [&](std::size_t bytes) {
        std::string text;
        while (text.size() + 20 < bytes) text += dice.of(fillers);
        return text + std::string(bytes - text.size(), '5');
    };
    const auto document = [](const std::string& number, const std::string& count) {
        return "<doc><y/>\n<no>" + number + "</no><list><rec><id>1</id></rec><rec/></list><count>" +
               count + "</count></doc>";
    };
    const std::string good = "<r>" + document("D1", "2");
    for (const std::size_t bytes : {19'000U, 20'000U, 20'001U, 60'000U, 200'000U}) {
        CAPTURE(bytes);
        const std::string number = document("<x/>" + value(bytes - 4), "3");
        const std::string count = document("D2", "<x/>" + value(bytes - 4));
        for (const std::string name : {"no", "count"}) {
            const std::string& second = name == "no" ? number : count;
            // It is not all that stands there.
            const bool over = bytes > 19'000;
            const std::string input = good + second + document("D3", "2") + "</r>";
            const fixture::Run run = fixture::same(*job, input, {500, 4096, 30'000, 150'000});
            CHECK((run.end == parse::End::malformed) == over);
            const std::size_t at = good.size() + second.find("<" + name + "><x/>");
            CHECK(fixture::has(run, "ACRF-102 ") == over);
            if (bytes == 20'000) continue;
            CHECK((run.of_file.find(" @" + std::to_string(at) + " ") != std::string::npos) == over);
            CHECK((run.of_file.find(" /r[1]/doc[2]/" + name + "[1] " + name) !=
                   std::string::npos) == over);
            for (const std::uint64_t slice : {500U, 4096U, 30'000U})
                same_from_everywhere(*job, input, slice, dice, 5);
            for (const std::string& exit : fixture::run(*job, input, 1, 4096).exits)
                CHECK(exit.size() < 90'000);
        }
        // What breaks off inside of it is told there only up to where it is too long.
        for (const std::string& end : ends) {
            CAPTURE(end);
            const std::string input = good + "<doc><no>" + value(bytes) + end;
            const fixture::Run run = fixture::same(*job, input, {500, 4096, 30'000});
            CHECK(run.end == parse::End::malformed);
            const std::string at = " @" + std::to_string(good.size() + 5) + " ";
            if (bytes > 20'001) CHECK(run.of_file.find(at) != std::string::npos);
            if (bytes < 20'000) CHECK(run.of_file.find(at) == std::string::npos);
        }
    }
}

TEST_CASE(
    "What stands before the first record ends the file where it is too much, however it is cut") {
    const auto job = fixture::make_job();
    job->limits.text_bytes_max = 20'000;
    job->limits.record_bytes_max = 1000;
    Dice dice(9);
    const std::string head = "<r>", rest = "<list><rec/><rec/></list></doc>";
    for (const std::string filler : {" ", "<!-- words -->", "<y>a</y>", "<x>", "\r\n"})
        for (const int more : {-1, 0, 1, 5000, 60'000}) {
            CAPTURE(filler);
            CAPTURE(more);
            // Before the first document, in it, in the second one; as the first child or behind.
            for (int place = 0; place < 4; ++place) {
                CAPTURE(place);
                const std::string other = "<doc>" + rest;
                std::string begin = head + (place > 1 ? other : "") + (place != 0 ? "<doc>" : "");
                const std::string behind = place == 0 ? "<doc><list>" : place < 3 ? "<list>" : "";
                // What goes along: all but the first document and the white space behind it.
                const std::size_t open = begin.size() - (place > 1 ? other.size() : 0);
                const std::size_t wanted =
                    static_cast<std::size_t>(20'000 + more) -
                    std::min<std::size_t>(static_cast<std::size_t>(20'000 + more),
                                          open + behind.size());
                std::string text;
                while (text.size() + filler.size() <= wanted) text += filler;
                text.append(wanted - text.size(), ' ');
                std::string input = begin + text;
                for (std::size_t i = 0; filler == "<x>" && i < wanted / 3; ++i) input += "</x>";
                input += (place == 3 ? "<list><z/>" : behind) + "<rec/></list></doc></r>";
                const fixture::Run run = fixture::same(*job, input, {400, 15'000});
                if (place < 3 && filler != "<x>")
                    CHECK((run.end == parse::End::malformed) == (more > 0));
                if (more > 2000) CHECK(fixture::has(run, "ACRF-102 "));
                same_from_everywhere(*job, input, 4096, dice, 4);
            }
        }
}

TEST_CASE("A field around records that is missing is told once, however far its records are") {
    job::Job job = fixture::read("jobs/dmfa.xml");
    job.limits.record_bytes_max = 5000;
    for (job::Field& field : job.fields)
        if (field.name == "employer" || field.name == "company") field.required = true;
    std::ifstream in(fixture::root() / "samples/dmfa/good-20261.xml", std::ios::binary);
    const std::string good{std::istreambuf_iterator<char>(in), {}};
    const std::string number = "<NOSSRegistrationNbr>";
    std::string filler;
    while (filler.size() < 60'000) filler += "<!-- words -->\n";
    Dice dice(2);
    for (const bool is_there : {false, true}) {
        std::string input = good;
        for (std::size_t at = 0; (at = input.find(number, at)) != std::string::npos;) {
            const std::size_t end = input.find("</NOSSRegistrationNbr>", at);
            if (is_there)
                input.replace(at + number.size(), end - at - number.size(), "1");
            else
                input.erase(at, end + number.size() + 1 - at);
            at = input.find("<NaturalPerson>", at);
            input.insert(at, filler);
            at += filler.size();
        }
        const fixture::Run run = fixture::same(job, input, {1000, 9000, 40'000});
        std::size_t told = 0;
        for (std::size_t at = 0;
             (at = run.declared.find("NOSSRegistrationNbr", at)) != std::string::npos;
             at = run.declared.find("\n", at))
            ++told;
        CHECK(told == run.documents);
        for (const std::uint64_t slice : {1000U, 9000U})
            same_from_everywhere(job, input, slice, dice, 8);
    }
}

TEST_CASE(
    "A slice with more findings than are kept of a file is taken in pieces that decide nothing") {
    job::Job job = fixture::read("jobs/dmfa.xml");
    job.totals.clear();  // told behind the findings of each slice
    std::ifstream in(fixture::root() / "samples/dmfa/bad-several.xml", std::ios::binary);
    const std::string sample{std::istreambuf_iterator<char>(in), {}};
    const std::size_t begin = sample.find("<Form>"), end = sample.rfind("</Form>") + 7;
    const std::string person = "</NaturalPerson>";
    std::string input = sample.substr(0, end);
    Dice dice(11);
    for (int i = 0; i < 20; ++i) {
        std::string form = sample.substr(begin, end - begin);
        for (std::size_t at = 0; (at = form.find(person, at)) != form.npos; at += person.size())
            if (dice.below(3) == 0)
                form.insert(at + (dice.below(2) == 0 ? 0 : person.size()), "<Wrong/><Wrong/>");
        input += form + "\n";
    }
    input += sample.substr(end);
    const fixture::Run whole = fixture::run(job, input, 1, 1U << 30);
    CHECK(whole.outcomes == 1);
    for (const std::uint64_t most : {1U, 2U, 5U}) {
        job.limits.findings_per_file_max = most;
        const fixture::Run run = fixture::same(job, input, {2000, 30'000, 1U << 20});
        CHECK(run.outcomes > 10);
        CHECK((run.text == whole.text));
        CHECK((run.declared == whole.declared));
        CHECK((run.of_file == whole.of_file));
        for (const std::uint64_t slice : {2000U, 30'000U, 1U << 20})
            same_from_everywhere(job, input, slice, dice, 12);
    }
}
