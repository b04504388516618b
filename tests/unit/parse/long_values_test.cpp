// Values and other tokens that are longer than a slice: in records over the limit, around records,
// and with other values inside. They come to the same wherever slices end.
#include <doctest/doctest.h>

#include "fixture.hpp"

namespace {

const std::vector<std::uint64_t> slices = {100, 500, 4096, 20'000, 70'000};

void add_field(job::Job& job, const char* where) {
    job.fields.emplace_back();
    job.fields.back().name = where;
    job.fields.back().path = fixture::path(where);
}

std::unique_ptr<job::Job> job_of(std::uint64_t record_bytes_max) {
    auto job = fixture::make_job();
    job->limits.record_bytes_max = record_bytes_max;
    return job;
}

// A run that goes on from any place between slices comes to the same, and to the same places.
void check_restarts(const job::Job& job, const std::string& input) {
    for (const std::uint64_t slice : {500U, 20'000U}) {
        const fixture::Run run = fixture::run(job, input, 1, slice);
        for (std::size_t i = 0; i + 1 < run.exits.size(); ++i) {
            const fixture::Run rest =
                fixture::run(job, input, 2, slice, parse::Entry::restore(run.exits[i]));
            CHECK((rest.text == run.after_exit[i]));
            const auto from = run.exits.begin() + static_cast<std::ptrdiff_t>(i) + 1;
            CHECK((rest.exits == std::vector<std::string>(from, run.exits.end())));
        }
    }
}

// Three documents with such a record and a good one.
void check_record(const job::Job& job, const std::string& content) {
    std::string input = "<r>";
    for (int i = 0; i < 3; ++i)
        input += "<doc><no>D</no><list><rec a='k'>" + content + "</rec><rec/></list></doc>";
    input += "</r>";
    const fixture::Run run = fixture::same(job, input, slices);
    check_restarts(job, input);
    CHECK(run.records == 6);
    CHECK(run.end == parse::End::complete);
    CHECK(fixture::has(run, "00000-093") == (content.size() > 3000));
}

}  // namespace

TEST_CASE("One token of a record goes over the limit") {
    const auto job = job_of(3000);
    const std::vector<std::string> tokens = {"", "<!---->", "<![CDATA[]]>", "<?p ?>", "<b c=''/>"};
    for (const bool wanted : {true, false})
        for (const std::string& token : tokens)
            for (const std::size_t bytes : {2900U, 3100U, 30'000U, 200'000U}) {
                CAPTURE(wanted);
                CAPTURE(token);
                CAPTURE(bytes);
                const std::size_t at =
                    token.empty() ? 0 : token.size() - (token == "<?p ?>" ? 2 : 3);
                std::string text = token;
                text.insert(at, bytes, 'a');
                check_record(*job, wanted ? "<id>" + text + "</id>" : text);
            }
}

TEST_CASE("A value of a record over the limit holds another") {
    const auto job = job_of(3000);
    add_field(*job, "home");
    add_field(*job, "home/city");
    for (const std::size_t bytes : {2900U, 3100U, 30'000U, 200'000U}) {
        CAPTURE(bytes);
        const std::string text(bytes, 'a');
        check_record(*job, "<home><city>" + text + "</city></home>");
        check_record(*job, "<home>x<city>Gent</city>" + text + "</home>");
    }
}

TEST_CASE("A long value around records holds others") {
    const auto job = job_of(1000);
    add_field(*job, "../../head");
    add_field(*job, "../../head/city");
    job->recounts.push_back({fixture::path("/r/doc/head/count"), job::Total::Of::records, ""});
    const std::string text(70'000, 'a');
    for (const bool behind : {false, true})
        for (const bool deep : {false, true}) {
            CAPTURE(behind);
            CAPTURE(deep);
            const std::string head = "<head><count>7</count><city>Gent" + (deep ? text : "") +
                                     "</city><count>8</count>" + text + "</head>";
            const std::string list = "<list><rec><id>1</id></rec></list>";
            std::string input = "<r>";
            for (int i = 0; i < 5; ++i)
                input += "<doc><no>D</no>" + (behind ? list + head : head + list) + "</doc>";
            input += "</r>";
            const fixture::Run run = fixture::same(*job, input, slices);
            check_restarts(*job, input);
            CHECK(run.records == 5);
            CHECK(run.end == parse::End::complete);
        }
}
