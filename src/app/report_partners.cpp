// sluice report partners: channels, states, and what expires.
#include <algorithm>

#include "app/onboarding.hpp"
#include "app/report.hpp"
#include "app/sshd_setup.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/certificate.hpp"

namespace app {

using pages::Value;

static constexpr std::int64_t day_microseconds = 86'400'000'000;

static std::string_view state_name(job::PartnerState state) {
    switch (state) {
        case job::PartnerState::test:
            return "test";
        case job::PartnerState::active:
            return "active";
        case job::PartnerState::closed:
            return "closed";
    }
    return "";
}

struct CertificateRow {
    std::string subject, problem;
    std::optional<core::Instant> end;
};

static CertificateRow look(const Home& home, const job::Certificate& certificate) {
    CertificateRow row;
    row.subject = certificate.file.filename().string();
    if (!io::facts(certificate.file)) {
        row.problem = "not there";
        return row;
    }
    try {
        const auto facts = seal::read_certificates(certificate.file).front();
        row.subject = facts.subject;
        row.end = facts.not_after;
    } catch (const core::Fault& fault) {
        row.problem = fault.reason();
    }
    if (certificate.to) {
        const core::Instant to = home.zone().start_of_day(core::Date{certificate.to->days + 1});
        row.end = row.end ? std::min(*row.end, to) : to;
    }
    return row;
}

static std::string standing_of_end(const ReportRequest& request, const CertificateRow& row) {
    if (!row.problem.empty()) return row.problem;
    const std::int64_t left = row.end->microseconds - request.home.now().microseconds;
    if (left < 0) return "expired";
    const std::int64_t warn = request.home.settings().certificate_warn_days * day_microseconds;
    return left < warn ? "renew" : "good";
}

static pages::Table onboarding_table(const ReportRequest& request, std::int64_t& late) {
    pages::Table table{"onboarding",
                       "New partners",
                       {{"partner", "PARTNER"},
                        {"requested", "REQUESTED"},
                        {"due", "DUE"},
                        {"days_left", "DAYS LEFT"},
                        {"organisation", "ORGANISATION"},
                        {"technique", "TECHNIQUE"},
                        {"security", "SECURITY"},
                        {"rehearsals", "REHEARSALS"},
                        {"passed", "PASSED"},
                        {"standing", "STANDING"}},
                       {}};
    Home& home = request.home;
    for (const job::Partner& partner : home.partners().list) {
        if (partner.onboarding == nullptr || partner.state != job::PartnerState::test) continue;
        if (!request.sender.empty() && partner.number != request.sender) continue;
        const job::Onboarding& one = *partner.onboarding;
        const Conformance files = conformance_of(home, partner);
        const std::int64_t left = one.due.days - home.today().days;
        const bool ready = missing_for_active(home, partner).empty();
        late += !ready && left < 0 ? 1 : 0;
        const auto passed = [&](job::OnboardingCheck check) {
            const auto& on = one.passed.at(static_cast<std::size_t>(check));
            return on ? Value(core::to_string(*on)) : Value();
        };
        table.rows.push_back(
            {partner.number, core::to_string(one.requested), core::to_string(one.due),
             Value::of(left), passed(job::OnboardingCheck::organisation),
             passed(job::OnboardingCheck::technique), passed(job::OnboardingCheck::security),
             Value::of(files.files), Value::of(files.passed),
             ready      ? "ready"
             : left < 0 ? "late"
                        : "open"});
    }
    return table;
}

static pages::Table key_table(const ReportRequest& request) {
    pages::Table table{"keys",
                       "SSH keys",
                       {{"partner", "PARTNER"},
                        {"kind", "KIND"},
                        {"capacity", "CAPACITY"},
                        {"key", "KEY"},
                        {"until", "UNTIL"},
                        {"days_left", "DAYS LEFT"},
                        {"standing", "STANDING"}},
                       {}};
    Home& home = request.home;
    const core::Date today = home.today();
    for (const job::Partner& partner : home.partners().list) {
        if (!request.sender.empty() && partner.number != request.sender) continue;
        for (const job::Channel& one : partner.channels) {
            if (one.key.empty()) continue;
            const std::int64_t left = one.to ? one.to->days - today.days : 0;
            const std::int64_t warn = home.settings().certificate_warn_days;
            table.rows.push_back(
                {partner.number, one.kind, one.capacity.empty() ? Value() : Value(one.capacity),
                 key_fingerprint(one.key), one.to ? Value(core::to_string(*one.to)) : Value(),
                 one.to ? Value::of(left) : Value(),
                 one.from && today < *one.from ? "to come"
                 : !one.to                     ? "good"
                 : left < 0                    ? "ended"
                 : left < warn                 ? "ending"
                                               : "good"});
        }
    }
    return table;
}

pages::Sheet report_partners(const ReportRequest& request) {
    Home& home = request.home;
    pages::Sheet sheet;
    sheet.name = "partners";
    sheet.title = "Partners, their channels and certificates";
    pages::Table partners{"partners",
                          "Partners",
                          {{"partner", "PARTNER"},
                           {"name", "NAME"},
                           {"state", "STATE"},
                           {"language", "LANGUAGE"},
                           {"capacity", "CAPACITY"},
                           {"channels", "CHANNELS"},
                           {"certificates", "CERTIFICATES"},
                           {"until", "UNTIL"},
                           {"standing", "STANDING"}},
                          {}};
    pages::Table certificates{"certificates",
                              "Certificates",
                              {{"partner", "PARTNER"},
                               {"subject", "SUBJECT"},
                               {"until", "UNTIL"},
                               {"days_left", "DAYS LEFT"},
                               {"standing", "STANDING"}},
                              {}};
    std::int64_t active = 0, renew = 0;
    for (const job::Partner& partner : home.partners().list) {
        if (!request.sender.empty() && partner.number != request.sender) continue;
        active += partner.state == job::PartnerState::active ? 1 : 0;
        std::optional<core::Instant> last;
        std::string standing = partner.certificates.empty() ? "no certificate" : "";
        for (const job::Certificate& one : partner.certificates) {
            const CertificateRow row = look(home, one);
            const std::string word = standing_of_end(request, row);
            if (row.end && (!last || *row.end > *last)) {
                last = row.end;
                standing = word;
            } else if (!last) {
                standing = word;
            }
            certificates.rows.push_back(
                {partner.number, row.subject, row.end ? Value(core::to_string(*row.end)) : Value(),
                 row.end ? Value::of((row.end->microseconds - home.now().microseconds) /
                                     day_microseconds)
                         : Value(),
                 word});
        }
        if (partner.state != job::PartnerState::closed && standing != "good") ++renew;
        partners.rows.push_back({partner.number, partner.name, state_name(partner.state),
                                 core::to_string(partner.language),
                                 partner.capacity.empty() ? Value() : Value(partner.capacity),
                                 Value::of(static_cast<std::int64_t>(partner.channels.size())),
                                 Value::of(static_cast<std::int64_t>(partner.certificates.size())),
                                 last ? Value(core::to_string(*last)) : Value(), standing});
    }
    sheet.figures = {
        {"partners", "partners", Value::of(static_cast<std::int64_t>(partners.rows.size()))},
        {"active", "active", Value::of(active)},
        {"attention", "without a certificate that goes on", Value::of(renew)}};
    std::int64_t late = 0;
    pages::Table onboarding = onboarding_table(request, late);
    sheet.figures.push_back({"late", "new ones that should be connected by now", Value::of(late)});
    sheet.tables = {std::move(partners), std::move(certificates)};
    if (!onboarding.rows.empty()) sheet.tables.push_back(std::move(onboarding));
    if (pages::Table keys = key_table(request); !keys.rows.empty())
        sheet.tables.push_back(std::move(keys));
    return sheet;
}

}  // namespace app
