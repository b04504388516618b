#pragma once
// A flat file as the pipeline sees it: the groups around records (streamed, never held whole), and
// the units in them (records, headers, trailers: read whole, each by the DFDL layout).
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "dfdl/layout.hpp"
#include "parse/encoding.hpp"
#include "parse/plan.hpp"

namespace parse::flat {

struct Node {
    std::string name;
    std::uint32_t term = 0;  // the element, in the DFDL layout
    bool is_line = false;    // a unit
    bool repeats = false;
    std::uint64_t most = 1;
    std::uint32_t parent = none;
    std::uint32_t position = 0;           // among the elements of its parent
    std::vector<std::uint32_t> children;  // of a group
    std::vector<std::uint32_t> groups;    // sequences and choices between its parent and it
    bool keyed = false;                   // its first field or its initiator tells what it is
    std::uint64_t length = 0;             // bytes, where it is always the same; else 0
};

class Layout {
  public:
    std::shared_ptr<const dfdl::Layout> dfdl;
    std::vector<Node> nodes;  // 0 is the root
    Encoding encoding = Encoding::utf8;
    // What ends units: to go on behind one that is none.
    std::vector<const dfdl::Markup*> ends;
    bool loose_lines = false;  // units may end in white space
    std::uint64_t length = 0;  // of every unit, where all have the same and nothing ends them

    const dfdl::Term& term(const Node& node) const { return dfdl->terms[node.term]; }
    // The node behind names from the root down; none if it is no group and no unit.
    std::uint32_t find(const std::vector<std::string>& names) const;
    // The separator that stands between the children of a group; null: none.
    const dfdl::Term* separated(const Node& child) const;
};

// `documents`: the schema and what it includes. `record`: names from the root down to the record.
// Throws core::Fault (kind job) for what is outside the subset, with file, line and column.
std::shared_ptr<const Layout> read_layout(const std::vector<std::filesystem::path>& documents,
                                          const std::vector<std::string>& record);
std::shared_ptr<const Layout> make_layout(std::shared_ptr<const dfdl::Layout> dfdl,
                                          const std::vector<std::string>& record);
// Names from the root down to the record of a job.
std::vector<std::string> names_to_record(const job::Job& job);

}  // namespace parse::flat
