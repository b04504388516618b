#pragma once
// What the halves of the referee share: a grammar that is loaded at the first question, first in a
// child process (it may explode), then in this one.
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "schema/referee.hpp"
#include "schema/referee_sources.hpp"

namespace schema {

class Grammar {
  public:
    Grammar(RefereeSources sources, const RefereeLimits& limits)
        : limits_(limits), sources_(std::move(sources)) {}

    // What RefereeLibrary::load made; null: faults() or refused() says why. The first call loads,
    // others wait for it.
    const std::shared_ptr<void>& loaded() const;
    const std::vector<RefereeFault>& faults() const { return faults_; }
    const std::string& refused() const { return refused_; }
    const RefereeLimits& limits() const { return limits_; }

  private:
    void load() const;

    const RefereeLimits limits_;
    // All of these are written once, by load().
    mutable std::once_flag once_;
    mutable std::optional<RefereeSources> sources_;  // until then
    mutable std::shared_ptr<void> loaded_;
    mutable std::vector<RefereeFault> faults_;
    mutable std::string refused_;
};

// Held while Xerces-C++ works for this thread: a child is forked only while nobody holds one, for
// it would inherit the library's locks as they are.
std::shared_lock<std::shared_mutex> while_no_child_is_made();

}  // namespace schema
