#include "job/attachments.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"
#include "parse/base64_stream.hpp"
#include "parse/media.hpp"
#include "seal/digest.hpp"

namespace {

using job::MediaType;
using namespace std::string_literals;

const std::string pdf = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n";

std::string decoded(std::string_view text) {
    std::string out;
    std::size_t largest = 0;
    const bool good = parse::decode_base64(text, [&](std::string_view piece) {
        out += piece;
        largest = std::max(largest, piece.size());
    });
    CHECK(largest <= 8192);
    return good ? out : "wrong";
}

std::string lines(std::string_view bytes) {
    const std::string one = seal::base64(bytes);
    std::string out;
    for (std::size_t i = 0; i < one.size(); i += 76) out += "\n  " + one.substr(i, 76);
    return out + "\n";
}

parse::Media media(std::string_view content, std::size_t piece = 1U << 20U) {
    parse::Media result;
    for (std::size_t i = 0; i < content.size(); i += piece) result.update(content.substr(i, piece));
    return result;
}

std::unique_ptr<job::Job> make_job() {
    auto job = fixture::make_job();
    job::Attachments all;
    job::Attachment one;
    one.path = fixture::path("doc");
    one.media_type.path = fixture::path("@type");
    one.size = fixture::path("size");
    one.digest = fixture::path("sum");
    one.algorithm.path = fixture::path("sum/@by");
    one.name = fixture::path("name");
    one.allow = {MediaType::pdf, MediaType::text};
    one.bytes_max = 6U << 20U;
    all.list.push_back(one);
    job->attachments = std::make_shared<const job::Attachments>(all);
    return job;
}

std::string file(const std::string& type, const std::string& inside) {
    return "<r><doc><no>1</no><list><rec type='" + type + "'><id>7</id>" + inside +
           "</rec></list></doc></r>";
}

// The same for any slices; also never with a word of the content in a finding.
std::string findings(const job::Job& job, const std::string& input) {
    const fixture::Run whole = fixture::run(job, input, 1, 1U << 30U);
    for (const std::uint64_t slice : {7U, 400U})
        CHECK((fixture::run(job, input, 2, slice).text == whole.text));
    CHECK(whole.end == parse::End::complete);
    std::string found;
    for (std::size_t at = whole.text.find("00000-"); at != std::string::npos;
         at = whole.text.find("00000-", at + 1))
        found += whole.text.substr(at, whole.text.find('\n', at) - at) + "\n";
    return found;
}

std::string coded(std::string_view code, core::Reason reason) {
    return "00000-" + std::string(code) + " " + std::to_string(static_cast<int>(reason)) + " @";
}

}  // namespace

TEST_CASE("Base64 is decoded with white space, and only where it is base64 to its last bit") {
    std::string bytes;
    for (unsigned i = 0; i < 40'000; ++i) bytes.push_back(static_cast<char>(i * 7919U >> 3U));
    for (const std::size_t size : {0U, 1U, 2U, 3U, 8191U, 8192U, 8193U, 40'000U}) {
        const std::string_view part = std::string_view(bytes).substr(0, size);
        CHECK((decoded(lines(part)) == part));
        CHECK((decoded(seal::base64(part)) == part));
    }
    CHECK(decoded(" Z\tg\r=\n= ") == "f");
    for (const char* wrong : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==Zg==", "=",
                              "====", "Zm9v=", "Zm-v", "Zm9v\x01", "Zg=Z"})
        CHECK_MESSAGE(decoded(wrong) == "wrong", wrong);
}

TEST_CASE("The kind of a document is told from its content, however it is cut") {
    const auto zip = [](const std::string& part) {
        return "PK\x03\x04"s + std::string(8190, '\0') + "[Content_Types].xml" +
               std::string(9000, 'x') + part + std::string(100, 'y');
    };
    const std::vector<std::pair<MediaType, std::string>> contents = {
        {MediaType::pdf, pdf},
        {MediaType::png, "\x89PNG\r\n\x1A\n\0\0"s},
        {MediaType::jpeg, "\xFF\xD8\xFF\xE0\0"s},
        {MediaType::gif, "GIF89a\x01\0"s},
        {MediaType::tiff, "II*\0\x08"s},
        {MediaType::docx, zip("word/document.xml")},
        {MediaType::xlsx, zip("xl/workbook.xml")},
        {MediaType::pptx, zip("ppt/presentation.xml")},
        {MediaType::xml, "\xEF\xBB\xBF\n<?xml version=\"1.0\"?><a/>"},
        {MediaType::rtf, "{\\rtf1\\ansi}"},
        {MediaType::text, "Één brief\r\nvoor €5 \xF0\x9F\x98\x80"},
    };
    for (const auto& each : contents)
        for (const std::size_t piece : {1UL, 5UL, 8192UL}) {
            const parse::Media told = media(each.second, piece);
            for (const auto& other : contents) {
                const MediaType type = each.first;
                const bool markup = type == MediaType::xml || type == MediaType::rtf;
                const bool expected =
                    other.first == type || (markup && other.first == MediaType::text);
                CHECK_MESSAGE(told.is(other.first) == expected, job::to_string(type), " as ",
                              job::to_string(other.first));
            }
        }
    CHECK(media(zip("word/document.xml")).is(MediaType::zip));
    for (const auto& wrong : {"\xC0\x80"s, "a\xE2\x82"s, "\xED\xA0\x80"s, "a\0b"s, "\xFF\xFE"s,
                              "\xF4\x90\x80\x80"s, "\x1B[0m"s, ""s})
        CHECK_FALSE(media(wrong, 1).is(MediaType::text));
    CHECK_FALSE(media(" %PDF-1.4").is(MediaType::pdf));
}

TEST_CASE("A document that is what it says has no finding, and leaves as it came") {
    const auto job = make_job();
    for (const auto& [by, sum] : std::vector<std::pair<std::string, std::string>>{
             {"SHA-256", seal::hex(seal::sha256(pdf))},
             {"sha-512", seal::base64(seal::digest(seal::DigestAlgorithm::sha512, pdf))}}) {
        const std::string input =
            file("application/pdf", "<size>" + std::to_string(pdf.size()) + "</size><sum by='" +
                                        by + "'> " + sum + "</sum><name>a b.pdf</name><doc>" +
                                        lines(pdf) + "</doc>");
        CHECK(findings(*job, input).empty());
        CHECK((fixture::run(*job, input, 1, 64).bytes == input));
    }
    CHECK(findings(*job, file("", "")).empty());
    CHECK(
        findings(*job, file("application/pdf", "<doc><![CDATA[" + seal::base64(pdf) + "]]></doc>"))
            .empty());
}

TEST_CASE("What is wrong with a document is told at its value, without its content") {
    const auto job = make_job();
    const std::string doc = "<doc>" + lines(pdf) + "</doc>";
    const auto only = [&](const std::string& type, const std::string& inside,
                          const std::string& what, const std::string& at) {
        const std::string input = file(type, inside);
        const std::string found = findings(*job, input);
        CAPTURE(found);
        CHECK(found.rfind(what + std::to_string(input.find(at)) + " ", 0) == 0);
        CHECK(std::count(found.begin(), found.end(), '\n') == 1);
        CHECK(found.find(seal::base64(pdf).substr(0, 5)) == std::string::npos);
    };
    using core::Reason;
    only("application/pdf", "<doc>\n JVBER*</doc>", coded("003", Reason::datatype), "JVBER");
    only("text/plain", doc, coded("008", Reason::datatype), "JVBER");
    only("image/png", doc, coded("008", Reason::enumeration), "image/png");
    only("application/pdf", "<size>3</size>" + doc, coded("093", Reason::total_differs), "3</size");
    only("application/pdf", "<size>x</size>" + doc, coded("002", Reason::not_numeric), "x</size");
    only("application/pdf", "<sum by='SHA-256'>" + std::string(64, 'a') + "</sum>" + doc,
         coded("004", Reason::check_digits), "aaaa");
    only("application/pdf", "<sum by='SHA-512'>" + std::string(64, 'a') + "</sum>" + doc,
         coded("003", Reason::pattern), "aaaa");
    only("application/pdf", "<sum by='MD5'>aa</sum>" + doc, coded("008", Reason::enumeration),
         "MD5");
    only("application/pdf", "<name>../a.pdf</name>" + doc, coded("003", Reason::pattern), "../a");
    only("application/pdf", "<doc> </doc>", coded("001", Reason::value_empty), " </doc>");
}

TEST_CASE("A document of megabytes is bounded by the limits of the job alone") {
    auto job = make_job();
    job->limits.text_bytes_max = 10U << 20U;
    std::string large = pdf;
    while (large.size() < (5U << 20U)) large += large.substr(0, 1U << 20U);
    const auto input = [&] {
        return file("application/pdf", "<sum by='SHA-256'>" + seal::hex(seal::sha256(large)) +
                                           "</sum><doc>" + lines(large) + "</doc>");
    };
    fixture::Run run = fixture::run(*job, input(), 2, 1U << 20U);
    CHECK(run.findings == 0);
    CHECK(run.records == 1);
    large.resize((6U << 20U) + 1);
    run = fixture::run(*job, input(), 2, 4U << 20U);
    CHECK(run.findings == 1);
    CHECK(run.text.find(coded("093", core::Reason::limit)) != std::string::npos);
    job->limits.text_bytes_max = 8U << 20U;
    run = fixture::run(*job, input(), 2, 4U << 20U);
    CHECK(run.findings == 1);
    CHECK(run.text.find(coded("093", core::Reason::limit)) != std::string::npos);
}
