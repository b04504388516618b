#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "fixture.hpp"
#include "parse/count_tags.hpp"

namespace {

std::string record(int number, const std::string& extra = "") {
    return "<rec a=\"k" + std::to_string(number % 3) + "\"><id>" + std::to_string(number) +
           "</id>" + extra + "<ref><type>2</type><value>no</value></ref><ref><value>v" +
           std::to_string(number) + "</value><type>1</type></ref></rec>\n    ";
}

std::string document(int number, int records, const std::string& extra = "") {
    std::string text = "<doc>\n  <no>D" + std::to_string(number) + "</no>\n  <count>" +
                       std::to_string(records) + "</count>\n  <list>";
    for (int i = 0; i < records; ++i) text += record(number * 1000 + i, extra);
    return text + "</list>\n  <after>x</after></doc>\n";
}

std::string file(int documents, int records, const std::string& extra = "") {
    std::string text = "<?xml version=\"1.0\"?>\n<r>\n<head>h</head>\n";
    for (int i = 1; i <= documents; ++i) text += document(i, records, extra);
    return text + "<tail/></r>\n";
}

void same_for_all_slices(const std::string& input, std::size_t documents, std::size_t records) {
    const auto job = fixture::make_job();
    const fixture::Run whole = fixture::run(*job, input, 1, 1U << 30);
    CHECK(whole.end == parse::End::complete);
    CHECK(whole.outcomes == 1);
    CHECK(whole.records == records);
    CHECK(whole.documents == documents);
    CHECK((whole.bytes == input));
    for (std::uint64_t slice : {1024U, 3000U, 10'000U, 100'000U})
        for (unsigned threads : {1U, 2U, 3U, 7U}) {
            CAPTURE(slice);
            CAPTURE(threads);
            const fixture::Run cut = fixture::run(*job, input, threads, slice);
            CHECK(cut.end == parse::End::complete);
            CHECK((cut.bytes == input));
            CHECK((cut.text == whole.text));
            CHECK((cut.declared == whole.declared));
        }
}

}  // namespace

TEST_CASE("Many documents in a slice come to the same for any slice size and number of threads") {
    same_for_all_slices(file(300, 3), 300, 900);
}

TEST_CASE("One document over many slices comes to the same") {
    same_for_all_slices(file(1, 800), 1, 800);
}

TEST_CASE("Comments and CDATA that look like ends of records at a cut are seen through") {
    same_for_all_slices(
        file(5, 40, "<!-- </rec> <rec> --><x><![CDATA[</rec>\n<rec></doc> <doc>]]></x>"), 5, 200);
}

TEST_CASE("A record that is larger than a slice stays whole") {
    same_for_all_slices(file(2, 12, "<x>" + std::string(5000, 'y') + "</x>"), 2, 24);
}

TEST_CASE("Nothing is read behind the slices in flight while memory is tight") {
    struct Counting final : parse::Stages {
        std::unique_ptr<parse::Product> work(parse::Outcome&) override {
            most = std::max(most.load(), ++now);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            --now;
            return nullptr;
        }
        bool take(std::unique_ptr<parse::Outcome> outcome,
                  std::unique_ptr<parse::Product>) override {
            bytes += std::string_view(outcome->bytes);
            return true;
        }
        std::atomic<int> now{0}, most{0};
        std::string bytes;
    } stages;
    const auto job = fixture::make_job();
    const std::string input = file(30, 20);
    std::size_t asked = 0;
    parse::PipelineOptions options;
    options.threads = 4;
    options.slice_bytes = 3000;
    options.tight = [&] { return ++asked > 0; };
    const auto end = parse::run_pipeline(parse::make_plan(*job, 0), *parse::memory_source(input),
                                         {}, options, stages);
    CHECK(end == parse::End::complete);
    CHECK((stages.bytes == input));
    CHECK(stages.most == 1);
    CHECK(asked > 10);
}

TEST_CASE("Values are those of the first hit, inside and around the record") {
    const auto job = fixture::make_job();
    const fixture::Run run = fixture::run(*job, file(2, 2), 1, 1U << 20);
    CHECK(run.text.find("|1000;D1;k1;v1000;D1;2;") != std::string::npos);
    CHECK(run.text.find("|2001;D2;k0;v2001;D2;2;") != std::string::npos);
    CHECK(run.declared.find("declared 2 00000-007") != std::string::npos);
}

TEST_CASE("Going on from a saved entry gives what an unbroken run gives") {
    const auto job = fixture::make_job();
    const std::string input =
        file(20, 20, "<x><![CDATA[</rec>\n<rec>" + std::string(1500, 'z') + "]]></x>");
    const fixture::Run whole = fixture::run(*job, input, 2, 4096);
    REQUIRE(whole.exits.size() > 10);
    for (std::size_t i = 0; i + 1 < whole.exits.size(); ++i) {
        const parse::Entry entry = parse::Entry::restore(whole.exits[i]);
        CHECK(entry.save() == whole.exits[i]);
        const fixture::Run rest = fixture::run(*job, input, 3, 4096, entry);
        CHECK((rest.text == whole.after_exit[i]));
        REQUIRE(rest.exits.size() == whole.exits.size() - i - 1);
        CHECK(rest.exits.back() == whole.exits.back());
        CHECK(rest.exits.front() == whole.exits[i + 1]);
    }
}

TEST_CASE("What is not well-formed ends the run with the finding at its place, for any slices") {
    const auto job = fixture::make_job();
    std::string input = file(10, 50);
    const std::size_t at = input.find("<id>7025");
    input.replace(at, 4, "<id<");
    const fixture::Run whole = fixture::run(*job, input, 1, 1U << 30);
    CHECK(whole.end == parse::End::malformed);
    CHECK(whole.of_file.find("ACRF-102") != std::string::npos);
    for (unsigned threads : {1U, 2U, 5U}) {
        const fixture::Run cut = fixture::run(*job, input, threads, 2048);
        CHECK(cut.end == parse::End::malformed);
        CHECK(cut.of_file == whole.of_file);
    }
    CHECK(fixture::run(*job, "", 1, 1024).end == parse::End::malformed);
    CHECK(fixture::run(*job, input.substr(0, input.size() - 5), 3, 1024).end ==
          parse::End::malformed);
}

TEST_CASE("Check digits are found at the value, once for a value around the records") {
    const auto job = fixture::make_job();
    job->fields[0].type = core::IdentifierKind::insz;
    const fixture::Run run = fixture::run(*job, file(1, 1), 1, 1U << 20);
    CHECK(run.findings == 1);
    CHECK(run.text.find("/r[1]/doc[1]/list[1]/rec[1]/id[1] id 1000") != std::string::npos);
    CHECK(run.text.find("record 1 -") != std::string::npos);
    const auto other = fixture::make_job();
    other->fields[1].type = core::IdentifierKind::noss;
    const fixture::Run around = fixture::run(*other, file(2, 5), 3, 1024);
    CHECK(around.findings == 0);
    std::size_t count = 0;
    for (std::size_t i = 0; (i = around.declared.find("no D", i)) != std::string::npos; ++i)
        ++count;
    CHECK(count == 2);
}

TEST_CASE("A record over the limit is rejected alone") {
    const auto job = fixture::make_job();
    job->limits.record_bytes_max = 4000;
    std::string input = file(3, 10);
    const std::string big = record(9, "<x>" + std::string(60'000, 'b') + "</x>");
    input.insert(input.find("<rec a=\"k0\"><id>2004"), big);
    const fixture::Run whole = fixture::run(*job, input, 1, 1U << 30);
    CHECK(whole.end == parse::End::complete);
    CHECK(whole.records == 31);
    CHECK(whole.findings == 1);
    for (std::uint64_t slice : {1024U, 5000U, 50'000U})
        for (unsigned threads : {1U, 3U}) {
            const fixture::Run cut = fixture::run(*job, input, threads, slice);
            CHECK(cut.end == parse::End::complete);
            CHECK(cut.records == 31);
            CHECK(cut.findings == 1);
            CHECK((cut.bytes == input));
        }
}

TEST_CASE("What goes on for ever around records ends the run, and no entry grows with it") {
    const auto job = fixture::make_job();
    job->limits.text_bytes_max = 20'000;
    job->limits.record_bytes_max = 4000;
    const std::string good = file(3, 10);
    const std::size_t third = good.rfind("<doc");
    std::string spaces, comments;
    while (spaces.size() < 300'000) spaces += "  \n";
    while (comments.size() < 300'000) comments += "<!-- nothing but words -->";
    for (const std::string& filler : {spaces, comments}) {
        std::string before = good, behind = good;
        before.insert(before.find("<rec", third), filler);
        behind.insert(behind.find("</rec>", third) + 6, filler);
        const fixture::Run after = fixture::run(*job, behind, 3, 4096);
        CHECK(after.end == parse::End::malformed);
        CHECK(after.of_file.find("ACRF-102") != std::string::npos);
        CHECK(after.records == 21);
        const fixture::Run alone = fixture::run(*job, before, 1, 700);
        CHECK(alone.end == parse::End::malformed);
        CHECK(alone.of_file.find("ACRF-102") != std::string::npos);
        CHECK(alone.records == 20);
        for (const std::string& exit : alone.exits) CHECK(exit.size() < 40'000);
        const fixture::Run threads = fixture::run(*job, before, 3, 700);
        CHECK(threads.of_file == alone.of_file);
        CHECK((threads.exits == alone.exits));
        REQUIRE(alone.exits.size() >= 2);
        const auto entry = parse::Entry::restore(alone.exits[alone.exits.size() - 2]);
        CHECK(fixture::run(*job, before, 2, 700, entry).of_file == alone.of_file);
    }
}

TEST_CASE("Encodings give the same records, and places as delivered") {
    const auto job = fixture::make_job();
    job->fields[0].type = core::IdentifierKind::insz;
    const std::string text = file(3, 10, "<x>Zo\xC3\xAB \xE2\x82\xAC</x>");
    const fixture::Run plain = fixture::run(*job, text, 1, 1024);
    CHECK(plain.findings == 30);
    const fixture::Run marked = fixture::run(*job, "\xEF\xBB\xBF" + text, 2, 1024);
    CHECK(marked.bytes == text);
    CHECK(marked.findings == 30);
    std::string wide = "\xFF\xFE", latin;
    for (std::size_t i = 0; i < text.size();) {
        unsigned c = static_cast<unsigned char>(text[i++]);
        if (c >= 0xE0) {
            c = 0x20AC;
            i += 2;
        } else if (c >= 0xC0) {
            c = 0xEB;
            i += 1;
        }
        wide.push_back(static_cast<char>(c & 0xFF));
        wide.push_back(static_cast<char>(c >> 8));
        latin.push_back(c == 0x20AC ? '\xA4' : static_cast<char>(c));
    }
    latin.insert(latin.find("?>"), " encoding=\"ISO-8859-15\"");
    for (unsigned threads : {1U, 3U}) {
        const fixture::Run utf16 = fixture::run(*job, wide, threads, 1024);
        CHECK(utf16.end == parse::End::complete);
        CHECK(utf16.bytes == text);
        CHECK(utf16.findings == 30);
        const fixture::Run single = fixture::run(*job, latin, threads, 1024);
        CHECK(single.end == parse::End::complete);
        CHECK(single.records == 30);
        CHECK(single.bytes.find("encoding=\"UTF-8\"      ?>") != std::string::npos);
        CHECK(single.bytes.find("Zo\xC3\xAB \xE2\x82\xAC") != std::string::npos);
        const std::size_t place = latin.rfind("<id>") + 4;
        CHECK(single.text.find("@" + std::to_string(place) + " ") != std::string::npos);
        const std::size_t wide_place = 2 + 2 * (place - 23);
        CHECK(utf16.text.find("@" + std::to_string(wide_place) + " ") != std::string::npos);
    }
    const fixture::Run unknown =
        fixture::run(*job, "<?xml version=\"1.0\" encoding=\"EBCDIC-X\"?><r/>", 2, 1024);
    CHECK(unknown.end == parse::End::malformed);
    CHECK(unknown.of_file.find("ACRF-138") != std::string::npos);
}

TEST_CASE("A record can be the document, and the bytes of a slice are covered by its pieces") {
    const auto job = fixture::make_job();
    job->document = fixture::path("/r/doc");
    job->record = job::Path{};
    job->document_id = fixture::path("no");
    job->fields.resize(1);
    job->totals.clear();
    job->fields[0].path = fixture::path("no");
    const std::string input = file(50, 2);
    const auto source = parse::memory_source(input);
    parse::PipelineOptions options;
    options.threads = 2;
    options.slice_bytes = 1024;
    std::size_t records = 0, documents = 0;
    const parse::End end =
        parse::run_pipeline(parse::make_plan(*job, 0), *source, {}, options,
                            [&](std::unique_ptr<parse::Outcome> outcome) {
                                std::uint64_t at = 0;
                                for (const parse::Piece& piece : outcome->pieces) {
                                    CHECK(piece.begin == at);
                                    at = piece.end;
                                }
                                CHECK(at == outcome->bytes.size());
                                records += outcome->records.size();
                                documents += outcome->documents.size();
                                return true;
                            });
    CHECK(end == parse::End::complete);
    CHECK(records == 50);
    CHECK(documents == 50);
}

TEST_CASE("Slices of records without end tags or between long ones end where they weigh enough") {
    const auto job = fixture::make_job();
    std::string bare = "<r>\n<doc><no>D1</no><count>1</count><list>", hidden = bare;
    for (int i = 0; i < 100'000; ++i) bare += "<rec/>";
    for (int i = 0; i < 300; ++i) {
        hidden += "<rec><id>" + std::string(700, 'x') + "</id></rec>";
        while (hidden.size() % 2048 < 2032) hidden += "<rec></rec>";
        hidden.append(2048 - hidden.size() % 2048, ' ');
    }
    for (const std::string& begin : {bare, hidden}) {
        const std::string input = begin + "</list></doc>\n</r>\n";
        const fixture::Run whole = fixture::run(*job, input, 1, 1U << 30);
        const fixture::Run cut = fixture::run(*job, input, 2, 128 << 10);
        CHECK(whole.end == parse::End::complete);
        CHECK(cut.outcomes > input.size() / (90 << 10));
        CHECK((cut.bytes == input));
        CHECK((cut.text == whole.text));
    }
}

TEST_CASE("The name of an encoding is told without what would speak to a terminal") {
    const parse::Detected found =
        parse::detect("<?xml version='1.0' encoding='\033[31mX\nY \xC3\xA9'?><r/>");
    CHECK(found.encoding == parse::Encoding::unsupported);
    CHECK(found.declared == "?[31mX?Y???");
    CHECK(parse::detect("<?xml version='1.0' encoding='x-EBCDIC_1'?><r/>").declared ==
          "x-EBCDIC_1");
}

TEST_CASE("Start tags are counted wherever they stand in a text") {
    const std::vector<std::string> names = {"rec", "doc"};
    const std::string_view tags[] = {"<rec>", "<p:rec a='1'>", "<rec/>", "<doc\n>"};
    const std::string_view others[] = {"</rec>", "<record>", "<re>", "x:rec ", "<rec:a>", " ", "<"};
    std::uint64_t expected = 0;
    std::string text;
    for (int i = 0; i < 3000; ++i) {
        const bool counts = i % 3 == 0;
        text += counts ? tags[static_cast<std::size_t>(i * 7 / 3 % 4)]
                       : others[static_cast<std::size_t>(i * 5 % 7)];
        text += std::string(static_cast<std::size_t>(i % 5), '.') + " ";
        expected += counts ? 1 : 0;
    }
    CHECK(parse::count_tags(text, names) == expected);
    CHECK(parse::count_tags(text, {"c"}) == 0);
    CHECK(parse::count_tags("<c><d:c/></c>", {"c"}) == 2);
}
