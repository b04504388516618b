#include "app/onboarding.hpp"

namespace app {

using ledger::FileState;

Conformance conformance_of(Home& home, const job::Partner& partner) {
    Conformance found;
    ledger::FileFilter filter;
    filter.sender = partner.number;
    if (partner.onboarding != nullptr)
        filter.since = home.zone().start_of_day(partner.onboarding->requested);
    for (;;) {
        const auto page = home.ledger().files(filter);
        for (const ledger::File& file : page) {
            const bool decided = file.state == FileState::closed ||
                                 file.state == FileState::refused ||
                                 file.state == FileState::delivered;
            if (file.identity.environment != core::Environment::T || !decided) continue;
            const bool passed = file.state != FileState::refused && file.records.accepted > 0 &&
                                file.records.rejected == 0 && file.documents.rejected == 0;
            ++found.files;
            found.passed += passed ? 1 : 0;
            if (!found.newest.empty()) continue;
            found.newest = file.identity.text();
            found.newest_passed = passed;
        }
        if (page.size() < static_cast<std::size_t>(filter.limit)) return found;
        filter.before = page.back().id;
    }
}

std::vector<std::string> missing_for_active(Home& home, const job::Partner& partner) {
    std::vector<std::string> list;
    if (partner.onboarding == nullptr) return list;
    for (const job::OnboardingCheck check : partner.onboarding->missing())
        list.push_back("the check of its " + std::string(to_string(check)));
    if (!partner.onboarding->waived.empty()) return list;
    const Conformance files = conformance_of(home, partner);
    if (files.files == 0)
        list.push_back("a rehearsal: it sent no file to INTEST since the request");
    else if (!files.good())
        list.push_back("a rehearsal that passes: its newest one, " + files.newest + ", did not");
    return list;
}

}  // namespace app
