#pragma once
// The hook of the fast path in the walker: one whole element, accepted or left alone. What stands
// behind it is specialised to the schema; the walker knows only this.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/components.hpp"
#include "schema/walker.hpp"

namespace schema {

class Schema;

// The namespace bindings in scope, innermost last; a later one hides an earlier one of the same
// prefix. The default namespace has the prefix "", and is "" when there is none. `version` changes
// whenever the bindings do: compare it to keep what was derived from them.
struct Binding {
    std::string_view prefix, space;
};
struct Bindings {
    const Binding* begin = nullptr;
    std::size_t count = 0;
    std::uint64_t version = 0;
};

enum class FastResult : std::uint8_t {
    accepted,  // valid, well-formed, within the limits: `p` is behind its end tag
    refused,   // anything else: `p` and the marks are as they were; the general path decides
    window,    // the bytes end before the element does: as refused
};

class FastPath {
  public:
    virtual ~FastPath() = default;
    // Whether elements of this declaration (with its declared type) can ever be accepted. Types
    // that hold ID, IDREF(S), ENTITY or identity constraints cannot.
    virtual bool knows(Id declaration) const = 0;
    // `p` is at the '<' of a start tag that the content model allows as `declaration`. `watch` is
    // the Watch node of this element or no_id; its marks and those below are appended in document
    // order, enter and leave of the element itself included. Offsets in marks are `base` + distance
    // from `origin`. `depth` is that of the element (the root has 1); Limits hold inside. `again`:
    // the last call was for this element and said `window`; its bytes are the same, with more
    // behind.
    virtual FastResult try_element(Id declaration, const Bindings& bindings, const char*& p,
                                   const char* end, std::uint32_t watch, std::uint32_t depth,
                                   const char* origin, std::uint64_t base, bool again,
                                   std::vector<Mark>& marks) = 0;
};

// One per walker; null where nothing of the schema can go fast.
std::unique_ptr<FastPath> make_fast_path(std::shared_ptr<const Schema> schema, const Watch& watch,
                                         const Limits& limits);

}  // namespace schema
