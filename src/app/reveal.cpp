#include "app/reveal.hpp"

#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/roles.hpp"
#include "core/fault.hpp"

namespace app {

bool wants_reveal(const Arguments& arguments) {
    const bool purpose = arguments.get("purpose").find_first_not_of(" \t\r\n") != std::string::npos;
    if (arguments.has("reveal") && !purpose)
        throw core::Fault(core::FaultKind::usage, "read the option", "--purpose", "it is missing",
                          "say why the values must be seen; it stands in the journal with your "
                          "name");
    if (!arguments.has("reveal") && arguments.has("purpose"))
        throw core::Fault(core::FaultKind::usage, "read the option", "--purpose",
                          "it is of no use without --reveal", "add --reveal");
    return arguments.has("reveal");
}

// Timers look at nobody.
static void require_eyes(const Arguments& arguments) {
    const auto held = roles_held(roles_of(arguments), caller());
    if (held != std::set<job::Role>{job::Role::scheduler}) return;
    throw core::Fault(core::FaultKind::usage, "reveal values to", caller().user,
                      "the role of a scheduler does not include it", "leave --reveal out");
}

void enter_reveal(Home& home, const Arguments& arguments, const std::string& command,
                  const std::string& file, const std::string& what) {
    require_eyes(arguments);
    auto step = home.ledger().begin();
    step->append(ledger::EntryKind::query, 0, home.now(),
                 JsonObject()
                     .text("by", "operator")
                     .text("operator", operator_name())
                     .text("purpose", arguments.get("purpose"))
                     .text("by_key", command)
                     .text("file", file)
                     .text("shown", what)
                     .str());
    step->commit();
}

}  // namespace app
