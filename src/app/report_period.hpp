#pragma once
// --period as civil days of the home's zone.
#include "app/report.hpp"

namespace app {

Period period_of(const Home& home, core::Date first, core::Date last);

}  // namespace app
