#pragma once
// What the two halves of the referee share: the loaded grammar, and the set-up of the library. Not
// for anybody else; Xerces-C++'s own types stay in the .cpp files.
#include <memory>

#include "schema/referee.hpp"

namespace schema {

class Grammar {
  public:
    Grammar(std::shared_ptr<void> pool, const RefereeLimits& limits)
        : pool_(std::move(pool)), limits_(limits) {}
    void* pool() const { return pool_.get(); }  // an XMLGrammarPool, locked, every model built
    const RefereeLimits& limits() const { return limits_; }

  private:
    std::shared_ptr<void> pool_;
    RefereeLimits limits_;
};

// Once per process, before anything of the library is used. It is never shut down: grammars may
// outlive every place that could do it.
void start_library();

}  // namespace schema
