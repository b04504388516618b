#include "parse/findings.hpp"

#include <doctest/doctest.h>

#include <random>

#include "fixture.hpp"
#include "parse/place.hpp"

namespace {

core::Finding about(core::Reason reason, const std::string& path, std::uint64_t offset) {
    core::Finding finding;
    finding.reason = reason;
    finding.path = path;
    finding.element = path.substr(path.rfind('/') + 1, path.rfind('[') - path.rfind('/') - 1);
    finding.place.offset = offset;
    return finding;
}

}  // namespace

TEST_CASE("A required field that the schema misses too is missed once") {
    using core::Reason;
    const auto missing = about(Reason::element_missing, "/r[1]/p[2]/id[1]", 90);
    const auto said = [&](const core::Finding& other) {
        return parse::says_already({other}, missing);
    };
    CHECK(said(about(Reason::element_missing, "/r[1]/p[2]/id[1]", 40)));
    CHECK(said(about(Reason::value_empty, "/r[1]/p[2]/id[1]", 40)));
    CHECK(said(about(Reason::element_unknown, "/r[1]/p[2]/ID[1]", 40)));
    core::Finding order = about(Reason::element_unexpected, "/r[1]/p[2]/name[1]", 40);
    CHECK_FALSE(said(order));
    order.details = {"id"};
    CHECK(said(order));
    CHECK_FALSE(said(about(Reason::element_missing, "/r[1]/p[2]/name[1]", 90)));
    CHECK_FALSE(said(about(Reason::element_missing, "/r[1]/p[1]/id[1]", 40)));
    CHECK_FALSE(said(about(Reason::element_unknown, "/r[1]/p[2]/name[1]/x[1]", 40)));
}

TEST_CASE("A wrong value is reported once, a second one beside it as well") {
    using core::Reason;
    const auto digits = about(Reason::check_digits, "/r[1]/p[1]/id[1]", 40);
    CHECK(parse::says_already({about(Reason::not_numeric, "/r[1]/p[1]/id[1]", 40)}, digits));
    CHECK_FALSE(parse::says_already({about(Reason::range, "/r[1]/p[1]/sex[1]", 60)}, digits));
    CHECK_FALSE(parse::says_already({}, digits));
}

TEST_CASE("A place is the same whatever was asked for before it") {
    std::string text;
    std::mt19937 random(7);
    const std::string_view pieces[] = {"a",  "\xC3\xA9",         "\r\n", "\r",
                                       "\n", "\xF0\x9F\x98\x80", "bc"};
    while (text.size() < 40'000) text += pieces[random() % std::size(pieces)];
    parse::Entry entry;
    entry.delivered = 1000;
    entry.line = 12;
    entry.column = 3;
    for (const parse::Encoding encoding : {parse::Encoding::utf8, parse::Encoding::utf16le}) {
        parse::Scale scale;
        scale.encoding = encoding;
        parse::PlaceCounter counter(entry, scale, text);
        for (int i = 0; i < 500; ++i) {
            const std::uint64_t offset = random() % (text.size() + 2);
            CAPTURE(offset);
            const core::Place alone = parse::PlaceCounter(entry, scale, text).at(offset);
            const core::Place place = counter.at(offset);
            CHECK(place.offset == alone.offset);
            CHECK(place.line == alone.line);
            CHECK(place.column == alone.column);
        }
    }
}

TEST_CASE("An outcome weighs what is told of its documents") {
    const auto job = fixture::make_job();
    std::string input = "<r>";
    for (int i = 0; i < 1000; ++i) input += "<doc><no>D</no><list><rec/></list></doc>";
    const auto source = parse::memory_source(input + "</r>");
    const auto weight = [&] {
        std::uint64_t sum = 0;
        parse::run_pipeline(parse::make_plan(*job, 0), *source, {}, {},
                            [&](std::unique_ptr<parse::Outcome> outcome) {
                                sum += outcome->weight();
                                return true;
                            });
        return sum;
    };
    const std::uint64_t without = weight();
    job->fields[1].type = core::IdentifierKind::noss;
    CHECK(weight() > without + 1000 * sizeof(core::Finding));
}
