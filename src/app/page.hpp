#pragma once
// The pages that senders find in their OUT after a run: STATUS.html, STATUS.xml, STATUS.csv,
// and STATUS.ics while absences are known.
// They stand beside the sets of the channel, outside its grammar, and are replaced as a whole:
// whoever waits for GO never meets them. They are a view of the ledger and no answer: nothing of
// them is recorded, and a page that could not be written costs nothing.
#include <string>
#include <string_view>
#include <vector>

#include "app/home.hpp"
#include "pages/status_page.hpp"

namespace app {

// The page of one sender in one environment, as things stand now.
pages::StatusPage status_page(Home& home, const job::Partner& partner,
                              core::Environment environment);

// What is known of absences from now on, for the partner of this number (his own among them);
// without a number those of engine and suppliers.
std::vector<pages::Absence> absences_ahead(Home& home, std::string_view partner,
                                           core::Language language);

// For every sender of whom the ledger has news since the last time. Returns how many were written.
std::size_t write_status_pages(Home& home);

}  // namespace app
