#pragma once
// What a loaded Schema holds, for the other files of this room only: components, the compiled
// program, and the referee's grammar where there is one. Immutable once load() has returned it.
#include <memory>
#include <string>
#include <vector>

#include "schema/components.hpp"
#include "schema/schema.hpp"

namespace schema {

class Program;  // program.hpp: content models as automata, types, lookups
class Grammar;  // referee.hpp

class Schema {
  public:
    Components components;
    std::shared_ptr<const Program> program;
    // Null: the schema is outside the referee's limits, or nobody asked for it.
    std::shared_ptr<const Grammar> grammar;
    std::vector<std::string> fallback_reasons;   // why instances go to the referee
    std::vector<std::filesystem::path> entries;  // LoadOptions::documents, as given
};

}  // namespace schema
