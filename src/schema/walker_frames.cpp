// Open elements, and the names in them.
#include "schema/schema_impl.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

Id Walker::Impl::intern(std::string_view space, std::string_view local) {
    if (program != nullptr) {
        const Id known = program->names().find(space, local);
        if (known != no_id) return known;
    }
    // Names that the schema does not know come from the data: only so many are told apart.
    constexpr std::size_t names_max = 65536;
    const Id found = extra_names.find(space, local);
    if (found != no_id) return names_known + found;
    if (extra_names.size() >= names_max) return names_known + extra_names.add("", "?");
    return names_known + extra_names.add(space, local);
}

Id Walker::Impl::intern(const xml::QName& name) {
    return intern(name.space, name.local);
}

const ExpandedName& Walker::Impl::name_of(Id name) const {
    return name < names_known ? program->names().name(name) : extra_names.name(name - names_known);
}

std::uint64_t Walker::Impl::count_child(Frame& parent, Id name) {
    const std::uint64_t bit = 1ULL << (name & 63U);
    if ((parent.children_mask & bit) != 0) {
        for (std::size_t i = children.size(); i-- > parent.children;)
            if (children[i].name == name) return ++children[i].count;
    }
    parent.children_mask |= bit;
    children.push_back({name, 1});
    return 1;
}

std::uint64_t Walker::Impl::count_of(const Frame& parent, Id name) const {
    for (std::size_t i = children.size(); i-- > parent.children;)
        if (children[i].name == name) return children[i].count;
    return 0;
}

std::uint32_t Walker::Impl::watched_child(std::uint32_t node, Id name) const {
    for (const std::uint32_t child : watch_entries[node].children)
        if (watch_entries[child].name == name) return child;
    return no_id;
}

void Walker::Impl::push(Id name, std::uint64_t position, std::string_view tag) {
    if (frames.size() == depth) frames.emplace_back();
    Frame& frame = frames[depth++];
    std::vector<std::uint8_t> seen = std::move(frame.seen);
    std::vector<Jump> jumps = std::move(frame.jumps);
    frame = Frame{};
    seen.clear();
    jumps.clear();
    frame.seen = std::move(seen);
    frame.jumps = std::move(jumps);
    frame.name = name;
    frame.position = position;
    frame.children = static_cast<std::uint32_t>(children.size());
    const xml::QName& qname = scanner.name();
    frame.tag_begin = static_cast<std::uint32_t>(tags.size());
    frame.tag_size = static_cast<std::uint32_t>(tag.size());
    frame.name_size = static_cast<std::uint32_t>(qname.qname.size());
    frame.local_begin = static_cast<std::uint32_t>(qname.local.data() - qname.qname.data());
    tags.append(tag);
}

void Walker::Impl::pop() {
    Frame& frame = frames[depth - 1];
    children.resize(frame.children);
    tags.resize(frame.tag_begin);
    --depth;
}

}  // namespace schema
