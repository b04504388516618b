// Places, paths and findings of the walker.
#include <algorithm>

#include "core/count_bytes.hpp"
#include "schema/schema_impl.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

using Impl = Walker::Impl;

namespace {

struct Lines {
    std::uint64_t count = 0;
    const char* last = nullptr;  // behind the last line end, or null
};

// \n, \r\n and a lone \r each end a line. `stop` may be followed by more bytes up to `end`.
Lines count_lines(const char* p, const char* stop, const char* end) {
    const std::string_view text(p, static_cast<std::size_t>(stop - p));
    Lines lines;
    lines.count = core::count_bytes(text, '\n');
    std::size_t last = lines.count != 0 ? text.rfind('\n') + 1 : 0;
    for (std::size_t at = text.find('\r'); at != std::string_view::npos;
         at = text.find('\r', at + 1)) {
        if (p + at + 1 != end && p[at + 1] == '\n') continue;
        ++lines.count;
        last = std::max(last, at + 1);
    }
    if (lines.count != 0) lines.last = p + last;
    return lines;
}

}  // namespace

void Impl::advance_lines(const char* to) {
    if (to < anchor) {  // seldom: a place before the last one
        anchor = window_begin;
        anchor_line = line;
        anchor_column = column;
    }
    const Lines lines = count_lines(anchor, to, window_end);
    const char* from = anchor;
    if (lines.count != 0) {
        anchor_line += lines.count;
        anchor_column = 1;
        from = lines.last;
    } else if (base + static_cast<std::uint64_t>(anchor - window_begin) == 0 &&
               std::string_view(anchor, static_cast<std::size_t>(to - anchor)).substr(0, 3) ==
                   "\xEF\xBB\xBF") {
        from += 3;  // the byte order mark takes no column
    }
    anchor_column += core::count_characters({from, static_cast<std::size_t>(to - from)});
    anchor = to;
}

core::Place Impl::place_of(std::uint64_t offset) {
    core::Place place;
    place.offset = offset;
    if (line == 0) {
        place.line = place.column = 0;
        return place;
    }
    const std::uint64_t last = offset_of(window_end);
    advance_lines(window_begin + (std::clamp(offset, base, last) - base));
    place.line = anchor_line;
    place.column = anchor_column;
    return place;
}

std::string_view Impl::qname_of(const Frame& frame) const {
    return std::string_view(tags).substr(frame.tag_begin + 1, frame.name_size);
}

std::string_view Impl::local_of(const Frame& frame) const {
    return qname_of(frame).substr(frame.local_begin);
}

std::string Impl::step_of(const Frame& frame) const {
    std::string step = "/";
    step.append(qname_of(frame));
    return step + "[" + std::to_string(frame.position) + "]";
}

std::string Impl::path_of(std::size_t until) const {
    std::string path;
    for (std::size_t i = 0; i < until; ++i) path += step_of(frames[i]);
    return path;
}

void Impl::mark_invalid() {
    if (record_depth != 0) {
        record_valid = false;
    } else {
        dirty = true;
    }
}

core::Finding* Impl::wrong(core::Reason reason, const char* ccc, std::string_view zone,
                           std::uint64_t offset) {
    mark_invalid();
    if (!options.findings) return nullptr;
    if (kept >= options.limits.findings_per_element_max) {
        ++dropped;
        return nullptr;
    }
    ++kept;
    core::Finding& finding = findings.emplace_back();
    finding.code.assign(zone.empty() ? "00000" : zone).append("-").append(ccc);
    finding.reason = reason;
    finding.place = place_of(offset);
    return &finding;
}

core::Finding* Impl::finding_of(std::uint64_t serial) {
    if (serial < serial_base || serial - serial_base >= findings.size()) return nullptr;
    return &findings[serial - serial_base];
}

// Serials of later findings shift: only used for findings of one group, last one first.
void Impl::drop_finding(std::uint64_t serial) {
    if (finding_of(serial) == nullptr) return;
    findings.erase(findings.begin() + static_cast<std::ptrdiff_t>(serial - serial_base));
    for (std::size_t i = 0; i < depth; ++i) {
        for (Jump& jump : frames[i].jumps) {
            for (std::uint64_t& each : jump.serials)
                if (each > serial && each != no_serial) --each;
        }
    }
    if (kept != 0) --kept;
}

core::Finding* Impl::wrong_element(core::Reason reason, const char* ccc, std::uint64_t offset) {
    const Frame& frame = frames[depth - 1];
    std::string_view zone;
    if (frame.declaration != no_id) zone = components->elements[frame.declaration].zone;
    core::Finding* finding = wrong(reason, ccc, zone, offset);
    if (finding == nullptr) return nullptr;
    finding->path = path_of(depth);
    finding->element = local_of(frame);
    return finding;
}

core::Finding* Impl::wrong_attribute(core::Reason reason, const char* ccc, std::string_view name,
                                     std::string_view zone, std::uint64_t offset) {
    const Frame& frame = frames[depth - 1];
    if (zone.empty() && frame.declaration != no_id)
        zone = components->elements[frame.declaration].zone;
    core::Finding* finding = wrong(reason, ccc, zone, offset);
    if (finding == nullptr) return nullptr;
    finding->element.assign("@").append(name);
    finding->path = path_of(depth) + "/" + finding->element;
    return finding;
}

core::Finding* Impl::wrong_child(core::Reason reason, const char* ccc, Id name,
                                 std::string_view qname, std::string_view zone,
                                 std::uint64_t offset) {
    core::Finding* finding = wrong(reason, ccc, zone, offset);
    if (finding == nullptr) return nullptr;
    const std::uint64_t before = depth == 0 ? 0 : count_of(frames[depth - 1], name);
    finding->element = name_of(name).local;
    finding->path = path_of(depth) + "/";
    finding->path.append(qname) += "[" + std::to_string(before + 1) + "]";
    return finding;
}

void Impl::set_value(core::Finding* finding, std::string_view value) const {
    constexpr std::size_t points_max = 100;
    if (finding == nullptr) return;
    std::size_t points = 0, bytes = 0;
    for (; bytes < value.size(); ++bytes) {
        if ((static_cast<unsigned char>(value[bytes]) & 0xC0U) != 0x80U && ++points > points_max)
            break;
    }
    finding->value.assign(value.substr(0, bytes));
}

}  // namespace schema
