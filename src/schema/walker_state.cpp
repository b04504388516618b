// The state of a walk, taken and set.
#include <algorithm>
#include <map>

#include "core/ensure.hpp"
#include "schema/schema_impl.hpp"
#include "schema/state_bytes.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

using Impl = Walker::Impl;

State Impl::state() const {
    State state;
    state.root_seen = scanner.root_seen();
    state.begun = !scanner.in_document_start();
    state.extra = save_tables();
    state.findings = kept;
    for (std::size_t i = 0; i < depth; ++i) {
        const Frame& frame = frames[i];
        OpenElement& element = state.open.emplace_back();
        element.start_tag = tags.substr(frame.tag_begin, frame.tag_size);
        const ExpandedName name = name_of(frame.name);
        element.name = "{" + name.space + "}" + name.local;
        element.declaration = frame.declaration;
        element.type = frame.type;
        element.state = frame.state;
        element.position = frame.position;
        element.watch = frame.watch;
        if (frame.model != nullptr && frame.model->kind != ModelKind::none &&
            frame.model->kind != ModelKind::referee) {
            const ContentState& content_state = program->state(frame.state);
            if (content_state.min != 0 || content_state.max > 1) {
                element.counter = frame.counter;
                element.counter_min = content_state.min;
                element.counter_max = content_state.max;
            }
        }
        const std::size_t end = i + 1 < depth ? frames[i + 1].children : children.size();
        for (std::size_t child = frame.children; child < end; ++child) {
            const ExpandedName child_name = name_of(children[child].name);
            element.children.emplace_back("{" + child_name.space + "}" + child_name.local,
                                          children[child].count);
        }
        element.extra = save_frame(frame, i + 1 == depth);
    }
    return state;
}

std::string Impl::save_frame(const Frame& frame, bool innermost) const {
    StateWriter out;
    out.number(static_cast<std::uint64_t>(frame.mode));
    unsigned flags = 0;
    const auto put = [&flags](bool flag) { flags = flags << 1U | (flag ? 1U : 0U); };
    for (const bool flag : {frame.nil, frame.has_children, frame.has_text, frame.text_reported,
                            frame.collects, frame.over_limit, frame.literal, frame.record})
        put(flag);
    out.number(flags);
    out.number(frame.unknown_credit);
    out.text({reinterpret_cast<const char*>(frame.seen.data()), frame.seen.size()});
    const bool text = innermost && frame.collects;
    out.text(!text ? std::string_view{} : is_gathered ? std::string_view(gathered) : piece);
    return out.take();
}

void Impl::load_frame(Frame& frame, std::string_view bytes) {
    StateReader in(bytes);
    frame.mode = static_cast<Mode>(in.number());
    auto flags = static_cast<unsigned>(in.number());
    const auto get = [&flags](bool& flag) {
        flag = (flags & 1U) != 0;
        flags >>= 1U;
    };
    for (bool* flag : {&frame.record, &frame.literal, &frame.over_limit, &frame.collects,
                       &frame.text_reported, &frame.has_text, &frame.has_children, &frame.nil})
        get(*flag);
    frame.unknown_credit = in.id();
    const std::string_view seen = in.text();
    frame.seen.assign(seen.begin(), seen.end());
    if (!frame.collects) return;
    gathered = in.text();
    is_gathered = true;
    value_begin = processed;
    value_place_known = false;
}

// Identifiers and keys that the rest of the document may have to be compared with.
std::string Impl::save_tables() const {
    const IdentityTables& tables = identity;
    if (tables.ids.empty() && tables.idrefs.empty() && tables.scopes.empty()) return {};
    StateWriter out;
    const auto references = [&out](const auto& each) {
        out.text(each.key);
        out.number(each.place.offset);
        out.number(each.place.line);
        out.number(each.place.column);
        out.text(each.path);
        out.text(each.element);
    };
    const auto sorted = [&out](const std::unordered_set<std::string>& set) {
        std::vector<std::string> texts(set.begin(), set.end());
        std::sort(texts.begin(), texts.end());
        out.number(texts.size());
        for (const std::string& text : texts) out.text(text);
    };
    out.number(tables.full ? 1 : 0);
    out.number(tables.bytes);
    sorted(tables.ids);
    out.number(tables.idrefs.size());
    for (const auto& each : tables.idrefs) references(each.second);
    out.number(tables.scopes.size());
    for (const IdentityScope& scope : tables.scopes) {
        out.number(scope.constraint->id);
        out.number(scope.depth);
        sorted(scope.keys);
        out.number(scope.references.size());
        for (const auto& each : scope.references) references(each);
        out.number(scope.available.size());
        for (const auto& [key, count] : scope.available) {
            out.text(key);
            out.number(count);
        }
        out.number(scope.rows.size());
        for (const IdentityRow& row : scope.rows) {
            out.number(row.depth);
            out.number(row.bad ? 1 : 0);
            out.number(row.place.offset);
            out.number(row.place.line);
            out.number(row.place.column);
            out.number(row.keys.size());
            for (const auto& key : row.keys) {
                out.number(key.has_value() ? 1 : 0);
                out.text(key.has_value() ? *key : std::string{});
            }
        }
    }
    return out.take();
}

void Impl::load_tables(std::string_view bytes) {
    identity = {};
    if (bytes.empty()) return;
    StateReader in(bytes);
    const auto reference = [&in] {
        IdentityReference each;
        each.key = in.text();
        each.place = {in.number(), 0, 0};
        each.place.line = in.number();
        each.place.column = in.number();
        each.path = in.text();
        each.element = in.text();
        return each;
    };
    const auto set = [&in](std::unordered_set<std::string>& texts) {
        for (std::uint64_t left = in.number(); left != 0 && !in.empty(); --left)
            texts.emplace(in.text());
    };
    identity.full = in.flag();
    identity.bytes = in.number();
    set(identity.ids);
    for (std::uint64_t left = in.number(); left != 0 && !in.empty(); --left) {
        IdentityReference each = reference();
        std::string key = each.key;
        identity.idrefs.emplace(std::move(key), std::move(each));
    }
    for (std::uint64_t left = in.number(); left != 0 && !in.empty(); --left) {
        IdentityScope& scope = identity.scopes.emplace_back();
        scope.constraint = &components->constraints[in.id()];
        scope.depth = in.number();
        set(scope.keys);
        for (std::uint64_t n = in.number(); n != 0 && !in.empty(); --n)
            scope.references.push_back(reference());
        for (std::uint64_t n = in.number(); n != 0 && !in.empty(); --n) {
            std::string key(in.text());
            scope.available[std::move(key)] = in.id();
        }
        for (std::uint64_t n = in.number(); n != 0 && !in.empty(); --n) {
            IdentityRow& row = scope.rows.emplace_back();
            row.depth = in.number();
            row.bad = in.flag();
            row.place.offset = in.number();
            row.place.line = in.number();
            row.place.column = in.number();
            row.keys.resize(in.number());
            for (auto& key : row.keys) {
                const bool has = in.flag();
                const std::string_view text = in.text();
                if (has) key = std::string(text);
            }
        }
    }
}

void Impl::set_state(const State& state) {
    scanner.reset();
    depth = 0;
    tags.clear();
    children.clear();
    marks.clear();
    serial_base += findings.size();
    findings.clear();
    held.clear();
    dropped = 0;
    piece = {};
    gathered.clear();
    is_gathered = false;
    record_depth = 0;
    record_valid = true;
    dirty = false;
    kept = static_cast<std::uint32_t>(state.findings);
    stopped = Stop::need_more;
    given_back = no_offset;
    processed = base;
    for (const OpenElement& element : state.open) {
        ENSURE(scanner.enter(element.start_tag));
        push(intern(scanner.name()), element.position, element.start_tag);
        Frame& frame = frames[depth - 1];
        frame.begin = frame.content_begin = processed;
        frame.declaration = element.declaration;
        frame.type = element.type;
        if (program != nullptr && frame.type != no_id) frame.model = &program->model(frame.type);
        frame.state = element.state;
        frame.counter = element.counter;
        frame.watch = element.watch;
        for (const auto& [name, count] : element.children) {
            const std::size_t close = std::min(name.find('}'), name.size() - 1);
            const Id id = intern(std::string_view(name).substr(1, close - 1),
                                 std::string_view(name).substr(close + 1));
            children.push_back({id, count});
            frame.children_mask |= 1ULL << (id & 63U);
        }
        load_frame(frame, element.extra);
        if (frame.record) record_depth = depth;
    }
    if (state.open.empty() && (state.begun || state.root_seen))
        scanner.set_root_seen(state.root_seen);
    load_tables(state.extra);
}

}  // namespace schema
