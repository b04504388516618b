#pragma once
// What can stand where in a compiled schema: which children an element can have, and in which order
// they can come. For checking the paths of a job before any data is there. Internal to the room.
#include <string>
#include <vector>

#include "job/path.hpp"
#include "schema/components.hpp"

namespace job {

// A set of element declarations that a path may have arrived at. `anything`: behind a wildcard or
// an element of any type, so that nothing more can be said.
struct Nodes {
    std::vector<schema::Id> elements;
    bool anything = false;
    bool empty() const { return elements.empty() && !anything; }
};

class Outline {
  public:
    explicit Outline(const schema::Components& components);

    Nodes root(const Name& name) const;
    Nodes children(const Nodes& parents, const Name& name) const;
    bool has_attribute(const Nodes& nodes, const Name& name) const;
    // Some of them has text of its own.
    bool has_text(const Nodes& nodes) const;
    // Local names, for messages.
    std::vector<std::string> root_names() const;
    std::vector<std::string> child_names(const Nodes& parents) const;
    std::vector<std::string> attribute_names(const Nodes& nodes) const;

    // Every occurrence of this child may be left out: the models of the parents stay fulfilled.
    bool is_optional(const Nodes& parents, const Name& child) const;
    // More than one child of this name can stand in one parent.
    bool can_repeat(const Nodes& parents, const Name& child) const;
    // A `wanted` child can first come when a `marker` child has already been there.
    bool can_come_after(const Nodes& parents, const Name& wanted, const Name& marker) const;

  private:
    std::vector<schema::Id> types(const Nodes& nodes) const;

    const schema::Components& schema_;
    std::vector<std::vector<schema::Id>> derived_;  // complex types directly derived, by base
};

}  // namespace job
