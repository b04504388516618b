#include "app/correction.hpp"

#include "app/correction_walk.hpp"
#include "app/dispatch.hpp"
#include "app/enclosures.hpp"
#include "app/memory_plan.hpp"
#include "app/private_copy.hpp"
#include "core/ensure.hpp"
#include "io/file.hpp"
#include "outbox/correction.hpp"
#include "outbox/names.hpp"
#include "outbox/notification.hpp"
#include "parse/pipeline.hpp"

namespace app {

namespace {

// Which records were rejected, asked in rising order. One slice's facts are held at a time.
class Rejected {
  public:
    Rejected(const ledger::Ledger& book, ledger::FileId file)
        : book_(book), file_(file), refused_(book.refused_documents(file)) {}

    bool record(std::uint64_t ordinal, std::uint64_t document) {
        if (refused_.count(0) > 0 || refused_.count(static_cast<std::int64_t>(document)) > 0)
            return true;
        if (ordinal < first_ || ordinal >= first_ + facts_.records.size()) load(ordinal);
        return !facts_.records.at(ordinal - first_).accepted;
    }

  private:
    void load(std::uint64_t ordinal) {
        const auto slice = book_.slice_of_record(file_, static_cast<std::int64_t>(ordinal));
        ENSURE(slice.has_value());
        facts_ = ledger::SliceFacts::unpack(slice->facts);
        first_ = static_cast<std::uint64_t>(slice->first_record);
    }
    const ledger::Ledger& book_;
    ledger::FileId file_;
    std::map<std::int64_t, std::string> refused_;
    ledger::SliceFacts facts_;
    std::uint64_t first_ = 0;
};

}  // namespace

std::optional<outbox::StagedFile> write_correction(Home& home, const Ending& ending,
                                                   const ledger::Outgoing& row) {
    const auto framing = framing_of(*ending.plan);
    const auto folder = home.drafts(ending.file.id) / "correction";
    io::make_folders(folder);
    outbox::CorrectionWriter writer(folder);
    Rejected rejected(home.ledger(), ending.file.id);
    Marks marks;
    marks.written = [&](std::uint64_t record, std::uint64_t document) {
        return rejected.record(record, document);
    };
    auto parts = home.ledger().parts(ending.file.id);
    take_enclosures(home, *ending.job, parts);
    CorrectionWalk stages(*framing, static_cast<std::uint32_t>(parts.size()), marks, writer);
    parse::PipelineOptions options;
    options.threads = home.threads();
    options.slice_bytes = home.settings().slice_bytes;
    options.memory_bytes = memory_plan(home.settings()).slices_bytes;
    const unsigned ahead = home.threads() > 1 && !framing->layout ? home.threads() : 0;
    for (const ledger::Part& part : parts) {
        const PrivateCopy source(home.spool() / part.path, ahead);
        const parse::Entry entry = part.part == 1 ? parse::Entry{} : stages.exit().next_part();
        parse::run_pipeline(framing, source, entry, options, stages);
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
