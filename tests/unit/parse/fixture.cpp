#include "fixture.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <utility>

#include "job/read.hpp"

namespace fixture {

namespace {

struct NoPrefixes final : job::PrefixLookup {
    bool find(std::string_view prefix, std::string& space) const override {
        space.clear();
        return prefix.empty();
    }
};

std::string shown(const core::Finding& finding) {
    return finding.code + " " + std::to_string(static_cast<int>(finding.reason)) + " @" +
           std::to_string(finding.place.offset) + " " + std::to_string(finding.place.line) + ":" +
           std::to_string(finding.place.column) + " d" + std::to_string(finding.document) + " r" +
           std::to_string(finding.record) + " " + finding.document_id + " " + finding.path + " " +
           finding.element + " " + finding.value + "\n";
}

std::string shown(const parse::Outcome& outcome, std::string& declared_totals,
                  std::string& of_file) {
    std::string text;
    for (const parse::DocumentPart& part : outcome.documents) {
        if (part.begins) text += "document " + std::to_string(part.ordinal) + "\n";
        for (std::uint32_t i = 0; i < part.records; ++i) {
            const std::size_t r = part.first_record + i;
            const parse::Record& record = outcome.records[r];
            text += "record " + std::to_string(record.ordinal) + (record.accepted ? " +" : " -");
            text += std::string(outcome.text(record)) + "|";
            for (std::size_t q = 0; q < outcome.plan->queries.size(); ++q) {
                const parse::Value value = outcome.value(r, q);
                text += value.present ? std::string(value.text) + ";" : "none;";
            }
            text += "\n";
            for (std::uint32_t f = 0; f < record.findings; ++f)
                text += shown(outcome.findings[record.first_finding + f]);
        }
        for (const core::Finding& finding : part.findings) declared_totals += shown(finding);
        for (const parse::Declared& declared : part.declared)
            declared_totals += "declared " + (declared.number ? declared.number->text() : "?") +
                               " " + shown(declared.place);
        if (part.ends) text += "end of document " + part.id + "\n";
    }
    for (const core::Finding& finding : outcome.file_findings) of_file += shown(finding);
    return text;
}

}  // namespace

job::Path path(const std::string& text) {
    std::string error;
    return job::parse_path(text, NoPrefixes{}, error).value();
}

job::Condition condition(const std::string& text) {
    std::string error;
    return job::parse_condition(text, NoPrefixes{}, error).value();
}

std::unique_ptr<job::Job> make_job() {
    auto job = std::make_unique<job::Job>();
    job->name = "test";
    job->schemas.emplace_back();
    job->document = path("/r/doc");
    job->record = path("list/rec");
    job->document_id = path("no");
    const auto field = [&](const char* name, const char* where) {
        job->fields.emplace_back();
        job->fields.back().name = name;
        job->fields.back().path = path(where);
    };
    field("id", "id");
    field("number", "../../no");
    field("kind", "@a");
    field("ref", "ref[type='1']/value");
    job->totals.emplace_back();
    job->totals.back().path = path("../../count");
    return job;
}

Run run(const job::Job& job, const std::string& input, unsigned threads, std::uint64_t slice_bytes,
        const parse::Entry& from) {
    Run result;
    const auto source = parse::memory_source(input);
    parse::PipelineOptions options;
    options.threads = threads;
    options.slice_bytes = slice_bytes;
    std::vector<std::string> texts;
    result.end =
        parse::run_pipeline(parse::make_plan(job, 0), *source, from, options,
                            [&](std::unique_ptr<parse::Outcome> outcome) {
                                texts.push_back(shown(*outcome, result.declared, result.of_file));
                                result.text += texts.back();
                                result.bytes += outcome->bytes;
                                result.exits.push_back(outcome->exit.save());
                                ++result.outcomes;
                                result.records += outcome->records.size();
                                for (const parse::DocumentPart& part : outcome->documents)
                                    result.documents += part.begins;
                                result.findings += outcome->findings.size();
                                return true;
                            });
    result.after_exit.resize(texts.size());
    for (std::size_t i = texts.size(); i-- > 1;)
        result.after_exit[i - 1] = texts[i] + result.after_exit[i];
    return result;
}

std::filesystem::path root() {
    const char* place = std::getenv("SLUICE_SOURCE");
    return place != nullptr ? place : ".";
}

job::Job read(const std::filesystem::path& file) {
    std::vector<job::Diagnostic> diagnostics;
    auto job = job::read_job(root() / file, {root(), true}, diagnostics);
    for (const auto& diagnostic : diagnostics) MESSAGE(job::to_string(diagnostic));
    REQUIRE(job.has_value());
    return std::move(*job);
}

Run same(const job::Job& job, const std::string& input, const std::vector<std::uint64_t>& slices) {
    const Run whole = run(job, input, 1, 1U << 30);
    for (const std::uint64_t slice : slices)
        for (unsigned threads : {1U, 3U}) {
            const Run cut = run(job, input, threads, slice);
            CHECK((cut.text == whole.text));
            CHECK((cut.declared == whole.declared));
            CHECK((cut.of_file == whole.of_file));
            CHECK((cut.bytes == whole.bytes));
        }
    return whole;
}

bool has(const Run& run, const std::string& text) {
    return (run.text + run.declared + run.of_file).find(text) != std::string::npos;
}

}  // namespace fixture
