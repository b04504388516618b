#pragma once
// Absences as an iCalendar (RFC 5545), for the calendars of partners.
#include <string>
#include <string_view>
#include <vector>

#include "pages/status_page.hpp"

namespace pages {

// Instants as in Absence::from_at (UTC, RFC 3339). An absence whose end is not known is an event of
// one hour that says so.
std::string ics_of(std::string_view installation, std::string_view made_at,
                   const std::vector<Absence>& absences, core::Language language);

}  // namespace pages
