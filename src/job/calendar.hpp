#pragma once
// Days and hours that are not like the others: legal holidays, the promised service periods, and
// when engine, suppliers or partners are not available. The checked content of jobs/calendar.xml.
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/instant.hpp"
#include "core/language.hpp"
#include "io/zone.hpp"
#include "job/read.hpp"

namespace job {

// Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
core::Date easter(int year);
// The ten legal holidays of Belgium (law of 4 January 1974), where they fall.
std::vector<core::Date> belgian_holidays(int year);
// 0 is Monday.
int weekday(core::Date date);

struct Unavailability {
    enum class Who : unsigned char { engine, supplier, partner } who = Who::engine;
    std::string name;                 // of the supplier; number of the partner; empty for engine
    std::string job;                  // empty: every job
    core::Instant from;               // included
    std::optional<core::Instant> to;  // not included; none: not known yet
    bool planned = true;
    std::array<std::string, 4> texts;  // in the order of core::languages; may be empty

    bool holds(core::Instant at) const { return at >= from && (!to || at < *to); }
};
std::string_view to_string(Unavailability::Who who);

// The hours of a weekday in which a service is promised, seconds of the civil day.
struct ServicePeriod {
    std::string service;  // empty: all
    int weekday = 0;      // 0 is Monday
    int from = 0, to = 86'400;
    bool holidays = true;  // also on holidays
};

struct Calendar {
    bool belgian = true;                      // the legal holidays count without being listed
    std::set<core::Date> holidays;            // further ones
    std::set<core::Date> working;             // holidays on which work is done all the same
    std::vector<ServicePeriod> periods;       // none: around the clock
    std::vector<Unavailability> unavailable;  // by their beginning

    bool is_holiday(core::Date date) const;
    // Monday to Friday, and no holiday.
    bool is_working_day(core::Date date) const;
    // The last day in time for what came on `received`: so many days later, all or working ones.
    core::Date last_day(core::Date received, int days, bool working_days) const;
    // What holds at this moment and stops work of this job, or deliveries to or from this partner.
    std::vector<const Unavailability*> holding(core::Instant at, std::string_view partner,
                                               std::string_view job_name) const;
};

// A missing file is the default calendar. Instants without an offset are civil ones of `zone`.
std::optional<Calendar> read_calendar(const std::filesystem::path& file, const io::Zone& zone,
                                      std::vector<Diagnostic>& diagnostics);

}  // namespace job
