#include "job/read_onboarding.hpp"

#include <algorithm>

#include "job/attributes.hpp"

namespace job {

static constexpr std::string_view names[] = {"organisation", "technique", "security"};

std::string_view to_string(OnboardingCheck check) {
    return names[static_cast<std::size_t>(check)];
}

std::optional<OnboardingCheck> parse_onboarding_check(std::string_view text) {
    for (const OnboardingCheck check : onboarding_checks)
        if (to_string(check) == text) return check;
    return std::nullopt;
}

std::vector<OnboardingCheck> Onboarding::missing() const {
    std::vector<OnboardingCheck> list;
    for (const OnboardingCheck check : onboarding_checks)
        if (!passed.at(static_cast<std::size_t>(check))) list.push_back(check);
    return list;
}

core::Date onboarding_due(core::Date requested) {
    auto day = core::civil(requested);
    day.month += 2;
    if (day.month > 12) {
        day.month -= 12;
        day.year += 1;
    }
    while (!core::is_calendar_date(day.year, day.month, day.day)) --day.day;
    return core::date_of(day.year, day.month, day.day);
}

std::shared_ptr<const Onboarding> read_onboarding(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    const auto requested = a.date("requested");
    if (!requested) return nullptr;
    auto onboarding = std::make_shared<Onboarding>();
    onboarding->requested = *requested;
    onboarding->due = a.date("due").value_or(onboarding_due(*requested));
    onboarding->waived = a.token("waived");
    if (onboarding->due < *requested)
        report.error(*a.find("due"), "this is before the day of the request");
    for (const xml::Element* each : element.children) {
        if (each->local != "passed" || each->space != element.space) continue;
        const Attributes one(*each, report);
        const auto check = parse_onboarding_check(one.token("check"));
        const auto on = one.date("on");
        if (check && on) onboarding->passed.at(static_cast<std::size_t>(*check)) = *on;
    }
    return onboarding;
}

}  // namespace job
