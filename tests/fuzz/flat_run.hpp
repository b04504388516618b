#pragma once
// What the targets of flat files share: what one pass over an input comes to, as one comparable
// text.
#include <memory>
#include <string>

#include "fuzz.hpp"
#include "parse/pipeline.hpp"

namespace fuzz {

// The sound of one pass over the input.
inline std::string run(const std::shared_ptr<const parse::Plan>& plan, const std::string& bytes,
                       std::uint64_t slice_bytes) {
    std::string records, findings, of_file, whole;
    const auto shown = [](const core::Finding& finding) {
        return finding.code + " " + std::to_string(finding.place.offset) + " " + finding.path +
               "\n";
    };
    parse::PipelineOptions options;
    options.slice_bytes = slice_bytes;
    const auto source = parse::memory_source(bytes);
    const parse::End end = parse::run_pipeline(
        plan, *source, {}, options, [&](std::unique_ptr<parse::Outcome> outcome) {
            for (const parse::Record& record : outcome->records)
                records += std::to_string(record.ordinal) + (record.accepted ? "+" : "-") +
                           std::string(outcome->text(record)) + "\n";
            for (const core::Finding& finding : outcome->findings) findings += shown(finding);
            for (const core::Finding& finding : outcome->file_findings) of_file += shown(finding);
            whole += outcome->bytes;
            return true;
        });
    if (end == parse::End::complete) check(whole == bytes, "bytes were lost");
    return records + findings + of_file + std::to_string(static_cast<int>(end));
}

}  // namespace fuzz
