#include "app/correction.hpp"

#include <memory>
#include <set>

#include "app/correction_walk.hpp"
#include "app/dispatch.hpp"
#include "app/enclosures.hpp"
#include "app/memory_plan.hpp"
#include "app/private_copy.hpp"
#include "app/rejected_text.hpp"
#include "core/ensure.hpp"
#include "io/file.hpp"
#include "outbox/correction.hpp"
#include "outbox/names.hpp"
#include "outbox/notification.hpp"
#include "parse/pipeline.hpp"

namespace app {

std::optional<outbox::StagedFile> write_correction(Home& home, const Ending& ending,
                                                   const ledger::Outgoing& row) {
    const auto framing = framing_of(*ending.plan);
    const auto folder = home.drafts(ending.file.id) / "correction";
    io::make_folders(folder);
    outbox::CorrectionWriter writer(folder);
    auto parts = home.ledger().parts(ending.file.id);
    take_enclosures(home, *ending.job, parts);
    std::set<int> shortened;  // parts without the records that were accepted
    const bool document_is_record = framing->document_level == framing->record_level;
    Verdicts verdicts(home.ledger(), ending.file.id, document_is_record);
    Verdicts told(home.ledger(), ending.file.id, document_is_record);
    Marks marks;
    std::uint64_t left = 0;     // records that were met, or lie before those
    std::uint64_t of_file = 0;  // the last of them, counting those that were left out
    bool rejected = false;
    const auto tell_next = [&] {
        told.next();
        ++of_file;
    };
    marks.written = [&](std::uint64_t record, std::uint64_t) {
        for (; left < record; ++left) {
            while (shortened.count(told.get().part) > 0 && told.get().left_out) tell_next();
            ENSURE(told.get().part != 0);
            rejected = told.get().rejected;
            tell_next();
        }
        return rejected;
    };
    if (!framing->layout)  // a flat file has no comments
        marks.instead_of_record = [&](std::uint64_t) {
            return "\n<!-- record " + std::to_string(of_file) +
                   " is left out: it goes over the limit record-bytes-max (" +
                   std::to_string(framing->record_bytes_max()) + ") -->";
        };
    CorrectionWalk stages(*framing, static_cast<std::uint32_t>(parts.size()), marks, writer);
    parse::PipelineOptions options;
    options.threads = home.threads();
    options.slice_bytes = home.settings().slice_bytes;
    options.memory_bytes = memory_plan(home.settings()).slices_bytes;
    const unsigned ahead = home.threads() > 1 && !framing->layout ? home.threads() : 0;
    for (const ledger::Part& part : parts) {
        const auto path = home.spool() / part.path;
        std::unique_ptr<parse::Source> source;
        if (framing->layout) {
            source = std::make_unique<PrivateCopy>(path, ahead);
        } else {
            auto text = std::make_unique<RejectedText>(path, ahead, part.part, verdicts);
            if (text->is_shortened()) shortened.insert(part.part);
            source = std::move(text);
        }
        const parse::Entry entry = part.part == 1 ? parse::Entry{} : stages.exit().next_part();
        parse::run_pipeline(framing, *source, entry, options, stages);
    }
    core::FileIdentity identity;
    ENSURE(core::parse_identity(row.name, identity));
    auto staged = writer.finish(identity, outbox::zip_above_default, row.at);
    if (!staged) return staged;
    // Answers are signed and published from one folder.
    const auto to = staging_folder(home) / staged->name();
    link_into(home, staged->path, to);
    staged->path = to;
    return staged;
}

}  // namespace app
