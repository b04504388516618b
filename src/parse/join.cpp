#include "parse/join.hpp"

#include <utility>

namespace parse {

using schema::Stop;

Joiner::Joiner(std::shared_ptr<const Plan> plan, const Entry& from)
    : plan_(std::move(plan)), scanner_(*plan_), entry_(from) {}

// Also moves the end of the scan from the assumed course to the true one.
bool Joiner::holds(const Slice& slice, std::optional<Scan>& scan,
                   const schema::State* assumed) const {
    if (!scan || assumed == nullptr || carried_ || entry_.oversize != 0) return false;
    if (scan->stop == Stop::malformed || must_wait(*scan, slice)) return false;
    if (!entry_.state.same_course(*assumed)) return false;
    schema::State reached = entry_.state;
    if (!reached.advance(*assumed, scan->exit)) return false;
    scan->exit = std::move(reached);
    return true;
}

// A record is cut in two, or a value, or the last token.
bool Joiner::must_wait(const Scan& scan, const Slice& slice) const {
    return scan.record_open || scan.value_open || scan.consumed < slice.text().size();
}

Scan Joiner::scan_truly(const Slice& slice) {
    const Inside inside = entry_.oversize != 0 ? Inside::oversize_record : Inside::no;
    Scan scan = scanner_.scan(slice.text(), entry_.state, slice.last(), inside, slice.counts());
    if (slice.last() || scan.stop == Stop::malformed) return scan;
    const auto before = [&](std::uint64_t end) {
        return scanner_.scan(slice.text().substr(0, static_cast<std::size_t>(end)), entry_.state,
                             false, inside);
    };
    // What is cut in two belongs to the next slice as a whole.
    if (scan.value_open) return before(scan.value_begin);
    if (!scan.record_open) return scan;
    const bool began_before = entry_.oversize != 0 && scan.record_begin == 0;
    const std::uint64_t most =
        plan_->job != nullptr ? plan_->job->limits.record_bytes_max : ~std::uint64_t{0};
    if (began_before || slice.text().size() - scan.record_begin > most) return scan;
    return before(scan.record_begin);
}

// What stands around records goes along with every place to go on from: a file that goes on with it
// for ever ends here.
std::optional<Scan> Joiner::context_too_large() const {
    const std::uint64_t most = plan_->walk.limits.text_bytes_max;
    std::uint64_t bytes = 0;
    for (const Level& level : entry_.levels) bytes += level.before.size();
    if (bytes <= most) return std::nullopt;
    Scan scan;
    scan.stop = Stop::malformed;
    scan.dirty = true;
    core::Finding finding;
    finding.code = "ACRF-102";
    finding.reason = core::Reason::limit;
    finding.details = {"text_bytes_max", std::to_string(most)};
    finding.path = entry_.levels.back().path;
    if (!entry_.state.open.empty()) {
        const std::string& name = entry_.state.open.back().name;
        finding.element = name.substr(name.find('}') + 1);
    }
    scan.findings.push_back(std::move(finding));
    return scan;
}

Joined Joiner::join(Slice slice, std::optional<Scan> scan, const schema::State* assumed) {
    Joined joined;
    std::optional<Scan> over = context_too_large();
    if (!over && holds(slice, scan, assumed)) {
        joined.scan = std::move(*scan);
        joined.assumed = true;
    } else {
        if (carried_) slice.prepend(*carried_, carried_from_);
        carried_.reset();
        joined.scan = over ? std::move(*over) : scan_truly(slice);
    }
    joined.entry = entry_;
    const std::uint64_t consumed = joined.scan.consumed;
    const bool ends = slice.last() || joined.scan.stop == Stop::malformed;
    if (!ends && consumed < slice.text().size()) {
        carried_ = slice;
        carried_from_ = consumed;
        if (consumed == 0) return joined;
    }
    joined.empty = false;
    const SliceView view = view_of(slice, consumed);
    Fold fold(*plan_, joined.entry, view, nullptr);
    fold.run(joined.scan);
    entry_ = fold.exit(joined.scan);
    entry_.carry = ends ? 0 : slice.text().size() - consumed;
    joined.slice = std::move(slice);
    return joined;
}

}  // namespace parse
