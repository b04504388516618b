#include "core/fault.hpp"

#include <system_error>

namespace core {

static std::string sentence(const std::string& doing, const std::string& thing,
                            const std::string& reason, const std::string& advice) {
    std::string text = doing;
    if (!thing.empty()) text += " " + thing;
    text += ": " + reason;
    if (!advice.empty()) text += "; " + advice;
    return text;
}

Fault::Fault(FaultKind kind, std::string doing, std::string thing, std::string reason,
             std::string advice)
    : std::runtime_error(sentence(doing, thing, reason, advice)),
      kind_(kind),
      doing_(std::move(doing)),
      thing_(std::move(thing)),
      reason_(std::move(reason)),
      advice_(std::move(advice)) {}

Fault system_fault(std::string doing, std::string thing, int error_number, std::string advice) {
    return {FaultKind::world, std::move(doing), std::move(thing),
            std::generic_category().message(error_number), std::move(advice)};
}

}  // namespace core
