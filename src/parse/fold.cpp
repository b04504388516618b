#include "parse/fold.hpp"

#include <algorithm>
#include <utility>

#include "parse/place.hpp"

namespace parse {

using Kind = schema::Mark::Kind;

std::uint64_t map_offset(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& map,
                         std::uint64_t offset) {
    const auto behind =
        std::upper_bound(map.begin(), map.end(), offset,
                         [](std::uint64_t value, const auto& pair) { return value < pair.first; });
    if (behind == map.begin()) return map.empty() ? offset : map.front().second;
    const auto& base = *(behind - 1);
    const std::uint64_t moved = base.second + (offset - base.first);
    return behind == map.end() ? base.second : std::min(moved, behind->second);
}

std::uint64_t SliceView::mapped(std::uint64_t offset) const {
    if (map == nullptr) return offset;
    if (offset >= map->back().first) return map->back().second;
    // Asked mostly in order: what is sought is near to what was found last.
    constexpr std::size_t steps = 24;
    near = std::min(near, map->size() - 1);
    for (std::size_t i = 0; i < steps && near > 0 && (*map)[near].first > offset; ++i) --near;
    for (std::size_t i = near; i < std::min(near + steps, map->size()); ++i) {
        if (i + 1 < map->size() && (*map)[i + 1].first <= offset) continue;
        const auto& [walked_at, bytes_at] = (*map)[i];
        if (walked_at > offset) break;
        near = i;
        if (i + 1 == map->size()) return bytes_at;
        return std::min(bytes_at + (offset - walked_at), (*map)[i + 1].second);
    }
    const auto behind =
        std::upper_bound(map->begin(), map->end(), offset,
                         [](std::uint64_t value, const auto& pair) { return value < pair.first; });
    near = static_cast<std::size_t>(behind - map->begin());
    near -= near > 0 ? 1 : 0;
    return map_offset(*map, offset);
}

std::uint64_t SliceView::bytes_end() const {
    return mapped(walked.size());
}

Fold::Fold(const Plan& plan, const Entry& entry, const SliceView& slice, Outcome* outcome)
    : plan_(plan),
      record_bytes_max_(plan.record_bytes_max()),
      entry_(entry),
      slice_(slice),
      outcome_(outcome),
      at_(entry),
      values_(plan, entry),
      strings_(outcome != nullptr ? outcome->strings : own_strings_),
      in_record_(entry.oversize != 0) {
    at_.instances.resize(plan.chain.size());
    if (at_.levels.empty()) {
        at_.levels.emplace_back();
        at_.levels.back().instance = entry.part;
    }
    for (std::size_t level = 0; level < at_.levels.size(); ++level) {
        context_.push_back(context_of(level));
        context_bytes_ += context_.back();
    }
    if (outcome_ != nullptr && at_.in_document) {
        outcome_->documents.emplace_back();
        outcome_->documents.back().ordinal = at_.documents;
        outcome_->documents.back().sums.resize(plan.totals.size(), Decimal());
        outcome_->document_spans.emplace_back(0, slice.walked.size());
    }
}

void Fold::run(const Scan& scan) {
    if (outcome_ != nullptr) {
        reserve(scan);
        // The walk was here a few megabytes ago: what is looked at next is asked for in time.
        constexpr std::size_t ahead = 12;
        const std::vector<schema::Mark>& marks = scan.marks;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            if (i + ahead < marks.size())
                __builtin_prefetch(slice_.walked.data() + marks[i + ahead].begin);
            on_mark(marks[i]);
        }
    } else
        for (std::uint32_t index : scan.outer) on_mark(scan.marks[index]);
    if (in_record_)
        end_too_large(slice_.walked.size());
    else
        content(slice_.walked.size(), is_behind_child() ? Keep::maybe : Keep::yes);
    add_declared(none);
    add_around(none);
    if (outcome_ == nullptr || outcome_->documents.empty()) return;
    DocumentPart& part = outcome_->documents.back();
    if (!part.ends) {
        part.end = slice_.bytes_end();
        if (plan_.document_id != none && values_[plan_.document_id].settled()) {
            part.id = values_[plan_.document_id].text;
            part.id_known = true;
        }
    }
}

// A list that grows by doubling would take three times the memory meanwhile.
void Fold::reserve(const Scan& scan) {
    const std::size_t records =
        plan_.record_level == 0
            ? 0
            : static_cast<std::size_t>(
                  std::count_if(scan.outer.begin(), scan.outer.end(), [&](std::uint32_t index) {
                      return scan.marks[index].node == plan_.record_node() &&
                             scan.marks[index].kind == Kind::enter;
                  }));
    outcome_->records.reserve(records);
    outcome_->origins.reserve(records);
    outcome_->cells.reserve(records * plan_.queries.size());
    outcome_->pieces.reserve(scan.outer.size() - records + 1);
}

void Fold::on_mark(const schema::Mark& mark) {
    const std::uint32_t level = plan_.chain_level[mark.node];
    const bool chain = level != none && level > 0;
    if (in_record_ && !(chain && level == plan_.record_level)) {
        // Where a slice ends in a record that is too large must decide nothing.
        if (at_.oversize == 0 && !is_too_large(mark.end))
            values_.on_mark(mark, slice_.walked, strings_);
        return;
    }
    if (chain && mark.kind == Kind::enter) {
        if (level == plan_.record_level)
            enter_record(mark);
        else
            enter_level(mark, level);
    } else if (chain && mark.kind == Kind::leave) {
        if (level == plan_.record_level && (at_.oversize != 0 || is_too_large(mark.end)))
            leave_too_large(mark);
        else if (level == plan_.record_level)
            leave_record(mark);
        else
            leave_level(mark, level);
        return;
    } else if (plan_.is_carried[mark.node]) {
        carried(mark);
    } else if (plan_.recount_of[mark.node] != none && mark.kind == Kind::value) {
        recounts_.push_back({plan_.recount_of[mark.node], mark.begin, mark.end});
        count_recount(mark.begin);
    }
    values_.on_mark(mark, slice_.walked, strings_);
}

// Where another child may come. Behind the root none does.
bool Fold::is_behind_child() const {
    return at_.levels.size() > 1 && at_.levels.back().before_complete;
}

void Fold::child_begins(std::uint64_t begin) {
    content(begin, at_.levels.back().before_complete ? Keep::no : Keep::yes);
    at_.levels.back().before_complete = true;
    ++at_.levels.back().children;
}

void Fold::enter_record(const schema::Mark& mark) {
    lead_ = before_space(slice_.walked, mark.begin, cursor_);
    child_begins(lead_);
    if (at_.levels.back().children == 1)
        count_context(lead_, mark.begin);
    else
        count_gap(lead_, mark.begin);
    end_gap();
    in_record_ = true;
    if (slice_.bytes.size() > record_bytes_max_)
        record_limit_ = slice_.mapped(mark.begin) + record_bytes_max_;
    ++at_.records;
    ++at_.instances[plan_.record_level];
    if (plan_.document_level == plan_.record_level) begin_document(lead_);
    if (outcome_ == nullptr) return;
    const Level& parent = at_.levels.back();
    if (outcome_->parents.empty() || outcome_->parents.back().path != parent.path)
        outcome_->parents.push_back(around());
    Record record;
    record.ordinal = at_.records;
    record.document = static_cast<std::uint32_t>(outcome_->documents.size() - 1);
    record.begin = slice_.mapped(lead_);
    record.end = slice_.bytes_end();
    outcome_->records.push_back(record);
    outcome_->origins.push_back({mark.begin, slice_.walked.size(), parent.children,
                                 static_cast<std::uint32_t>(outcome_->parents.size() - 1)});
}

Outcome::Parent Fold::around() const {
    Outcome::Parent parent;
    parent.path = at_.levels.back().path;
    for (std::size_t i = 1; i < at_.levels.size(); ++i) {
        const std::string& tag = at_.levels[i].tag;
        parent.chain_open += tag;
        parent.chain_close = "</" + std::string(tag_name(tag)) + ">" + parent.chain_close;
    }
    return parent;
}

void Fold::leave_record(const schema::Mark& mark) {
    in_record_ = false;
    if (outcome_ != nullptr) {
        values_.on_mark(mark, slice_.walked, strings_);
        Record& record = outcome_->records.back();
        record.end = slice_.mapped(mark.end);
        record.accepted = mark.valid;
        outcome_->origins.back().end = mark.end;
        add_row();
        piece(Piece::Kind::record, lead_, mark.end, Keep::yes);
        outcome_->pieces.back().record = static_cast<std::uint32_t>(outcome_->records.size() - 1);
    }
    cursor_ = mark.end;
    if (plan_.document_level == plan_.record_level) end_document(mark.end);
}

// What of a record that is too large lies in this slice, or of one in which the file breaks off. It
// is counted where it begins, and looks the same however much of it is there.
void Fold::end_too_large(std::uint64_t end) {
    const bool begins_here = at_.oversize == 0;
    if (outcome_ != nullptr && begins_here) {
        Record& record = outcome_->records.back();
        record.accepted = false;
        record.too_large = is_too_large(end);
        record.end = std::min(slice_.mapped(end), record_limit_);
        outcome_->origins.back().end = end;
        add_row();
    }
    piece(Piece::Kind::too_large, begins_here ? lead_ : cursor_, end, Keep::no);
    if (outcome_ != nullptr && begins_here)
        outcome_->pieces.back().record = static_cast<std::uint32_t>(outcome_->records.size() - 1);
}

void Fold::leave_too_large(const schema::Mark& mark) {
    end_too_large(mark.end);
    in_record_ = false;
    at_.oversize = 0;
    if (plan_.document_level == plan_.record_level) end_document(mark.end);
}

// Content that the job names is kept, also between records.
void Fold::carried(const schema::Mark& mark) {
    const std::uint64_t lead = before_space(slice_.walked, mark.begin, cursor_);
    if (mark.kind == Kind::enter && is_behind_child()) {
        count_gap(cursor_, lead);
        piece(Piece::Kind::content, cursor_, lead, Keep::no);  // of the slice before, too
    } else if (mark.kind == Kind::enter) {
        content(lead, Keep::yes);
    } else if (mark.kind == Kind::leave) {
        content(mark.end, Keep::yes);
        if (is_behind_child()) count_carried(mark.end);
    }
}

void Fold::content(std::uint64_t end, Keep keep) {
    if (end <= cursor_) return;
    Level& level = at_.levels.back();
    if (!level.before_complete && keep == Keep::yes) {
        const std::uint64_t begin = slice_.mapped(cursor_);
        const std::uint64_t base = level.before.size();
        count_context(cursor_, end);
        level.before += part_of(slice_.bytes, begin, slice_.mapped(end));
        for (const RecountSpan& span : recounts_)
            level.recounts.push_back({span.recount, base + slice_.mapped(span.begin) - begin,
                                      base + slice_.mapped(span.end) - begin});
    } else if (level.before_complete) {
        count_gap(cursor_, end);
    }
    piece(Piece::Kind::content, cursor_, end, keep);
}

void Fold::piece(Piece::Kind kind, std::uint64_t begin, std::uint64_t end, Keep keep) {
    cursor_ = end;
    if (outcome_ == nullptr) {
        recounts_.clear();
        return;
    }
    Piece made;
    made.kind = kind;
    made.keep = keep;
    made.level = static_cast<std::uint32_t>(at_.levels.size() - 1);
    made.instance = at_.levels.back().instance;
    if (at_.in_document && !outcome_->documents.empty())
        made.document = static_cast<std::uint32_t>(outcome_->documents.size() - 1);
    made.begin = slice_.mapped(begin);
    made.end = slice_.mapped(end);
    for (const RecountSpan& span : recounts_)
        made.recounts.push_back({span.recount, slice_.mapped(span.begin), slice_.mapped(span.end)});
    recounts_.clear();
    outcome_->pieces.push_back(std::move(made));
}

void Fold::add_row() {
    for (std::size_t i = 0; i < plan_.queries.size(); ++i) {
        const Evaluator::Running& running = values_[i];
        outcome_->cells.push_back({running.text, running.begin, running.settled(), running.before});
    }
    DocumentPart& part = outcome_->documents.back();
    ++part.records;
    if (!plan_.totals.empty()) add_sums(part, outcome_->records.size() - 1);
}

void Fold::add_sums(DocumentPart& part, std::size_t row) {
    const job::Job& job = *plan_.job;
    for (std::size_t i = 0; i < job.totals.size(); ++i) {
        const job::Total& total = job.totals[i];
        if (total.of == job::Total::Of::records) *part.sums[i] += Decimal(1);
        if (total.of != job::Total::Of::sum) continue;
        if (outcome_->records[row].too_large) part.sums[i].reset();
        if (!part.sums[i]) continue;
        for (std::size_t f = 0; f < job.fields.size(); ++f) {
            if (job.fields[f].name != total.field) continue;
            const Outcome::Cell& cell = outcome_->cells[row * plan_.queries.size() + f];
            if (!cell.present) continue;
            if (const auto number = Decimal::parse(cell.text)) *part.sums[i] += *number;
        }
    }
}

}  // namespace parse
