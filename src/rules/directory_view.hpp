#pragma once
// What the rules ask of a reference directory: one pinned version of it. A narrow seat, so that the
// rules can be tried over any tables; VersionView is the real one.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "directory/version.hpp"

namespace rules {

// One person as the directory has it. Reuse: the buffer is kept.
struct Person {
    bool replaced = false;                     // the number asked for has been replaced
    std::vector<directory::Holding> holdings;  // of every date, of the number that counts now
};

struct DirectoryView {
    virtual ~DirectoryView() = default;
    virtual const std::string& version() const = 0;
    // Tables without a row were not loaded: what depends on them is not decided but withheld.
    virtual bool has_persons() const = 0;
    virtual bool has_authorisations() const = 0;
    virtual bool has_mandates() const = 0;
    // Both have the same length.
    virtual void find(std::span<const std::string_view> numbers, std::span<Person> out) const = 0;
    virtual std::span<const directory::Authorisation> authorisations() const = 0;
    virtual std::span<const directory::Availability> availability(std::string_view data) const = 0;
    // Mandates of a sender for an employer, those for any employer included.
    virtual std::vector<directory::Mandate> mandates(std::string_view sender,
                                                     std::string_view employer) const = 0;
    // What registers say (directory/version.hpp); nothing where there are none.
    virtual void read_register(std::string_view, std::string_view,
                               const directory::Visit<const directory::RegisterValue&>&) const {}
    virtual void read_person(std::string_view,
                             const directory::Visit<const directory::RegisterValue&>&) const {}
    virtual void links(std::string_view, const directory::Visit<const directory::Link&>&) const {}
    // The number that counts now; the same where it was not replaced.
    virtual std::string resolve(std::string_view number) const { return std::string(number); }
};

}  // namespace rules
