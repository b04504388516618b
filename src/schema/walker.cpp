#include "schema/walker.hpp"

#include <algorithm>
#include <iterator>

#include "core/ensure.hpp"
#include "schema/schema_impl.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

using xml::Token;

std::string text_of(std::string_view raw) {
    std::string out;
    xml::append_content(raw, out);
    return out;
}

Walker::Walker(std::shared_ptr<const Schema> schema, Watch watch, WalkOptions options)
    : impl_(std::make_unique<Impl>(std::move(schema), std::move(watch), options)) {}
Walker::~Walker() = default;
Walker::Walker(Walker&&) noexcept = default;
Walker& Walker::operator=(Walker&&) noexcept = default;

void Walker::set_state(const State& state) {
    impl_->set_state(state);
}
State Walker::state() const {
    return impl_->state();
}
Stop Walker::walk(std::string_view bytes, bool is_last) {
    return impl_->walk(bytes, is_last);
}
std::size_t Walker::consumed() const {
    return impl_->consumed;
}
std::size_t Walker::reached() const {
    return impl_->reached;
}
std::vector<Mark>& Walker::marks() {
    return impl_->marks;
}
void Walker::clear_marks() {
    impl_->marks.clear();
}
std::vector<core::Finding>& Walker::findings() {
    return impl_->findings;
}
std::uint64_t Walker::findings_dropped() const {
    return impl_->dropped;
}
std::uint64_t Walker::boundary() const {
    return impl_->boundary;
}
bool Walker::rests() const {
    return impl_->rests;
}
bool Walker::dirty() const {
    return impl_->dirty;
}
std::uint64_t Walker::elements_fast() const {
    return impl_->elements_fast;
}
std::uint64_t Walker::elements_general() const {
    return impl_->elements_general;
}

void Walker::set_base(std::uint64_t base, std::uint64_t line, std::uint64_t column) {
    impl_->base = impl_->processed = impl_->boundary = base;
    impl_->given_back = no_offset;
    impl_->line = line;
    impl_->column = column;
}

void Walker::clear_findings() {
    impl_->serial_base += impl_->findings.size();
    impl_->findings.clear();
    impl_->dropped = 0;
}

namespace {

// What is over a limit of the job is a finding about its element, and reading goes on; only far
// above does the scanner stop, so that what is kept of one start tag or of ancestors is bounded.
constexpr std::uint64_t name_bytes_hard = 64ULL << 10;
constexpr std::uint32_t depth_hard = 10'000, attributes_hard = 10'000;

xml::ScanOptions scan_options(const WalkOptions& options) {
    xml::ScanOptions scan;
    scan.allow_doctype = options.allow_doctype;
    scan.limits.text_bytes_max = options.limits.text_bytes_max;
    scan.limits.name_bytes_max = std::max(options.limits.name_bytes_max, name_bytes_hard);
    scan.limits.depth_max = std::max(options.limits.depth_max, depth_hard);
    scan.limits.attributes_max = std::max(options.limits.attributes_max, attributes_hard);
    return scan;
}

}  // namespace

Walker::Impl::Impl(std::shared_ptr<const Schema> schema_, Watch watch_, WalkOptions options_)
    : schema(std::move(schema_)),
      watch(std::move(watch_)),
      options(options_),
      scanner(scan_options(options_)) {
    if (schema != nullptr && options.validate) {
        components = &schema->components;
        program = schema->program.get();
        names_known = static_cast<Id>(program->names().size());
        fast_history.resize(components->elements.size());
        identifier_types.resize(components->types.size());
        if (options.fast) fast = make_fast_path(schema, watch, options.limits);
    }
    watch_entries.resize(watch.size());
    for (std::uint32_t i = 1; i < watch.size(); ++i) {
        watch_entries[i].name = intern(watch[i].space, watch[i].local);
        watch_entries[watch[i].parent].children.push_back(i);
        if (!watch[i].record) continue;
        any_record = true;
        for (std::uint32_t up = watch[i].parent; up != 0; up = watch[up].parent)
            watch_entries[up].holds_record = true;
    }
}

Stop Walker::Impl::walk(std::string_view bytes, bool is_last) {
    consumed = 0;
    rests = false;
    if (stopped == Stop::end || stopped == Stop::malformed) return stopped;
    findings.insert(findings.end(), std::make_move_iterator(held.begin()),
                    std::make_move_iterator(held.end()));
    held.clear();
    const auto done = static_cast<std::size_t>(processed - base);
    ENSURE(done <= bytes.size());
    window_begin = bytes.data();
    window_end = window_begin + bytes.size();
    window_last = is_last;
    anchor = window_begin;
    anchor_line = line;
    anchor_column = column;
    scanner.window(window_begin + done, window_end, is_last);
    for (;;) {
        switch (scanner.next()) {
            case Token::start:
                on_start();
                if (gives_back || rests) return suspend();
                break;
            case Token::end:
                on_end();
                if (rests) return suspend();
                break;
            case Token::text:
                on_text();
                break;
            case Token::comment:
            case Token::instruction:
                on_comment();
                break;
            case Token::declaration:
            case Token::doctype:
                break;
            case Token::need_more:
                return suspend();
            case Token::finish:
                finish_document();
                consumed = reached = bytes.size();
                return stopped = Stop::end;
            case Token::error:
                return on_error();
        }
    }
}

// The window is used up: what must live on leaves it.
Stop Walker::Impl::suspend() {
    gives_back = false;
    processed = offset_of(scanner.position());
    std::uint64_t keep = processed;
    if (depth != 0) {
        Frame& top = frames[depth - 1];
        // Only the innermost watched value can still be needed as bytes.
        for (std::size_t i = 0; i < depth; ++i) {
            const Frame& frame = frames[i];
            if (frame.watch != no_id && watch[frame.watch].value && frame.content_begin < keep)
                keep = frame.content_begin;
        }
        keep = std::max(keep, base);
        if (top.collects) {
            if (!is_gathered && !piece.empty()) {
                gathered.assign(piece);
                is_gathered = true;
            }
            if (!value_place_known && value_begin < keep && options.findings) {
                value_place = place_of(value_begin);
                value_place_known = true;
            }
        }
    }
    if (!any_record && !findings.empty()) hold_back();
    consumed = static_cast<std::size_t>(keep - base);
    reached = static_cast<std::size_t>(processed - base);
    if (line != 0) {
        advance_lines(window_begin + consumed);
        line = anchor_line;
        column = anchor_column;
    }
    base = keep;
    return Stop::need_more;
}

// Findings that may still change (something missing may yet come) are not given out: what is found
// must not depend on the windows. With records watched a window is a whole number of records.
void Walker::Impl::hold_back() {
    constexpr std::size_t held_max = 4096;
    std::uint64_t first = no_serial;
    for (std::size_t i = 0; i < depth; ++i)
        for (const Jump& jump : frames[i].jumps)
            for (const std::uint64_t serial : jump.serials)
                if (serial >= serial_base) first = std::min(first, serial);
    if (first == no_serial || serial_base + findings.size() - first > held_max) return;
    const auto from = findings.begin() + static_cast<std::ptrdiff_t>(first - serial_base);
    held.assign(std::make_move_iterator(from), std::make_move_iterator(findings.end()));
    findings.erase(from, findings.end());
}

Stop Walker::Impl::on_error() {
    const xml::ScanError& error = scanner.error();
    const char* at = error.at;
    if (at < window_begin || at > window_end) at = window_begin;
    processed = offset_of(at);
    consumed = reached = static_cast<std::size_t>(at - window_begin);
    mark_invalid();
    dirty = true;
    core::Finding finding;
    finding.code = "ACRF-102";
    finding.reason = error.reason;
    finding.details = error.details;
    finding.place = place_of(processed);
    finding.path = path_of(depth);
    if (depth != 0) finding.element = local_of(frames[depth - 1]);
    findings.push_back(std::move(finding));
    return stopped = Stop::malformed;
}

void Walker::Impl::on_start() {
    const Id name = intern(scanner.name());
    const std::uint32_t above = depth == 0 ? 0 : frames[depth - 1].watch;
    const std::uint32_t node = watch.empty() || above == no_id ? no_id : watched_child(above, name);
    const auto& attributes = scanner.attributes();
    const bool binds = std::any_of(attributes.begin(), attributes.end(),
                                   [](const xml::TagAttribute& each) { return each.namespaces; });
    if (fast != nullptr && !binds) {
        const Id declaration =
            depth == 0 ? program->global_element(name) : probe(frames[depth - 1], name);
        if (may_go_fast(declaration, node)) {
            const FastResult result = try_fast(declaration, node);
            if (result == FastResult::window) return;
            if (result == FastResult::accepted) {
                if (depth != 0) {
                    step(frames[depth - 1], name);
                    frames[depth - 1].has_children = true;
                    count_child(frames[depth - 1], name);
                }
                if (node != no_id && watch[node].record) close_findings();
                return;
            }
        }
    }
    ++elements_general;
    Child child;
    std::uint64_t position = 1;
    if (depth == 0) {
        if (program != nullptr) child = root_child(name);
    } else {
        Frame& parent = frames[depth - 1];
        if (parent.mode != Mode::skip) child = step(parent, name);
        parent.has_children = true;
        parent.literal = false;
        position = count_child(parent, name);
    }
    const std::string_view qname = scanner.name().qname;
    // Out of an entity: the tag itself is not in the window.
    const std::size_t tag_size =
        scanner.expanded() ? qname.size() + 1
                           : static_cast<std::size_t>(scanner.token_end() - scanner.token_begin());
    push(name, position, {qname.data() - 1, tag_size});
    Frame& frame = frames[depth - 1];
    frame.begin = offset_of(scanner.token_begin());
    frame.content_begin = offset_of(scanner.token_end());
    frame.watch = node;
    if (node != no_id && watch[node].record && record_depth == 0) {
        record_depth = depth;
        record_valid = true;
        frame.record = true;
        kept = 0;
    } else if (!any_record && depth == 2) {
        kept = 0;
    }
    if (node != no_id) mark_start(frame);
    frame.mode = child.mode;
    frame.declaration = child.declaration;
    check_limits(frame);
    if (child.mode != Mode::skip) begin_validation(frame, child);
}

// One finding for each limit that this start tag passes.
void Walker::Impl::check_limits(const Frame& frame) {
    const auto over = [&](const char* limit, std::uint64_t most) {
        if (core::Finding* finding = wrong_element(core::Reason::limit, "093", frame.begin))
            finding->details = {limit, std::to_string(most)};
    };
    const Limits& limits = options.limits;
    // Said where it begins; deeper still is the same fault.
    if (depth == std::uint64_t{limits.depth_max} + 1) over("depth_max", limits.depth_max);
    const auto& attributes = scanner.attributes();
    if (attributes.size() > limits.attributes_max) over("attributes_max", limits.attributes_max);
    if (scanner.name().qname.size() > limits.name_bytes_max ||
        std::any_of(attributes.begin(), attributes.end(), [&](const xml::TagAttribute& each) {
            return each.name.qname.size() > limits.name_bytes_max;
        }))
        over("name_bytes_max", limits.name_bytes_max);
}

void Walker::Impl::mark_start(Frame& frame) {
    const std::uint32_t node = frame.watch;
    const std::uint64_t begin = frame.begin, end = frame.content_begin;
    marks.push_back({Mark::Kind::enter, node, 0, true, true, begin, end});
    const auto& wanted = watch[node].attributes;
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
        for (const xml::TagAttribute& attribute : scanner.attributes()) {
            if (attribute.namespaces || attribute.name.local != wanted[i].second ||
                attribute.name.space != wanted[i].first)
                continue;
            const std::uint64_t at = offset_of(attribute.raw.data());
            marks.push_back({Mark::Kind::attribute, node, i, attribute.literal, true, at,
                             at + attribute.raw.size()});
        }
    }
}

void Walker::Impl::mark_end(Frame& frame) {
    const std::uint64_t begin = offset_of(scanner.token_begin());
    const std::uint64_t end = offset_of(scanner.token_end());
    const std::uint32_t node = frame.watch;
    if (watch[node].value) {
        const std::uint64_t stop = std::max(frame.content_begin, begin);  // <a/>: empty
        marks.push_back(
            {Mark::Kind::value, node, 0, frame.literal, true, frame.content_begin, stop});
    }
    marks.push_back(
        {Mark::Kind::leave, node, 0, true, frame.record ? record_valid : true, begin, end});
}

void Walker::Impl::on_end() {
    Frame& frame = frames[depth - 1];
    if (frame.mode != Mode::skip) end_validation(frame);
    if (frame.watch != no_id) mark_end(frame);
    const bool ends_record = frame.record;
    if (ends_record) {
        record_depth = 0;
        record_valid = true;
    }
    const bool may_cut =
        ends_record || (frame.watch != no_id && watch_entries[frame.watch].holds_record);
    pop();
    if (may_cut) close_findings();
}

// Behind a record or what holds records a slice may end. What is said of elements that are open
// does not depend on whether one does.
void Walker::Impl::close_findings() {
    kept = 0;
    boundary = offset_of(scanner.position());
    for (std::size_t i = 0; i < depth; ++i) frames[i].jumps.clear();
    rests = options.rest_at_findings > 0 && findings.size() >= options.rest_at_findings;
}

void Walker::Impl::on_comment() {
    if (depth != 0) frames[depth - 1].literal = false;
}

}  // namespace schema
