#pragma once
// A Fault is a failure of the world or of the installation that an operator can mend: it is thrown,
// carries the exit status it ends in, and says what was being done, to which thing, what happened,
// and what to do next. Wrong data is never a Fault.
#include <stdexcept>
#include <string>

namespace core {

// Exit statuses of the program (0 and 1 are results, not failures).
enum class FaultKind : int { usage = 2, job = 2, world = 3, integrity = 4 };

class Fault : public std::runtime_error {
  public:
    // `doing` is what was being done ("open", "commit the slice"), `thing` the object (a path
    // relative to the home, a file name; never personal data), `reason` the system's words,
    // `advice` the next step for a person.
    Fault(FaultKind kind, std::string doing, std::string thing, std::string reason,
          std::string advice = {});

    FaultKind kind() const { return kind_; }
    int exit_status() const { return static_cast<int>(kind_); }
    const std::string& doing() const { return doing_; }
    const std::string& thing() const { return thing_; }
    const std::string& reason() const { return reason_; }
    const std::string& advice() const { return advice_; }

  private:
    FaultKind kind_;
    std::string doing_, thing_, reason_, advice_;
};

// A Fault of the world from errno, with the system's words.
Fault system_fault(std::string doing, std::string thing, int error_number, std::string advice = {});

}  // namespace core
