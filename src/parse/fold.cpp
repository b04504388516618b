#include "parse/fold.hpp"

#include <algorithm>
#include <utility>

#include "core/ensure.hpp"
#include "parse/place.hpp"

namespace parse {

using Kind = schema::Mark::Kind;

namespace {

std::string_view part_of(std::string_view text, std::uint64_t begin, std::uint64_t end) {
    return text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

}  // namespace

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
    if (outcome_ != nullptr && at_.in_document) {
        outcome_->documents.emplace_back();
        outcome_->documents.back().ordinal = at_.documents;
        outcome_->documents.back().sums.resize(plan.totals.size());
        outcome_->document_spans.emplace_back(0, slice.walked.size());
    }
}

void Fold::run(const Scan& scan) {
    if (outcome_ != nullptr)
        for (const schema::Mark& mark : scan.marks) on_mark(mark);
    else
        for (std::uint32_t index : scan.outer) on_mark(scan.marks[index]);
    if (in_record_) {
        if (outcome_ != nullptr && entry_.oversize != at_.records) {
            outcome_->records.back().accepted = false;
            add_row();
        }
        // A record over the limit: it has no end here, and nothing of it is wanted.
        content(slice_.walked.size(), Keep::no);
    } else {
        content(slice_.walked.size(), Keep::yes);
    }
    add_declared(none);
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

void Fold::on_mark(const schema::Mark& mark) {
    const std::uint32_t level = plan_.chain_level[mark.node];
    const bool chain = level != none && level > 0;
    if (in_record_ && !(chain && level == plan_.record_level)) {
        if (entry_.oversize == 0 || at_.oversize == 0)
            values_.on_mark(mark, slice_.walked, strings_);
        return;
    }
    if (chain && mark.kind == Kind::enter) {
        if (level == plan_.record_level)
            enter_record(mark);
        else
            enter_level(mark, level);
    } else if (chain && mark.kind == Kind::leave) {
        if (level == plan_.record_level && at_.oversize != 0)
            finish_oversize(mark);
        else if (level == plan_.record_level)
            leave_record(mark);
        else
            leave_level(mark, level);
        return;
    } else if (plan_.is_carried[mark.node]) {
        carried(mark);
    } else if (plan_.recount_of[mark.node] != none && mark.kind == Kind::value) {
        recounts_.push_back({plan_.recount_of[mark.node], mark.begin, mark.end});
    }
    values_.on_mark(mark, slice_.walked, strings_);
}

void Fold::child_begins(std::uint64_t begin) {
    content(begin, at_.levels.back().before_complete ? Keep::no : Keep::yes);
    at_.levels.back().before_complete = true;
    ++at_.levels.back().children;
}

void Fold::enter_level(const schema::Mark& mark, std::uint32_t level) {
    const std::uint64_t lead = before_space(slice_.walked, mark.begin, cursor_);
    child_begins(lead);
    const Level& parent = at_.levels.back();
    Level opened;
    opened.instance = ++at_.instances[level];
    opened.path = parent.path + "/" +
                  std::string(tag_name(part_of(slice_.walked, mark.begin, mark.end))) + "[" +
                  std::to_string(parent.children) + "]";
    opened.tag = part_of(slice_.walked, mark.begin, mark.end);
    opened.before = part_of(slice_.bytes, slice_.mapped(lead), slice_.mapped(mark.end));
    at_.levels.push_back(std::move(opened));
    if (level == plan_.document_level) begin_document(lead);
    piece(Piece::Kind::open, lead, mark.end, Keep::yes);
}

void Fold::leave_level(const schema::Mark& mark, std::uint32_t level) {
    const std::uint64_t tag = std::max(mark.begin, cursor_);
    content(tag, Keep::yes);
    values_.on_mark(mark, slice_.walked, strings_);
    piece(Piece::Kind::close, tag, mark.end, Keep::yes);
    add_declared(level);
    if (level == plan_.document_level) end_document(mark.end);
    at_.levels.pop_back();
}

void Fold::begin_document(std::uint64_t begin) {
    ++at_.documents;
    at_.in_document = true;
    if (outcome_ == nullptr) return;
    outcome_->documents.emplace_back();
    DocumentPart& part = outcome_->documents.back();
    part.ordinal = at_.documents;
    part.begins = true;
    outcome_->document_spans.emplace_back(begin, slice_.walked.size());
    part.begin = slice_.mapped(begin);
    part.first_record = static_cast<std::uint32_t>(outcome_->records.size());
    part.sums.resize(plan_.totals.size());
    if (plan_.job == nullptr) return;
    for (std::size_t i = 0; i < part.sums.size(); ++i)
        if (plan_.job->totals[i].of == job::Total::Of::documents) part.sums[i] = Decimal(1);
}

void Fold::end_document(std::uint64_t end) {
    at_.in_document = false;
    if (outcome_ == nullptr) return;
    DocumentPart& part = outcome_->documents.back();
    part.ends = true;
    outcome_->document_spans.back().second = end;
    part.end = slice_.mapped(end);
    if (plan_.document_id == none || !values_[plan_.document_id].settled()) return;
    part.id = values_[plan_.document_id].text;
    part.id_known = true;
}

void Fold::enter_record(const schema::Mark& mark) {
    lead_ = before_space(slice_.walked, mark.begin, cursor_);
    child_begins(lead_);
    in_record_ = true;
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

// The record over the limit was counted where it began.
void Fold::finish_oversize(const schema::Mark& mark) {
    in_record_ = false;
    at_.oversize = 0;
    at_.levels.back().before_complete = true;
    content(mark.end, Keep::no);
    if (plan_.document_level == plan_.record_level) end_document(mark.end);
}

// Content that the job names is kept, also between records.
void Fold::carried(const schema::Mark& mark) {
    if (mark.kind == Kind::enter)
        content(before_space(slice_.walked, mark.begin, cursor_),
                at_.levels.back().before_complete ? Keep::no : Keep::yes);
    else if (mark.kind == Kind::leave)
        content(mark.end, Keep::yes);
}

void Fold::content(std::uint64_t end, Keep keep) {
    if (end <= cursor_) return;
    Level& level = at_.levels.back();
    if (!level.before_complete && keep == Keep::yes) {
        const std::uint64_t begin = slice_.mapped(cursor_);
        const std::uint64_t base = level.before.size();
        level.before += part_of(slice_.bytes, begin, slice_.mapped(end));
        for (const RecountSpan& span : recounts_)
            level.recounts.push_back({span.recount, base + slice_.mapped(span.begin) - begin,
                                      base + slice_.mapped(span.end) - begin});
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
    made.keep = keep == Keep::yes;
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
        if (total.of == job::Total::Of::records) part.sums[i] += Decimal(1);
        if (total.of != job::Total::Of::sum) continue;
        for (std::size_t f = 0; f < job.fields.size(); ++f) {
            if (job.fields[f].name != total.field) continue;
            const Outcome::Cell& cell = outcome_->cells[row * plan_.queries.size() + f];
            if (!cell.present) continue;
            if (const auto number = Decimal::parse(cell.text)) part.sums[i] += *number;
        }
    }
}

// Totals whose anchor closes, or all of them at the end of the slice (level none).
void Fold::add_declared(std::uint32_t level) {
    if (outcome_ == nullptr || plan_.job == nullptr) return;
    for (std::size_t i = 0; i < plan_.totals.size(); ++i) {
        const Query& query = plan_.queries[plan_.totals[i]];
        const Evaluator::Running& value = values_[plan_.totals[i]];
        if (level != none && query.level != level) continue;
        if (!value.settled() || value.before || query.level >= at_.levels.size()) continue;
        Declared declared;
        declared.total = static_cast<std::uint32_t>(i);
        declared.number = Decimal::parse(value.text);
        const job::Total& total = plan_.job->totals[i];
        core::Finding& place = declared.place;
        place.severity = total.severity;
        place.reason = core::Reason::total_differs;
        place.code = "00000-007";
        place.place.offset = slice_.mapped(value.begin);  // made absolute by the builder
        place.path = path_of_query(query, at_.levels[query.level].path);
        if (!query.path->steps.empty()) place.element = query.path->steps.back().name.local;
        if (query.path->attribute) place.element = "@" + query.path->attribute->local;
        place.value = value.text;
        const bool document = total.within == job::Scope::document && at_.in_document;
        if (document) place.document = at_.documents;
        auto& list = document ? outcome_->documents.back().declared : outcome_->declared;
        list.push_back(std::move(declared));
    }
}

Entry Fold::exit(const Scan& scan) {
    at_.state = scan.exit;
    at_.reader_state = slice_.reader_state;
    at_.at_end = slice_.last;
    place_of_exit(scan);
    keep_values();
    at_.query_state = values_.query_state();
    if (in_record_ && at_.oversize == 0) at_.oversize = at_.records;
    return std::move(at_);
}

void Fold::place_of_exit(const Scan& scan) {
    const std::string_view bytes = part_of(slice_.bytes, 0, slice_.bytes_end());
    at_.delivered += slice_.scale.head_bytes + slice_.scale.delivered(bytes);
    advance(at_.line, at_.column, plan_.layout ? slice_.scale.measure(bytes) : scan.extent);
}

// Values are at hand as views; the entry keeps its own copy, with the place. Lines and columns are
// counted back from the end, for the open document mostly began not far before it.
void Fold::keep_values() {
    std::vector<std::size_t> mine;
    std::vector<ContextValue> kept(plan_.queries.size());
    for (std::size_t i = 0; i < plan_.queries.size(); ++i) {
        const Evaluator::Running& value = values_[i];
        if (plan_.queries[i].level >= plan_.record_level || !value.present) continue;
        if (value.before) {
            kept[i] = entry_.values[i];
            continue;
        }
        kept[i].present = true;
        kept[i].text = value.text;
        mine.push_back(i);
    }
    std::sort(mine.begin(), mine.end(),
              [&](std::size_t a, std::size_t b) { return values_[a].begin > values_[b].begin; });
    std::uint64_t end = slice_.bytes_end(), offset = at_.delivered;
    Extent behind;
    for (std::size_t i : mine) {
        const std::uint64_t begin = slice_.mapped(values_[i].begin);
        const std::string_view between = part_of(slice_.bytes, begin, end);
        const Extent extent = slice_.scale.measure(between);
        offset -= slice_.scale.delivered(between);
        behind.tail = behind.lines > 0 ? behind.tail : behind.tail + extent.tail;
        behind.lines += extent.lines;
        kept[i].offset = offset;
        kept[i].line = at_.line - behind.lines;
        if (behind.lines == 0) {
            kept[i].column = at_.column - behind.tail;
        } else {
            const std::string_view head = slice_.bytes.substr(0, static_cast<std::size_t>(begin));
            const std::size_t line = head.find_last_of("\n\r");
            const bool cut = line == std::string_view::npos;
            kept[i].column = (cut ? entry_.column : 1) +
                             slice_.scale.measure(cut ? head : head.substr(line + 1)).tail;
        }
        end = begin;
    }
    at_.values = std::move(kept);
}

}  // namespace parse
