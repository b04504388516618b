#pragma once
// The part of a schema that can go fast, in the order in which the fast path needs it: which
// elements, which states, which checks. Names are still names here; the bytes they are written as
// depend on the document's prefixes (fast_tables.hpp). Built once per schema, shared by all
// threads.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "schema/components.hpp"
#include "schema/fast_check.hpp"

namespace schema {

class Schema;

struct FastAttribute {
    ExpandedName name;
    Check check;
    std::string fixed;  // the only value, as written in the schema
    bool is_fixed = false;
};

struct FastElement {
    ExpandedName name;
    bool alive = false;       // may be accepted at all
    bool leaf = false;        // simple or empty content: `check`; else children: `initial`
    bool empty_good = false;  // may be written <a/>
    bool empty_bad = false;   // a default value would take the place of no value: not decided here
    std::uint32_t check = 0;  // index in FastCode::checks
    std::uint32_t initial = 0;
    std::uint32_t attributes = 0, attribute_count = 0;  // slice of FastCode::attributes
    std::uint64_t required = 0;                         // bit i: attribute i of the slice
};

struct FastEdge {
    Id declaration = no_id;
    std::uint32_t next = 0;
    bool loop = false;
};

struct FastState {
    std::uint32_t edges = 0, edge_count = 0;  // slice of FastCode::edges
    bool accepting = false;
    bool counted = false;
    std::uint64_t min = 0, max = 1;
};

struct FastCode {
    std::vector<FastElement> elements;  // by declaration
    std::vector<FastAttribute> attributes;
    std::vector<Check> checks;
    std::vector<FastState> states;  // as Program's
    std::vector<FastEdge> edges;
    std::size_t name_bytes_max = 0;  // of the living elements' local names
    std::size_t alive = 0;
};

FastCode make_fast_code(const Schema& schema);

}  // namespace schema
