// What the fold does around records: the levels above them, documents, totals that are declared,
// and the exit.
#include <algorithm>
#include <utility>

#include "parse/fold.hpp"
#include "parse/place.hpp"

namespace parse {

void Fold::enter_level(const schema::Mark& mark, std::uint32_t level) {
    const std::uint64_t lead = before_space(slice_.walked, mark.begin, cursor_);
    child_begins(lead);
    const Level& parent = at_.levels.back();
    const std::uint64_t counted = parent.children == 1 ? lead : mark.begin;
    count_gap(lead, counted);
    end_gap();
    Level opened;
    opened.instance = ++at_.instances[level];
    opened.path = parent.path + "/" +
                  std::string(tag_name(part_of(slice_.walked, mark.begin, mark.end))) + "[" +
                  std::to_string(parent.children) + "]";
    opened.tag = part_of(slice_.walked, mark.begin, mark.end);
    opened.before = part_of(slice_.bytes, slice_.mapped(lead), slice_.mapped(mark.end));
    at_.levels.push_back(std::move(opened));
    context_.push_back(0);
    count_context(counted, mark.end);
    if (level == plan_.document_level) begin_document(lead);
    piece(Piece::Kind::open, lead, mark.end, Keep::yes);
}

void Fold::leave_level(const schema::Mark& mark, std::uint32_t level) {
    const std::uint64_t tag = std::max(mark.begin, cursor_);
    content(tag, Keep::yes);
    values_.on_mark(mark, slice_.walked, strings_);
    piece(Piece::Kind::close, tag, mark.end, Keep::yes);
    add_declared(level);
    add_around(level);
    if (level == plan_.document_level) end_document(mark.end);
    at_.levels.pop_back();
    end_gap();
    context_bytes_ -= context_.back();
    context_.pop_back();
    if (at_.levels.back().children > 1) return;
    context_bytes_ -= context_.back();
    context_.back() = context_of(at_.levels.size() - 1);
    context_bytes_ += context_.back();
}

// White space in front of a child is kept with its parent where a slice was cut there, else with
// the child: it counts while the first child is open, whoever has it.
std::uint64_t Fold::context_of(std::size_t index) const {
    constexpr std::string_view white = " \n\t\r";
    const Level& level = at_.levels[index];
    std::string_view before = level.before;
    if (index > 0 && at_.levels[index - 1].children > 1)
        before.remove_prefix(std::min(before.find_first_not_of(white), before.size()));
    const bool first_is_open = level.children == 1 && index + 1 < at_.levels.size();
    if (level.before_complete && !first_is_open)
        before = before.substr(0, before.find_last_not_of(white) + 1);
    return before.size();
}

void Fold::count_context(std::uint64_t begin, std::uint64_t end) {
    limit_text(context_bytes_, begin, end);
    const std::uint64_t bytes = slice_.mapped(end) - slice_.mapped(begin);
    context_.back() += bytes;
    context_bytes_ += bytes;
}

void Fold::count_gap(std::uint64_t begin, std::uint64_t end) {
    limit_text(at_.gap_bytes, begin, end);
    at_.gap_bytes += slice_.mapped(end) - slice_.mapped(begin);
}

// Whoever opens the element later gets all of it.
void Fold::count_carried(std::uint64_t end) {
    const std::uint64_t most = plan_.walk.limits.text_bytes_max;
    std::uint64_t& carried = at_.levels.back().carried;
    carried += std::exchange(at_.gap_bytes, 0);
    if (carried > most) limit({end, "text_bytes_max", most});
}

void Fold::count_recount(std::uint64_t begin) {
    const std::uint64_t most = plan_.job->limits.recounts_max;
    if (++at_.gap_recounts > most && !plan_.checked) limit({begin, "recounts_max", most});
}

void Fold::limit_text(std::uint64_t so_far, std::uint64_t begin, std::uint64_t end) {
    const std::uint64_t most = plan_.walk.limits.text_bytes_max;
    const std::uint64_t first = slice_.mapped(begin);
    if (so_far + (slice_.mapped(end) - first) <= most) return;
    const std::uint64_t left = most - std::min(most, so_far);
    // The walked byte that stands for the last one that is not too much.
    std::uint64_t from = begin, to = end;
    while (from < to) {
        const std::uint64_t middle = from + (to - from) / 2;
        if (slice_.mapped(middle) < first + left)
            from = middle + 1;
        else
            to = middle;
    }
    limit({from, "text_bytes_max", most});
}

void Fold::limit(TooMuch found) {
    if (!too_much_ || found.end < too_much_->end) too_much_ = std::move(found);
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
    part.sums.resize(plan_.totals.size(), Decimal());
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

// Fields likewise.
void Fold::add_around(std::uint32_t level) {
    if (outcome_ == nullptr || plan_.job == nullptr) return;
    for (std::size_t i = 0; i < plan_.job->fields.size(); ++i) {
        const Query& query = plan_.queries[i];
        if (query.level == plan_.record_level || (level != none && query.level != level)) continue;
        const Evaluator::Running& value = values_[i];
        if (!value.settled() || value.open || value.decided || query.level >= at_.levels.size())
            continue;
        Outcome::Around around;
        around.field = static_cast<std::uint32_t>(i);
        if (query.level >= plan_.document_level)
            around.document = static_cast<std::uint32_t>(outcome_->documents.size() - 1);
        around.cell = {value.text, value.begin, true, value.before};
        around.path = path_of_query(query, at_.levels[query.level].path);
        outcome_->values_around.push_back(std::move(around));
    }
}

Entry Fold::exit(const Scan& scan) {
    at_.state = scan.exit;
    at_.reader_state = slice_.reader_state;
    at_.at_end = slice_.last;
    place_of_exit(scan);
    keep_values();
    keep_said(scan.findings);
    at_.query_state = values_.query_state();
    if (in_record_ && at_.oversize == 0) at_.oversize = at_.records;
    return std::move(at_);
}

bool Fold::awaits_record() const {
    if (plan_.job == nullptr || in_record_) return false;
    for (std::size_t i = 0; i < plan_.job->fields.size(); ++i) {
        const std::uint32_t level = plan_.queries[i].level;
        if (plan_.job->fields[i].required && level < plan_.record_level &&
            level < at_.levels.size() && is_without_records(at_.levels, level))
            return true;
    }
    return false;
}

void Fold::keep_said(const std::vector<core::Finding>& findings) {
    if (!awaits_record()) {
        at_.said.clear();
        return;
    }
    std::size_t level = 0;
    while (!is_without_records(at_.levels, level)) ++level;
    const std::string above = at_.levels[level].path + "/";
    const auto is_inside = [&](const core::Finding& one) {
        return one.path.compare(0, above.size(), above) == 0;
    };
    std::erase_if(at_.said, [&](const core::Finding& one) { return !is_inside(one); });
    for (const core::Finding& finding : findings) {
        if (!is_inside(finding)) continue;
        core::Finding& said = at_.said.emplace_back();
        said.reason = finding.reason;
        said.details = finding.details;
        said.path = finding.path;
    }
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
