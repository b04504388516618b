#include "parse/scan.hpp"

#include <utility>

namespace parse {

using Kind = schema::Mark::Kind;

namespace {

// Sorts the marks into those inside and outside records.
void divide(Scan& scan, const Plan& plan, std::string_view bytes, Inside inside,
            std::uint64_t reached) {
    const std::uint64_t most = plan.walk.limits.text_bytes_max;
    std::uint64_t content = 0;  // where that of the open value begins
    const std::uint32_t record = plan.record_level == 0 ? none : plan.record_node();
    bool in_record = inside == Inside::oversize_record;
    scan.record_open = in_record;
    std::size_t values = 0;  // that are open
    for (std::size_t i = 0; i < scan.marks.size(); ++i) {
        const schema::Mark& mark = scan.marks[i];
        const bool of_record = mark.node == record;
        if (!in_record || (of_record && mark.kind == Kind::leave))
            scan.outer.push_back(static_cast<std::uint32_t>(i));
        if (!in_record && !of_record && plan.watch[mark.node].value) {
            if (mark.kind == Kind::enter && values++ == 0) {
                scan.value_begin = mark.begin;
                scan.value_node = mark.node;
                content = mark.end;
            }
            if (mark.kind == Kind::leave && values > 0 && --values == 0 &&
                mark.begin > content + most) {
                scan.value_too_long = true;
                return;
            }
        }
        if (!of_record) continue;
        if (mark.kind == Kind::enter) {
            in_record = scan.record_open = true;
            scan.record_tag = mark.begin;
        } else if (mark.kind == Kind::leave) {
            in_record = scan.record_open = false;
        }
    }
    scan.value_open = values > 0;
    scan.value_too_long = scan.value_open && reached > content + most;
    if (scan.record_open) scan.record_begin = before_space(bytes, scan.record_tag, 0);
}

}  // namespace

std::uint64_t before_space(std::string_view bytes, std::uint64_t offset, std::uint64_t floor) {
    const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
    while (offset > floor && is_space(bytes[static_cast<std::size_t>(offset - 1)])) --offset;
    return offset;
}

Scanner::Scanner(const Plan& plan) : plan_(plan), walker_(plan.schema, plan.watch, plan.walk) {}

Scan Scanner::scan(std::string_view bytes, const schema::State& from, bool is_last, Inside inside,
                   Rest rest, const core::Counted* all) {
    walker_.marks().reserve(marks_before_ + marks_before_ / 16);
    walker_.set_base(0, 0, 0);
    walker_.set_state(from);  // of what is open there, all begins at the base
    Scan result;
    std::uint64_t reached = 0;
    // The fast path leaves an element that ends right at the window's end; asked again with that
    // element first, the walker goes the general way.
    for (;;) {
        result.stop =
            walker_.walk(bytes.substr(static_cast<std::size_t>(result.consumed)), is_last);
        const std::size_t done = walker_.consumed();
        reached = result.consumed + walker_.reached();
        result.consumed += done;
        // Where it rested at their end the walk has not looked behind yet.
        const bool is_done = result.consumed == bytes.size() && !walker_.rests();
        result.rests = rest == Rest::yes && walker_.rests() && result.consumed < bytes.size();
        if (result.stop != schema::Stop::need_more || done == 0 || result.rests || is_done) break;
    }
    result.boundary = walker_.boundary();
    result.marks.swap(walker_.marks());
    result.findings.swap(walker_.findings());
    result.dirty = walker_.dirty();
    walker_.clear_marks();
    marks_before_ = result.marks.size();
    walker_.clear_findings();
    if (result.stop != schema::Stop::malformed) result.exit = walker_.state();
    divide(result, plan_, bytes, inside, reached);
    // The state is the one behind the last token, and of a record that goes on no value is wanted.
    if (result.record_open) result.consumed = reached;
    if (!plan_.layout && all != nullptr && result.consumed == bytes.size())
        result.extent = measure(bytes, *all);
    else if (!plan_.layout)
        result.extent = measure(bytes.substr(0, static_cast<std::size_t>(result.consumed)));
    return result;
}

}  // namespace parse
