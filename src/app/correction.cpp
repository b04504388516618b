#include "app/correction.hpp"

#include "app/dispatch.hpp"
#include "app/one_root.hpp"
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

class Correcting : public parse::Stages {
  public:
    Correcting(const parse::Plan& plan, std::uint32_t parts, Rejected& rejected,
               outbox::CorrectionWriter& writer)
        : plan_(plan), one_root_(parts), rejected_(rejected), writer_(writer) {}

    bool take(std::unique_ptr<parse::Outcome> outcome, std::unique_ptr<parse::Product>) override {
        using Kind = parse::Piece::Kind;
        exit_ = outcome->exit;
        const bool document_is_record = plan_.document_level == plan_.record_level;
        for (const parse::Piece& piece : outcome->pieces) {
            if (!one_root_.admits(plan_, piece, outcome->entry.part)) continue;
            const std::string_view text =
                std::string_view(outcome->bytes).substr(piece.begin, piece.end - piece.begin);
            const std::uint64_t document =
                piece.document == parse::none ? 0 : outcome->documents[piece.document].ordinal;
            const bool of_document = piece.level == plan_.document_level;
            if (piece.kind == Kind::open) {
                if (of_document) writer_.begin_document(document);
                writer_.open(text);
            } else if (piece.kind == Kind::close) {
                writer_.close(text);
                if (of_document) writer_.end_document();
            } else if (piece.kind == Kind::content) {
                writer_.content(
                    text);  // his own data: all of the context goes back, not only what others need
            } else {
                if (document_is_record) writer_.begin_document(document);
                if (rejected_.record(outcome->records[piece.record].ordinal, document))
                    writer_.record(text);
                if (document_is_record) writer_.end_document();
            }
        }
        return true;
    }

    // Where the last slice ended: ordinals run on from part to part.
    const parse::Entry& exit() const { return exit_; }

  private:
    const parse::Plan& plan_;
    OneRoot one_root_;
    Rejected& rejected_;
    outbox::CorrectionWriter& writer_;
    parse::Entry exit_;
};

}  // namespace

std::optional<outbox::StagedFile> write_correction(Home& home, const Ending& ending,
                                                   const ledger::Outgoing& row) {
    auto framing = std::make_shared<parse::Plan>(*ending.plan);
    framing->walk.validate = false;
    framing->walk.findings = false;
    framing->grammar = nullptr;
    framing->referee_decides = false;
    const auto folder = home.drafts(ending.file.id) / "correction";
    io::make_folders(folder);
    outbox::CorrectionWriter writer(folder);
    Rejected rejected(home.ledger(), ending.file.id);
    Correcting stages(*framing, static_cast<std::uint32_t>(ending.file.parts), rejected, writer);
    parse::PipelineOptions options;
    options.threads = home.threads();
    options.slice_bytes = home.settings().slice_bytes;
    for (const ledger::Part& part : home.ledger().parts(ending.file.id)) {
        const PrivateCopy source(home.spool() / part.path);
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
