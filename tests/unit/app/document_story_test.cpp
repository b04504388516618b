#include <doctest/doctest.h>

#include "../temporary_folder.hpp"
#include "app/answers.hpp"
#include "ledger/facts.hpp"
#include "ledger/ledger.hpp"

TEST_CASE("However many findings a document has, few are held and all are told in order") {
    const TemporaryFolder folder;
    ledger::Ledger book(folder.path, true);
    ledger::File file;
    REQUIRE(core::parse_identity("DMFA.000123.20260401.00001.R", file.identity));
    file.received_at = core::Instant{1'000'000};
    auto step = book.begin();
    step->add_file(file);
    step->append(ledger::EntryKind::received, file.id, file.received_at, "{}");
    // Documents 1 and 2, of three slices each but for the one in the middle, and the file itself.
    constexpr std::uint64_t of_a_slice = 12'000;
    std::uint64_t line = 0;
    std::map<std::uint64_t, std::vector<std::uint64_t>> expected;
    for (int i = 0; i < 5; ++i) {
        ledger::SliceFacts facts;
        if (i < 3) facts.documents.push_back({1, i == 0, i == 2, "A", 0, 0});
        if (i > 1) facts.documents.push_back({2, i == 2, i == 4, "B", 0, 0});
        std::vector<core::Finding> findings;
        for (std::uint64_t k = 0; k < of_a_slice; ++k) {
            core::Finding& finding = findings.emplace_back();
            finding.code = "00000-001";
            finding.place.line = ++line;
            finding.document = k % 3 == 0 ? 0 : i < 2 ? 1 : i > 2 ? 2 : k % 3;
            expected[finding.document].push_back(line);
        }
        ledger::Slice slice;
        slice.ordinal = i;
        slice.facts = facts.pack();
        slice.findings = ledger::pack_findings(findings);
        step->add_slice(file.id, slice);
    }
    step->commit();
    std::vector<std::uint64_t> told;
    app::each_document(book, file, [&](app::DocumentStory& story) {
        CAPTURE(story.ordinal);
        told.push_back(story.ordinal);
        CHECK(story.first_findings.size() <= app::first_findings_max);
        CHECK(story.findings == expected[story.ordinal].size());
        CHECK(story.findings > app::first_findings_max);
        std::vector<std::uint64_t> lines;
        app::each_finding(book, file, story, [&](const core::Finding& finding) {
            lines.push_back(finding.place.line);
        });
        CHECK(lines == expected[story.ordinal]);
    });
    CHECK(told == std::vector<std::uint64_t>{1, 2, 0});
}
