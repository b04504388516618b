#include "app/correction_walk.hpp"

#include <limits>

#include "app/recounting.hpp"

namespace app {

std::shared_ptr<const parse::Plan> framing_of(const parse::Plan& plan) {
    auto framing = std::make_shared<parse::Plan>(plan);
    // The walker still knows what is valid: it takes the fast path over that.
    framing->walk.findings = false;
    // What stood apart before stands side by side where records are left out.
    framing->walk.limits.text_bytes_max = std::numeric_limits<std::int64_t>::max();
    framing->grammar = nullptr;
    framing->referee_decides = false;
    framing->checked = true;
    return framing;
}

std::vector<outbox::Hole> CorrectionWalk::holes(const parse::Outcome& outcome,
                                                const parse::Piece& piece) const {
    if (!marks_.as_parcel) return {};
    return holes_of(plan_, outcome, piece);
}

void CorrectionWalk::take_record(const parse::Outcome& outcome, const parse::Piece& piece,
                                 std::uint64_t document) {
    const std::uint64_t record = outcome.records[piece.record].ordinal;
    if (!marks_.written(record, document)) return;
    if (piece.kind == parse::Piece::Kind::too_large)
        return writer_.record(marks_.instead_of_record ? marks_.instead_of_record(record) : "");
    const std::string_view text =
        std::string_view(outcome.bytes).substr(piece.begin, piece.end - piece.begin);
    if (marks_.before_record)
        writer_.record(marks_.before_record(record) + std::string(text));
    else if (marks_.as_parcel)
        writer_.record(text, record_sums(plan_, outcome, piece.record));
    else
        writer_.record(text);
}

bool CorrectionWalk::take(std::unique_ptr<parse::Outcome> outcome,
                          std::unique_ptr<parse::Product>) {
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
        if (is_child(piece)) writer_.drop_content();
        if (piece.kind == Kind::open) {
            if (of_document) writer_.begin_document(document);
            writer_.open(text, holes(*outcome, piece));
            if (of_document && marks_.in_document)
                if (const std::string more = marks_.in_document(document); !more.empty())
                    writer_.content(more);
        } else if (piece.kind == Kind::close) {
            writer_.close(text);
            if (of_document) writer_.end_document();
        } else if (piece.kind == Kind::content) {
            // His own data: all of the context goes back, not only what others need, from the first
            // record that does.
            const bool all = !marks_.as_parcel && writer_.is_written();
            give_content(writer_, all ? parse::Piece::Keep::yes : piece.keep, text,
                         holes(*outcome, piece));
        } else if (piece.record != parse::none) {
            if (document_is_record) writer_.begin_document(document);
            take_record(*outcome, piece, document);
            if (document_is_record) writer_.end_document();
        }
    }
    return true;
}

}  // namespace app
