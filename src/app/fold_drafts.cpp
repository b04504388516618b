// What the fold puts into the drafts: context and records as their recipients get them, with holes
// where numbers are counted again.
#include <algorithm>

#include "app/fold.hpp"
#include "app/recounting.hpp"
#include "rules/reduce.hpp"

namespace app {

using parse::none;

std::span<const outbox::RecipientIndex> Fold::indexes(const ledger::Route& route) {
    scratch_.clear();
    for (const std::string& recipient : route.recipients) {
        const auto at =
            std::lower_bound(settings_.recipients.begin(), settings_.recipients.end(), recipient,
                             [](const outbox::DraftRecipient& r, const std::string& number) {
                                 return r.number < number;
                             });
        if (at != settings_.recipients.end() && at->number == recipient)
            scratch_.push_back(
                static_cast<outbox::RecipientIndex>(at - settings_.recipients.begin()));
    }
    return scratch_;
}

void Fold::end_piece_document(bool rejected) {
    if (!drafts_->open_document()) return;
    if (rejected)
        drafts_->reject_document();
    else
        drafts_->end_document();
}

// Recipients that are not given the same groups, or to whose records something else is added, get
// the record in different forms.
void Fold::deliver(std::string_view text, const ledger::Route& route, const Routed* routed,
                   std::size_t record, const std::vector<std::int64_t>& sums) {
    const bool hides = routed != nullptr && !routed->hidden.empty();
    const rules::Additions* added =
        routed == nullptr || routed->additions.empty() ? nullptr : &routed->additions[record];
    if (!hides && added == nullptr) return drafts_->record(text, indexes(route), sums);
    std::map<std::pair<std::uint64_t, std::uint32_t>, ledger::Route> forms;
    for (std::size_t i = 0; i < route.recipients.size(); ++i) {
        const std::uint64_t mask = hides ? routed->hidden[routed->of_record[record]][i] : 0;
        const std::uint32_t form = added == nullptr ? 0 : added->of_recipient[i];
        forms[{mask, form}].recipients.push_back(route.recipients[i]);
    }
    // A record that nobody gets is still one that context stands around.
    if (forms.empty()) return drafts_->record(text, indexes(route), sums);
    const auto& groups = plan_->job->groups;
    for (const auto& [form, part] : forms) {
        std::vector<const job::Path*> paths;
        for (std::size_t i = 0; i < groups.size(); ++i)
            if ((form.first >> i & 1U) != 0)
                for (const job::Path& path : groups[i].elements) paths.push_back(&path);
        if (paths.empty() && added == nullptr) {
            drafts_->record(text, indexes(part), sums);
            continue;
        }
        std::string made = paths.empty() ? std::string(text) : rules::without(text, paths);
        if (added != nullptr) made = routed->enricher->inserted(made, added->forms[form.second]);
        reduced_bytes_ += made.size() + sizeof made;
        reduced_.push_back(std::move(made));
        drafts_->record(reduced_.back(), indexes(part), sums);
    }
}

void Fold::take_pieces(const parse::Outcome& outcome, const ledger::SliceFacts& facts,
                       const std::vector<char>& document_rejected, const Routed* routed) {
    using Kind = parse::Piece::Kind;
    const std::string_view bytes = outcome.bytes;
    const bool document_is_record = plan_->document_level == plan_->record_level;
    for (const parse::Piece& piece : outcome.pieces) {
        const std::string_view text = bytes.substr(piece.begin, piece.end - piece.begin);
        if (!one_root_.admits(*plan_, piece, outcome.entry.part)) continue;
        if (is_child(piece)) drafts_->drop_content();
        const bool rejected = piece.document != none && document_rejected[piece.document] != 0;
        switch (piece.kind) {
            case Kind::open:
                if (piece.level == plan_->document_level)
                    drafts_->begin_document(outcome.documents[piece.document].ordinal);
                drafts_->open(text, holes_of(*plan_, outcome, piece));
                break;
            case Kind::close:
                // A rejected document is cut away at its own end tag, with everything that is open
                // inside it.
                if (piece.level == plan_->document_level && rejected) {
                    end_piece_document(true);
                    break;
                }
                drafts_->close(text);
                if (piece.level == plan_->document_level) end_piece_document(false);
                break;
            case Kind::content:
                give_content(*drafts_, piece.keep, text, holes_of(*plan_, outcome, piece));
                break;
            case Kind::too_large:
                break;
            case Kind::record: {
                const ledger::RecordFact& fact = facts.records[piece.record];
                if (document_is_record)
                    drafts_->begin_document(outcome.documents[piece.document].ordinal);
                if (fact.accepted && !facts.routes.empty())
                    deliver(text, facts.routes[fact.route], routed, piece.record,
                            record_sums(*plan_, outcome, piece.record));
                if (document_is_record) end_piece_document(rejected);
                break;
            }
        }
    }
}

}  // namespace app
