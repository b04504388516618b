#include "parse/builder.hpp"

#include <algorithm>
#include <utility>

#include "core/ensure.hpp"
#include "parse/attachments.hpp"
#include "parse/findings.hpp"
#include "parse/place.hpp"

namespace parse {

Builder::Builder(std::shared_ptr<const Plan> plan, const Enclosures* enclosures)
    : plan_(std::move(plan)), enclosures_(enclosures), scanner_(*plan_) {
    if (plan_->grammar) referee_.emplace(plan_->grammar);
}

Builder::~Builder() = default;

SliceView view_of(const Slice& slice, std::uint64_t consumed) {
    SliceView view;
    view.walked = slice.text().substr(0, static_cast<std::size_t>(consumed));
    view.bytes = slice.bytes;
    view.map = slice.map.empty() ? nullptr : &slice.map;
    view.scale = slice.scale;
    view.last = slice.last() && consumed == slice.text().size();
    view.reader_state = slice.reader_state;
    return view;
}

namespace {

// Findings whose paths and places need more than the record they are in.
bool needs_true_state(const Scan& scan, const Plan& plan) {
    if (scan.findings.empty()) return false;
    if (scan.dirty || scan.stop == schema::Stop::malformed) return true;
    const std::uint32_t record = plan.record_level == 0 ? none : plan.record_node();
    std::uint64_t begin = 0;
    std::size_t at = 0;
    // All of them inside records? Both lists are in order of the data.
    for (const core::Finding& finding : scan.findings) {
        const std::uint64_t offset = finding.place.offset;
        bool inside = false;
        for (std::size_t i = at; i < scan.outer.size() && !inside; ++i) {
            const schema::Mark& mark = scan.marks[scan.outer[i]];
            if (mark.node != record) continue;
            if (mark.kind == schema::Mark::Kind::enter) {
                begin = mark.begin;
                if (begin > offset) break;
                at = i;
            } else if (mark.kind == schema::Mark::Kind::leave) {
                inside = begin <= offset && offset < mark.end;
            }
        }
        if (!inside) return true;
    }
    return false;
}

void cut_to(Slice& slice, std::uint64_t consumed) {
    const SliceView view = view_of(slice, consumed);
    const std::uint64_t end = view.bytes_end();
    if (!slice.walked.empty()) slice.walked.resize(static_cast<std::size_t>(consumed));
    slice.bytes = slice.bytes.substr(0, static_cast<std::size_t>(end));
}

}  // namespace

std::unique_ptr<Outcome> Builder::build(Slice slice, const Entry& entry, Scan scan, From from) {
    const bool rests = scan.rests;
    if (from == From::assumed && needs_true_state(scan, *plan_)) {
        scan = scanner_.scan(slice.text().substr(0, static_cast<std::size_t>(scan.consumed)),
                             entry.state, view_of(slice, scan.consumed).last, Inside::no, Rest::no);
        from = From::true_state;
    }
    const bool last = view_of(slice, scan.consumed).last;
    const std::uint64_t carry = slice.text().size() - scan.consumed;
    cut_to(slice, scan.consumed);
    auto outcome = std::make_unique<Outcome>();
    outcome->plan = plan_;
    outcome->entry = entry;
    outcome->bytes = std::move(slice.bytes);
    outcome->walked = std::move(slice.walked);
    outcome->map = std::move(slice.map);
    outcome->scale = slice.scale;
    outcome->malformed = scan.stop == schema::Stop::malformed;
    outcome->last = last || outcome->malformed;
    SliceView view;
    view.walked = outcome->walked_bytes();
    view.bytes = outcome->bytes;
    view.map = outcome->map.empty() ? nullptr : &outcome->map;
    view.scale = outcome->scale;
    view.last = outcome->last;
    view.reader_state = std::move(slice.reader_state);
    // The outcome's own copy of the entry: views of values stay good.
    Fold fold(*plan_, outcome->entry, view, outcome.get());
    fold.run(scan);
    outcome->exit = fold.exit(scan);
    outcome->exit.carry = outcome->last ? 0 : carry;
    outcome->exit.rested = !outcome->last && rests;
    place_findings(*outcome, scan, from);
    if (!slice.findings.empty()) add_reader_findings(*outcome, std::move(slice.findings));
    sort_findings(*outcome);
    declared(*outcome, outcome->places());
    return outcome;
}

void Builder::declared(Outcome& outcome, PlaceCounter& counter) const {
    const auto finish = [&](std::vector<Declared>& list, const std::string& id) {
        for (Declared& each : list) {
            core::Finding& place = each.place;
            place.place = counter.at(place.place.offset);
            place.part = outcome.entry.part;
            place.document_id = id;
            const Query& query = plan_->queries[plan_->totals[each.total]];
            place.code = query.zone + "-007";
        }
    };
    for (DocumentPart& part : outcome.documents) finish(part.declared, part.id);
    finish(outcome.declared, {});
}

// Gives every finding to its record, its document or the file.
void Builder::place_findings(Outcome& outcome, Scan& scan, From from) {
    outcome.findings.reserve(scan.findings.size());
    FindingSorter sorter(outcome, *plan_, scan);
    PlaceCounter& counter = outcome.places();
    if (plan_->checked) return sorter.rest(counter);
    if (from == From::assumed) sorter.correct_paths();
    if (enclosures_ != nullptr && plan_->job != nullptr && plan_->job->attachments)
        look_at_enclosed(outcome, *enclosures_);
    for (std::size_t i = 0; i < outcome.records.size(); ++i)
        take_record(outcome, i, sorter.of_record(i, counter), counter);
    sorter.rest(counter);
    const std::size_t fatal = outcome.malformed ? outcome.file_findings.size() : 0;
    // After what the schema says of header and context, so that nothing is said twice.
    if (plan_->job == nullptr) return;
    check_context_fields(outcome);
    if (fatal > 0) {
        const auto at = outcome.file_findings.begin() + static_cast<std::ptrdiff_t>(fatal);
        std::rotate(at - 1, at, outcome.file_findings.end());
    }
}

void Builder::take_record(Outcome& outcome, std::size_t index, std::vector<core::Finding> own,
                          PlaceCounter& counter) {
    Record& record = outcome.records[index];
    if (record.too_large) {
        own.clear();
        own.push_back(limit_finding(outcome, index, plan_->record_bytes_max(), counter));
    } else {
        if (referee_ && (plan_->referee_decides || !record.accepted) && referee_->has_opinion())
            ask_referee(outcome, index, own, record.accepted);
        check_fields(outcome, index, own);
        if (plan_->job != nullptr && plan_->job->attachments)
            check_attachments(outcome, index, enclosures_, own);
    }
    record.first_finding = static_cast<std::uint32_t>(outcome.findings.size());
    std::stable_sort(own.begin(), own.end(),
                     [](const auto& a, const auto& b) { return a.place.offset < b.place.offset; });
    for (core::Finding& finding : own) {
        if (finding.severity == core::Severity::B) record.accepted = false;
        if (finding.severity == core::Severity::P) record.percent = true;
        outcome.findings.push_back(std::move(finding));
    }
    record.findings = static_cast<std::uint32_t>(outcome.findings.size()) - record.first_finding;
}

void Builder::check_fields(const Outcome& outcome, std::size_t index,
                           std::vector<core::Finding>& own) const {
    if (plan_->job == nullptr) return;
    for (std::size_t i = 0; i < plan_->job->fields.size(); ++i) {
        if (plan_->queries[i].level != plan_->record_level) continue;
        std::optional<core::Finding> finding = check_field(outcome, index, i);
        if (!finding) continue;
        if (!says_already(own, *finding)) own.push_back(std::move(*finding));
    }
}

void Builder::ask_referee(const Outcome& outcome, std::size_t index,
                          std::vector<core::Finding>& own, bool& accepted) {
    const bool over_limit = std::any_of(own.begin(), own.end(), [](const core::Finding& finding) {
        return finding.reason == core::Reason::limit;
    });
    if (over_limit) return;
    const Outcome::Origin& origin = outcome.origins[index];
    const Outcome::Parent& parent = outcome.parents[origin.parent];
    const std::string_view record = outcome.walked_bytes().substr(
        static_cast<std::size_t>(origin.tag), static_cast<std::size_t>(origin.end - origin.tag));
    std::vector<schema::RefereeFault> faults;
    accepted = referee_->judge_inside(parent.chain_open, record, parent.chain_close, faults);
    if (accepted) {
        std::erase_if(own, [](const core::Finding& finding) {
            return finding.severity == core::Severity::B;
        });
    } else if (plan_->referee_decides) {
        own = referee_findings(outcome, index, faults);
    }
}

}  // namespace parse
