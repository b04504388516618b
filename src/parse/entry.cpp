#include "parse/entry.hpp"

#include <algorithm>

#include "parse/wire.hpp"

namespace parse {

namespace {

constexpr std::uint64_t format_version = 1;

void put_level(std::string& out, const Level& level) {
    wire::put(out, level.instance);
    wire::put(out, level.tag);
    wire::put(out, level.before);
    wire::put(out, std::uint64_t{level.recounts.size()});
    for (const RecountSpan& span : level.recounts) {
        wire::put(out, std::uint64_t{span.recount});
        wire::put(out, span.begin);
        wire::put(out, span.end);
    }
    wire::put(out, std::uint64_t{level.before_complete});
    wire::put(out, level.path);
    wire::put(out, level.children);
}

Level get_level(wire::Reader& in) {
    Level level;
    level.instance = in.number();
    level.tag = in.text();
    level.before = in.text();
    level.recounts.resize(in.count());
    for (RecountSpan& span : level.recounts) {
        span.recount = static_cast<std::uint32_t>(in.number());
        span.begin = in.number();
        span.end = in.number();
    }
    level.before_complete = in.flag();
    level.path = in.text();
    level.children = in.number();
    return level;
}

void put_value(std::string& out, const ContextValue& value) {
    wire::put(out, std::uint64_t{value.present});
    wire::put(out, value.text);
    wire::put(out, value.offset);
    wire::put(out, value.line);
    wire::put(out, value.column);
}

ContextValue get_value(wire::Reader& in) {
    ContextValue value;
    value.present = in.flag();
    value.text = in.text();
    value.offset = in.number();
    value.line = in.number();
    value.column = in.number();
    return value;
}

void put_said(std::string& out, const core::Finding& said) {
    wire::put(out, static_cast<std::uint64_t>(said.reason));
    wire::put(out, std::uint64_t{said.details.size()});
    for (const std::string& detail : said.details) wire::put(out, detail);
    wire::put(out, said.path);
}

core::Finding get_said(wire::Reader& in) {
    core::Finding said;
    said.reason = static_cast<core::Reason>(in.number());
    said.details.resize(in.count());
    for (std::string& detail : said.details) detail = in.text();
    said.path = in.text();
    return said;
}

}  // namespace

bool is_without_records(const std::vector<Level>& levels, std::size_t level) {
    for (std::size_t i = level; i + 1 < levels.size(); ++i)
        if (levels[i].children > 1) return false;
    return levels.back().children == 0;
}

std::string Entry::save() const {
    std::string out;
    wire::put(out, format_version);
    for (std::uint64_t number :
         {std::uint64_t{part}, delivered, line, column, documents, records,
          std::uint64_t{in_document}, std::uint64_t{at_end}, oversize, carry})
        wire::put(out, number);
    wire::put(out, std::uint64_t{instances.size()});
    for (std::uint64_t count : instances) wire::put(out, count);
    wire::put(out, state.save());
    wire::put(out, std::uint64_t{levels.size()});
    for (const Level& level : levels) put_level(out, level);
    wire::put(out, std::uint64_t{values.size()});
    for (const ContextValue& value : values) put_value(out, value);
    wire::put(out, query_state);
    wire::put(out, reader_state);
    const bool more = gap_bytes + gap_recounts > 0 || rested ||
                      std::any_of(levels.begin(), levels.end(),
                                  [](const Level& level) { return level.carried > 0; });
    if (!said.empty() || more) wire::put(out, std::uint64_t{said.size()});
    for (const core::Finding& one : said) put_said(out, one);
    if (!more) return out;
    wire::put(out, gap_bytes);
    wire::put(out, gap_recounts);
    wire::put(out, std::uint64_t{rested});
    for (const Level& level : levels) wire::put(out, level.carried);
    return out;
}

Entry Entry::restore(std::string_view bytes) {
    wire::Reader in(bytes);
    Entry entry;
    if (in.number() != format_version)
        throw core::Fault(core::FaultKind::integrity, "restore", "the place to go on from",
                          "it was saved by another version of the program",
                          "finish the run with the program that began it");
    entry.part = static_cast<std::uint32_t>(in.number());
    entry.delivered = in.number();
    entry.line = in.number();
    entry.column = in.number();
    entry.documents = in.number();
    entry.records = in.number();
    entry.in_document = in.flag();
    entry.at_end = in.flag();
    entry.oversize = in.number();
    entry.carry = in.number();
    entry.instances.resize(in.count());
    for (std::uint64_t& count : entry.instances) count = in.number();
    entry.state = schema::State::restore(in.text());
    entry.levels.resize(in.count());
    for (Level& level : entry.levels) level = get_level(in);
    entry.values.resize(in.count());
    for (ContextValue& value : entry.values) value = get_value(in);
    entry.query_state = in.text();
    entry.reader_state = in.text();
    if (!in.done()) entry.said.resize(in.count());
    for (core::Finding& one : entry.said) one = get_said(in);
    if (!in.done()) {
        entry.gap_bytes = in.number();
        entry.gap_recounts = in.number();
        entry.rested = in.flag();
        for (Level& level : entry.levels) level.carried = in.number();
    }
    return entry;
}

Entry Entry::next_part() const {
    Entry next;
    next.part = part + 1;
    next.documents = documents;
    next.records = records;
    next.instances = instances;
    return next;
}

}  // namespace parse
