// What the fold puts into the drafts: context and records as their recipients get them, with holes
// where numbers are counted again.
#include <algorithm>

#include "app/fold.hpp"
#include "parse/flat_layout.hpp"
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

// A recounted sum is kept twice, whole and in hundredths: which one a hole needs shows only in the
// number that it replaces.
std::vector<std::int64_t> Fold::record_sums(const parse::Outcome& outcome,
                                            std::size_t record) const {
    const job::Job& job = *plan_->job;
    std::vector<std::int64_t> sums;
    for (const job::Recount& recount : job.recounts) {
        std::int64_t hundredths = 0;
        for (std::size_t i = 0; i < job.fields.size(); ++i) {
            if (job.fields[i].name != recount.field) continue;
            std::string text(outcome.field(record, i).text);
            const std::size_t point = text.find('.');
            std::string fraction = point == std::string::npos ? "" : text.substr(point + 1, 2);
            fraction.resize(2, '0');
            text = text.substr(0, point) + fraction;
            hundredths = std::strtoll(text.c_str(), nullptr, 10);
        }
        sums.push_back(hundredths / 100);
        sums.push_back(hundredths);
    }
    return sums;
}

// How the layout of a flat file writes the number.
void Fold::flat_hole(outbox::Hole& hole, std::uint32_t recount) const {
    const dfdl::Layout& layout = *plan_->layout->dfdl;
    std::vector<std::string> names;
    for (const job::Step& step : plan_->job->recounts[recount].path.steps)
        names.push_back(step.name.local);
    const std::uint32_t index = layout.find(names);
    if (index == dfdl::none) return;
    const dfdl::Term& term = layout.terms[index];
    hole.fixed_width = term.length_kind == dfdl::LengthKind::explicit_;
    hole.ebcdic = dfdl::is_ebcdic(term.charset);
    if (hole.counter == outbox::Counter::sum && term.number.implied_fraction.value_or(0) == 2) {
        hole.sum = 2 * recount + 1;
        hole.digits = 2;
        hole.point = false;
    }
}

std::vector<outbox::Hole> Fold::holes(const parse::Outcome& outcome,
                                      const parse::Piece& piece) const {
    std::vector<outbox::Hole> list;
    for (const parse::RecountSpan& span : piece.recounts) {
        const job::Recount& recount = plan_->job->recounts[span.recount];
        const std::string_view text =
            std::string_view(outcome.bytes).substr(span.begin, span.end - span.begin);
        outbox::Hole hole;
        hole.offset = static_cast<std::uint32_t>(span.begin - piece.begin);
        hole.length = static_cast<std::uint32_t>(span.end - span.begin);
        hole.fixed_width =
            plan_->layout != nullptr || (text.size() > 1 && text[0] == '0' && text[1] != '.');
        if (recount.of == job::Total::Of::records) hole.counter = outbox::Counter::records;
        if (recount.of == job::Total::Of::documents) hole.counter = outbox::Counter::documents;
        if (recount.of == job::Total::Of::sum) {
            const bool fraction = text.find('.') != std::string_view::npos;
            hole.counter = outbox::Counter::sum;
            hole.sum = 2 * span.recount + (fraction ? 1 : 0);
            hole.digits = fraction ? 2 : 0;
        }
        if (plan_->layout != nullptr) flat_hole(hole, span.recount);
        list.push_back(hole);
    }
    return list;
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
        const bool rejected = piece.document != none && document_rejected[piece.document] != 0;
        switch (piece.kind) {
            case Kind::open:
                if (piece.level == plan_->document_level)
                    drafts_->begin_document(outcome.documents[piece.document].ordinal);
                drafts_->open(text, holes(outcome, piece));
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
                if (piece.keep) drafts_->content(text, holes(outcome, piece));
                break;
            case Kind::record: {
                const ledger::RecordFact& fact = facts.records[piece.record];
                if (document_is_record)
                    drafts_->begin_document(outcome.documents[piece.document].ordinal);
                if (fact.accepted && !facts.routes.empty())
                    deliver(text, facts.routes[fact.route], routed, piece.record,
                            record_sums(outcome, piece.record));
                if (document_is_record) end_piece_document(rejected);
                break;
            }
        }
    }
}

}  // namespace app
