#pragma once
// A small flow for the tests of parse: files of documents of records, and what came of a run in one
// comparable text.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "job/job.hpp"
#include "parse/pipeline.hpp"

namespace fixture {

// /r/doc, record list/rec, fields id (insz if asked for), up (../../no), at (@a), ref with a
// predicate; document id `no`; totals count and sum.
std::unique_ptr<job::Job> make_job();
job::Path path(const std::string& text);
job::Condition condition(const std::string& text);

struct Run {
    parse::End end = parse::End::stopped;
    std::string text;                     // all that must not depend on slices
    std::string declared;                 // totals and findings of documents, beside the records
    std::string of_file;                  // findings outside documents
    std::string bytes;                    // of all slices together
    std::vector<std::string> exits;       // saved entries
    std::vector<std::string> after_exit;  // text behind each of them
    std::size_t outcomes = 0, records = 0, documents = 0, findings = 0;
};

Run run(const job::Job& job, const std::string& input, unsigned threads, std::uint64_t slice_bytes,
        const parse::Entry& from = {});

// The top of the source tree.
std::filesystem::path root();
// A job by its file, under the root or anywhere.
job::Job read(const std::filesystem::path& file);
// One run over the whole, after checking that slices of these sizes come to the same.
Run same(const job::Job& job, const std::string& input, const std::vector<std::uint64_t>& slices);
bool has(const Run& run, const std::string& text);

}  // namespace fixture
