#pragma once
// Walks XML bytes (UTF-8) over a compiled Schema: well-formedness, namespaces, limits and validity
// in one pass, with findings, and with marks where watched elements begin and end. One general path
// knows everything; at any start tag it may hand the whole element to the fast path, which only
// ever accepts and has no side effects but marks. One Walker per thread.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"

namespace schema {

class Schema;

struct Limits {
    std::uint64_t text_bytes_max = 8ULL << 20;
    std::uint64_t name_bytes_max = 1024;
    std::uint32_t depth_max = 128;
    std::uint32_t attributes_max = 256;
    std::uint32_t findings_per_element_max =
        100;  // kept per watched record (or per child of the root without watches)
    std::uint64_t identity_bytes_max = 64ULL << 20;  // ID values and keys that are kept at a time
};

// A tree of element names from the root down: which elements the caller wants to hear of. Node 0 is
// the document node (above the root).
struct WatchNode {
    std::string space, local;  // expanded element name
    std::uint32_t parent = 0;
    bool value = false;  // report the text content of this leaf
    std::vector<std::pair<std::string, std::string>>
        attributes;       // expanded names whose values are reported
    bool record = false;  // findings inside are kept with the element; the fast path is tried here
};
using Watch = std::vector<WatchNode>;

// What was met, in document order. Offsets are relative to the bytes given to walk() plus the
// walker's base.
struct Mark {
    enum class Kind : std::uint8_t { enter, leave, value, attribute } kind;
    std::uint32_t node = 0;       // index in the Watch
    std::uint32_t attribute = 0;  // index in attributes
    bool literal = true;  // value, attribute: the bytes stand for themselves (no reference, CDATA,
                          // comment inside)
    bool valid = true;    // leave of a record: no finding of severity B inside
    std::uint64_t begin = 0,
                  end = 0;  // enter: the start tag; leave: the end tag (of <a/>: both the tag);
                            // value: the raw content; attribute: the raw value between the quotes
};

// Raw content to characters: references resolved, CDATA opened, comments and instructions dropped.
// White space is left alone.
std::string text_of(std::string_view raw);

// An open element, for carrying on elsewhere (another slice, after a restart) and for building a
// synthetic chain of ancestors.
struct OpenElement {
    std::string name;               // {space}local
    std::string start_tag;          // as written, "<a b='c'>", with all its namespace declarations
    std::uint32_t declaration = 0;  // ids of the compiled schema
    std::uint32_t type = 0;
    std::uint32_t state = 0;     // of the content model
    std::uint64_t position = 1;  // among the siblings of the same name, from 1
    std::uint64_t counter = 0, counter_min = 0, counter_max = 1;  // of the state, where it counts
    std::uint32_t watch = 0;                                      // Watch node, or 0xFFFFFFFF
    std::vector<std::pair<std::string, std::uint64_t>>
        children;  // how many of each name ({space}local) so far
    std::string
        extra;  // whatever else the walker must keep (occurrence counters, identity constraints)
};

struct State {
    std::vector<OpenElement> open;  // root first; empty before the root and after it
    bool root_seen = false;
    bool begun = false;  // behind the XML declaration (an empty State is the very beginning)
    std::uint64_t findings = 0;  // kept since the last record, or what holds records, ended
    std::string extra;           // tables of the document as a whole (ID and IDREF values)

    // Equal as far as validity goes: same declarations, types, states, namespaces, watches;
    // positions and counts do not matter.
    bool same_course(const State& other) const;
    // For a slice that was walked from `assumed` and ended in `reached`, while its true begin is
    // this state (of the same course): becomes its true end. False if that cannot be said without
    // walking again (a counted element may exceed its number); then nothing changes.
    bool advance(const State& assumed, const State& reached);
    std::string save() const;  // canonical bytes
    static State restore(std::string_view bytes);
};

// Where the walk stopped.
enum class Stop : std::uint8_t {
    need_more,  // the bytes end inside or right after a token; consumed() says how far the walk is
                // sure
    at_boundary,  // reached `stop_at` exactly between two tokens
    end,          // the document is complete (is_last was set)
    malformed,    // not well-formed, or over a limit that makes reading on senseless: the last
                  // finding says why; the walk is over
};

struct WalkOptions {
    Limits limits;
    bool findings = true;  // false: stop collecting details, only Mark::valid and dirty()
    // With so many findings the walk rests behind the record, or what holds records, that just
    // ended. 0: never.
    std::uint64_t rest_at_findings = 0;
    bool fast = true;            // use the fast path where the schema has one
    bool validate = true;        // false: framing only (well-formedness, limits, marks)
    bool allow_doctype = false;  // internal subset only, never external entities
    // An element that the window cuts may be given back as a whole (consumed() is its begin then),
    // up to so many bytes of it: the fast path goes on in the next window. Without watched records.
    std::uint32_t give_back_max = 0;
};

class Walker {
  public:
    // `schema` null: framing only.
    Walker(std::shared_ptr<const Schema> schema, Watch watch, WalkOptions options);
    ~Walker();
    Walker(Walker&&) noexcept;
    Walker& operator=(Walker&&) noexcept;

    void set_state(const State& state);  // also clears marks and findings
    State state() const;
    // `base`: added to all offsets; `line`, `column`: of the first byte, for the places of
    // findings; line 0: lines are not counted (findings get line 0; it is a little faster). Said
    // once, before the first walk(): each walk() goes on where consumed() of the one before ended,
    // and base, line and column move along by themselves.
    void set_base(std::uint64_t base, std::uint64_t line, std::uint64_t column);

    // Walks as far as it can. The caller keeps bytes from consumed() on and gives them again with
    // more behind.
    Stop walk(std::string_view bytes, bool is_last);
    // Bytes of the last walk() that are done with. The value of a watched leaf is kept whole: its
    // bytes are not done with before the leaf ends.
    std::size_t consumed() const;
    // Likewise, those of an open value included: behind the last whole token, or where it broke.
    std::size_t reached() const;

    std::vector<Mark>& marks();  // since the last clear_marks()
    void clear_marks();
    std::vector<core::Finding>& findings();  // places, path, element, value, code, details are set;
                                             // part, document, record are the caller's
    void clear_findings();
    // Offset behind the last record, or what holds records, that ended; or where the walk began.
    std::uint64_t boundary() const;
    bool rests() const;                      // the last walk() ended for rest_at_findings
    std::uint64_t findings_dropped() const;  // over findings_per_element_max; cleared as well
    // Something outside every watched record was wrong (or, with findings off, anything at all
    // outside).
    bool dirty() const;
    std::uint64_t elements_fast() const;  // elements accepted by the fast path, for the benches
    std::uint64_t elements_general() const;

    struct Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace schema
