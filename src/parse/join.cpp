#include "parse/join.hpp"

#include <utility>

#include "parse/place.hpp"

namespace parse {

using schema::Stop;

namespace {

// A record is cut in two, or a value, or the last token.
bool is_cut(const Scan& scan, const Slice& slice) {
    return scan.record_open || scan.value_open || scan.consumed < slice.text().size();
}

// What a scan left of a slice that rests before its end.
Slice rest_of(const Slice& slice, std::uint64_t from) {
    Slice rest;
    rest.bytes = slice.bytes.substr(static_cast<std::size_t>(from));
    rest.scale = slice.scale;
    rest.scale.head_bytes = 0;
    rest.cut = slice.cut;
    rest.reader_state = slice.reader_state;
    rest.weight = slice.weight;
    return rest;
}

}  // namespace

Joiner::Joiner(std::shared_ptr<const Plan> plan, const Entry& from)
    : plan_(std::move(plan)), scanner_(*plan_), entry_(from) {}

// Also moves the end of the scan from the assumed course to the true one.
bool Joiner::holds(const Slice& slice, std::optional<Scan>& scan,
                   const schema::State* assumed) const {
    if (!scan || assumed == nullptr || carried_ || entry_.oversize != 0) return false;
    if (scan->stop == Stop::malformed || scan->value_too_long) return false;
    if (!scan->rests && (is_cut(*scan, slice) || cuts_gap(*scan, slice))) return false;
    if (!entry_.state.same_course(*assumed)) return false;
    schema::State reached = entry_.state;
    if (!reached.advance(*assumed, scan->exit)) return false;
    scan->exit = std::move(reached);
    return true;
}

// Does the slice end in what stands between records, or around them? What is found there may still
// change with what follows. Slices of a flat file end behind whole lines, wherever these are.
bool Joiner::cuts_gap(const Scan& scan, const Slice& slice) const {
    return plan_->record_level > 0 && !plan_->layout && !slice.last() &&
           scan.boundary < slice.text().size();
}

Scan Joiner::scan_truly(const Slice& slice) {
    const Inside inside = entry_.oversize != 0 ? Inside::oversize_record : Inside::no;
    Scan scan =
        scanner_.scan(slice.text(), entry_.state, slice.last(), inside, Rest::yes, slice.counts());
    const auto before = [&](std::uint64_t end) {
        return scanner_.scan(slice.text().substr(0, static_cast<std::size_t>(end)), entry_.state,
                             false, inside, Rest::no);
    };
    if (scan.value_too_long) return end_at_value(before(scan.value_begin), scan, slice);
    if (scan.rests || slice.last() || scan.stop == Stop::malformed) return scan;
    if (scan.record_open) {
        const bool began_before = entry_.oversize != 0 && scan.record_tag == 0;
        const SliceView view = view_of(slice, scan.consumed);
        const std::uint64_t so_far = view.bytes_end() - view.mapped(scan.record_tag);
        if (began_before || so_far > plan_->record_bytes_max()) return scan;
    }
    // What is cut in two belongs to the next slice as a whole, but for what goes on for ever.
    if (cuts_gap(scan, slice)) {
        std::optional<Scan> sure;  // a value that is open counts when all of it is there
        if (scan.value_open) sure = before(scan.value_begin);
        const Scan& seen = sure ? *sure : scan;
        const SliceView view = view_of(slice, seen.consumed);
        Fold fold(*plan_, entry_, view, nullptr);
        fold.run(seen);
        if (fold.too_much()) return end_at(slice, *fold.too_much());
        if (scan.boundary == 0 && !scan.record_open) try_at_ = 2 * slice.text().size();
        return before(scan.boundary);
    }
    if (scan.value_open) return before(scan.value_begin);
    return scan.record_open ? before(scan.record_begin) : scan;
}

namespace {

// The file ends here: what goes on for ever is carried no further.
Scan ended(Scan scan, std::string limit, std::uint64_t most, std::string path,
           std::string element) {
    scan.stop = Stop::malformed;
    scan.dirty = true;
    core::Finding finding;
    finding.code = "ACRF-102";
    finding.reason = core::Reason::limit;
    finding.details = {std::move(limit), std::to_string(most)};
    finding.place.offset = scan.consumed;
    finding.path = std::move(path);
    finding.element = std::move(element);
    scan.findings.push_back(std::move(finding));
    return scan;
}

std::string path_of(const schema::State& state) {
    std::string path;
    for (const schema::OpenElement& element : state.open)
        path += "/" + std::string(tag_name(element.start_tag)) + "[" +
                std::to_string(element.position) + "]";
    return path;
}

}  // namespace

// A value around records goes along as a whole while it is open, so it is limited as one text is.
// `scan` ends where its element begins.
Scan Joiner::end_at_value(Scan scan, const Scan& seen, const Slice& slice) const {
    const schema::WatchNode& node = plan_->watch[seen.value_node];
    std::uint64_t position = 1;
    if (!scan.exit.open.empty())
        for (const auto& [name, count] : scan.exit.open.back().children)
            if (name == "{" + node.space + "}" + node.local) position = count + 1;
    const std::string_view tag = slice.text().substr(static_cast<std::size_t>(seen.value_begin));
    std::string path = path_of(scan.exit) + "/" + std::string(tag_name(tag)) + "[" +
                       std::to_string(position) + "]";
    return ended(std::move(scan), "text_bytes_max", plan_->walk.limits.text_bytes_max,
                 std::move(path), node.local);
}

// What stands around records, up to where it is too much.
Scan Joiner::end_at(const Slice& slice, const Fold::TooMuch& place) {
    const Inside inside = entry_.oversize != 0 ? Inside::oversize_record : Inside::no;
    Scan scan = scanner_.scan(slice.text().substr(0, static_cast<std::size_t>(place.end)),
                              entry_.state, false, inside, Rest::no);
    std::string path = path_of(scan.exit), element;
    if (!scan.exit.open.empty()) element = tag_name(scan.exit.open.back().start_tag);
    element.erase(0, element.find(':') + 1);
    return ended(std::move(scan), place.limit, place.most, std::move(path), std::move(element));
}

Joined Joiner::join(Slice slice, std::optional<Scan> scan, const schema::State* assumed) {
    Joined joined;
    if (holds(slice, scan, assumed)) {
        joined.scan = std::move(*scan);
        joined.assumed = true;
    } else {
        if (carried_) slice.prepend(*carried_, carried_from_);
        carried_.reset();
        if (slice.text().size() < try_at_ && !slice.last()) {
            carried_ = std::move(slice);
            carried_from_ = 0;
            return joined;
        }
        try_at_ = 0;
        joined.scan = scan_truly(slice);
    }
    joined.entry = entry_;
    std::uint64_t consumed = joined.scan.consumed;
    const auto ends = [&] {
        return joined.scan.stop == Stop::malformed || (slice.last() && !joined.scan.rests);
    };
    if (!ends() && consumed == 0 && !slice.text().empty()) {
        carried_ = std::move(slice);
        carried_from_ = 0;
        return joined;
    }
    joined.empty = false;
    SliceView view = view_of(slice, consumed);
    std::optional<Fold> fold(std::in_place, *plan_, joined.entry, view, nullptr);
    fold->run(joined.scan);
    const bool says = joined.assumed && !joined.scan.findings.empty() && fold->awaits_record();
    if (fold->too_much() || says) {
        joined.scan = fold->too_much() ? end_at(slice, *fold->too_much()) : scan_truly(slice);
        joined.assumed = false;
        consumed = joined.scan.consumed;
        view = view_of(slice, consumed);
        fold.emplace(*plan_, joined.entry, view, nullptr);
        fold->run(joined.scan);
    }
    entry_ = fold->exit(joined.scan);
    entry_.carry = ends() ? 0 : slice.text().size() - consumed;
    entry_.rested = !ends() && joined.scan.rests;
    if (entry_.rested) {
        joined.rest = rest_of(slice, consumed);
    } else if (entry_.carry > 0) {
        carried_ = slice;
        carried_from_ = consumed;
    }
    joined.slice = std::move(slice);
    return joined;
}

}  // namespace parse
