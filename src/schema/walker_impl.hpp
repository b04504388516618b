#pragma once
// The inside of schema::Walker, spread over walker*.cpp: the loop and its frames, places and
// findings, content models and recovery, attributes, values, identity constraints, state.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/finding.hpp"
#include "schema/components.hpp"
#include "schema/fast.hpp"
#include "schema/program.hpp"
#include "schema/walker.hpp"
#include "schema/walker_identity.hpp"
#include "xml/scanner.hpp"

namespace schema {

constexpr std::uint64_t no_offset = ~0ULL;
constexpr std::uint64_t no_serial = ~0ULL;  // of a finding that was not kept

// How the content of an element is looked at.
enum class Mode : std::uint8_t {
    skip,  // well-formedness alone: framing, unknown elements, wildcards with skip
    lax,   // no declaration was found where none was needed: its children are looked up again
    type,  // against Frame::type
};

// Elements reported as missing because `cause` came too early; if one of them still comes it was
// not missing but out of order.
struct Jump {
    Id cause = no_id;  // name of the child that came
    std::string cause_path;
    std::uint32_t from = 0;  // the state before it
    std::uint64_t counter = 0;
    std::vector<Id> missing;             // names
    std::vector<std::uint64_t> serials;  // of their findings
    bool converted = false;
};

struct Frame {
    Mode mode = Mode::skip;
    bool nil = false;
    bool has_children = false, has_text = false, text_reported = false;
    bool collects = false;  // the character data is kept for Frame's end
    bool over_limit = false;
    bool literal = true;  // the content has no reference, CDATA, comment
    bool record = false;
    bool wild_id = false;                       // a wildcard took an attribute of type ID
    std::uint32_t tag_begin = 0, tag_size = 0;  // in Impl::tags: as written
    std::uint32_t name_size = 0;                // of the qname in the tag
    std::uint32_t local_begin = 0;              // in the qname
    Id name = no_id;                            // interned
    Id declaration = no_id, type = no_id;
    const ContentModel* model = nullptr;
    std::uint32_t state = 0;
    std::uint32_t watch = no_id;
    std::uint64_t counter = 0;
    std::uint64_t position = 1;
    std::uint32_t children = 0;        // first entry in Impl::children
    std::uint64_t children_mask = 0;   // bloom filter of names
    std::uint32_t unknown_credit = 0;  // unknown children that may stand for a missing one
    std::uint64_t begin = 0, content_begin = 0;  // absolute offsets
    std::vector<std::uint8_t> seen;              // kind all, by edge
    std::vector<Jump> jumps;
};

struct ChildCount {
    Id name = no_id;
    std::uint64_t count = 0;
};

// What to look for among the children of a watch node.
struct WatchEntry {
    Id name = no_id;
    std::vector<std::uint32_t> children;
    bool holds_record = false;
};

struct FastHistory {
    std::uint16_t refusals = 0, skip = 0;
};

struct Walker::Impl : Prefixes {
    Impl(std::shared_ptr<const Schema> schema, Watch watch, WalkOptions options);

    // ---- walker.cpp
    Stop walk(std::string_view bytes, bool is_last);
    Stop suspend();
    void hold_back();
    void on_start();
    void on_end();
    void close_findings();
    void on_text();
    void on_comment();
    Stop on_error();
    void check_limits(const Frame& frame);
    void mark_start(Frame& frame);
    void mark_end(Frame& frame);
    std::uint64_t offset_of(const char* at) const {
        return base + static_cast<std::uint64_t>(at - window_begin);
    }

    // ---- walker_frames.cpp
    void push(Id name, std::uint64_t position, std::string_view tag);
    void pop();
    Id intern(const xml::QName& name);
    Id intern(std::string_view space, std::string_view local);
    const ExpandedName& name_of(Id name) const;
    std::uint64_t count_child(Frame& parent, Id name);
    std::uint64_t count_of(const Frame& parent, Id name) const;
    std::uint32_t watched_child(std::uint32_t node, Id name) const;

    // ---- walker_fast.cpp
    bool may_go_fast(Id declaration, std::uint32_t node);
    // Accepted: the scanner is behind the element; window: it is given back, the walk stops;
    // refused: it is for the general path.
    FastResult try_fast(Id declaration, std::uint32_t node);

    // ---- walker_place.cpp
    core::Place place_of(std::uint64_t offset);
    void advance_lines(const char* to);
    std::string path_of(std::size_t depth) const;  // of frames[0..depth)
    std::string step_of(const Frame& frame) const;
    std::string_view qname_of(const Frame& frame) const;
    std::string_view local_of(const Frame& frame) const;
    // Records that something is wrong; null if no details are wanted (any more).
    core::Finding* wrong(core::Reason reason, const char* ccc, std::string_view zone,
                         std::uint64_t offset);
    void mark_invalid();
    core::Finding* finding_of(std::uint64_t serial);
    void drop_finding(std::uint64_t serial);
    // For faults of the open element itself, of one of its attributes, of a child that is not open.
    core::Finding* wrong_element(core::Reason reason, const char* ccc, std::uint64_t offset);
    core::Finding* wrong_attribute(core::Reason reason, const char* ccc, std::string_view name,
                                   std::string_view zone, std::uint64_t offset);
    core::Finding* wrong_child(core::Reason reason, const char* ccc, Id name,
                               std::string_view qname, std::string_view zone, std::uint64_t offset);
    void set_value(core::Finding* finding, std::string_view value) const;

    // ---- walker_content.cpp
    // What the parent says of a child: its declaration or how to treat it. Changes the parent's
    // state; with `probe` only looks (the fast path comes first): no_id then if there is a doubt.
    struct Child {
        Mode mode = Mode::skip;
        Id declaration = no_id;
        bool declared = false;  // by the model or a wildcard: otherwise it was reported
        Process process = Process::strict;
    };
    Id probe(const Frame& parent, Id name) const;
    Child step(Frame& parent, Id name);
    Child root_child(Id name);
    Child wildcard_child(Id wildcard, Id name);
    bool step_automaton(Frame& parent, Id name, Child& child);
    bool step_all(Frame& parent, Id name, Child& child);
    Child recover(Frame& parent, Id name);
    void finish_content(Frame& frame);  // at the end tag
    void report_missing(Frame& parent, const std::vector<Id>& names, Id cause);
    bool resolve_jump(Frame& parent, Id name);
    std::string expected_names(const Frame& frame) const;

    // ---- walker_element.cpp
    void begin_validation(Frame& frame, const Child& child);
    void set_type(Frame& frame, Id type);
    Id instance_type(Frame& frame, const xml::TagAttribute& attribute,
                     const ElementDeclaration* declaration);
    void check_nil(Frame& frame, const xml::TagAttribute& attribute,
                   const ElementDeclaration* declaration);
    void end_validation(Frame& frame);

    // ---- walker_attributes.cpp
    void check_attributes(Frame& frame);
    void check_attribute(Frame& frame, const xml::TagAttribute& attribute,
                         const AttributeDeclaration& declaration, const ValueConstraint& value,
                         bool by_wildcard);
    void supply_attribute(const Frame& frame, const AttributeDeclaration& declaration,
                          const ValueConstraint& value);
    bool may_have_id(const TypeDefinition& type) const;
    void attribute_by_wildcard(Frame& frame, const xml::TagAttribute& attribute, Id wildcard);

    // ---- walker_value.cpp
    void collect(std::string_view raw, bool literal, bool cdata);
    std::string_view content();  // of the element that is closed
    void check_value(Frame& frame, const ValueConstraint& constraint);
    bool check_fixed(const SimpleType& type, std::string_view value, const ValueConstraint& fixed);
    static const char* code_of(const Violation& violation);
    core::Finding* wrong_value(core::Reason reason, const char* ccc, std::string_view value);
    bool has_identifiers(Id type);  // ID, IDREF or ENTITY is somewhere in the simple type
    // ID, IDREF, ENTITY; `attribute` is empty for the content of the element.
    void note_identifiers(const SimpleType& type, std::string_view value,
                          std::string_view attribute, std::uint64_t offset);
    void note_id(std::string_view word, std::string_view attribute, std::uint64_t offset);
    void note_idref(std::string_view word, std::string_view attribute, std::uint64_t offset);
    core::Finding* wrong_identifier(core::Reason reason, const char* ccc, std::string_view value,
                                    std::string_view attribute, std::uint64_t offset);
    bool keep_bytes(std::uint64_t bytes);  // false: the limit is reached
    void finish_document();

    // Prefixes: of the scanner's scope.
    std::optional<std::string_view> find(std::string_view prefix) const override;

    // ---- walker_identity.cpp
    bool leads(const PathBranch& branch, std::size_t from, std::size_t to) const;
    void open_scopes(const ElementDeclaration& declaration);
    void select_rows(const Frame& frame);
    core::Finding* wrong_row(IdentityRow& row, core::Reason reason, const char* ccc);
    void set_key(IdentityRow& row, std::size_t field, std::string_view value,
                 const SimpleType& type, const Prefixes& prefixes);
    void note_field(std::string_view space, std::string_view local, std::string_view value,
                    const SimpleType& type, const Prefixes& prefixes);
    void close_rows(const Frame& frame);
    void note_element_fields(IdentityScope& scope, IdentityRow& row, const Frame& frame);
    void finish_row(IdentityScope& scope, IdentityRow& row);
    void check_references(IdentityScope& scope);
    void pass_keys_up(IdentityScope& scope);

    // ---- walker_state.cpp
    void set_state(const State& state);
    State state() const;
    std::string save_frame(const Frame& frame, bool innermost) const;
    void load_frame(Frame& frame, std::string_view bytes);
    std::string save_tables() const;
    void load_tables(std::string_view bytes);

    std::shared_ptr<const Schema> schema;
    const Components* components = nullptr;
    const Program* program = nullptr;
    Watch watch;
    std::vector<WatchEntry> watch_entries;
    WalkOptions options;
    bool any_record = false;
    xml::Scanner scanner;
    std::unique_ptr<FastPath> fast;
    std::vector<FastHistory> fast_history;  // by declaration
    std::vector<Binding> bindings_scratch;
    std::uint64_t given_back = no_offset;  // where the element begins that the last window cut
    bool gives_back = false;
    bool rests = false;
    std::uint64_t boundary = 0;
    std::string tail;  // scratch

    // The window. Offsets are absolute; line and column belong to `anchor`.
    const char *window_begin = nullptr, *window_end = nullptr;
    bool window_last = false;
    std::uint64_t base = 0;       // of window_begin
    std::uint64_t processed = 0;  // behind the last token
    std::size_t consumed = 0, reached = 0;
    std::uint64_t line = 1, column = 1;  // of window_begin; line 0: not counted
    const char* anchor = nullptr;
    std::uint64_t anchor_line = 1, anchor_column = 1;
    Stop stopped = Stop::need_more;  // end and malformed stay

    std::vector<Frame> frames;  // a pool; the first `depth` are open
    std::size_t depth = 0;
    std::string tags;
    std::vector<ChildCount> children;
    NameIndex extra_names;  // behind those of the program
    Id names_known = 0;

    // Character data of the open leaf.
    std::string_view piece;  // the only piece so far, in the window
    std::string gathered;    // or all pieces
    bool is_gathered = false;
    core::Place value_place;        // where it begins, once that is outside the window
    std::uint64_t value_begin = 0;  // absolute
    bool value_place_known = false;
    std::string normal;  // scratch

    std::vector<Mark> marks;
    std::vector<core::Finding> findings;
    std::vector<core::Finding> held;  // behind findings, not given out yet
    std::uint64_t serial_base = 0;    // serial of findings[0]
    std::uint64_t dropped = 0;
    std::uint32_t kept = 0;        // findings of the present record or child of the root
    std::size_t record_depth = 0;  // 1-based depth of the open record; 0: none
    bool record_valid = true;
    bool dirty = false;
    std::uint64_t elements_fast = 0, elements_general = 0;

    IdentityTables identity;
    std::vector<std::uint8_t> uses_seen;         // scratch
    std::vector<std::uint8_t> identifier_types;  // by type: see has_identifiers
};

}  // namespace schema
