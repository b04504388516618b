#pragma once
// How a new partner comes in: asked for on a day, due two months later, checked for organisation,
// technique and security, and tried with files of its own before it may send or receive in
// production. Plain values; what the partner's own files came to is the ledger's to say.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"

namespace job {

enum class OnboardingCheck : unsigned char { organisation, technique, security };
inline constexpr std::array onboarding_checks{
    OnboardingCheck::organisation, OnboardingCheck::technique, OnboardingCheck::security};
std::string_view to_string(OnboardingCheck check);
std::optional<OnboardingCheck> parse_onboarding_check(std::string_view text);

struct Onboarding {
    core::Date requested;
    core::Date due;  // two months behind the request, where the file does not say otherwise
    std::array<std::optional<core::Date>, 3> passed;  // the day, in the order of onboarding_checks
    std::string waived;  // why the files of its own are not asked for; empty: they are

    std::vector<OnboardingCheck> missing() const;
};

// Same day of the month, two months later; the last day of a shorter month.
core::Date onboarding_due(core::Date requested);

}  // namespace job
