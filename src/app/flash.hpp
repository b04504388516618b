#pragma once
// The daily flash report leaves by itself: the first run of a civil day drops it into a folder and
// mails it, as the settings say.
#include "app/home.hpp"

namespace app {

// Once a day; again where a crash or a mail that failed came before it was said that it left. A
// failure is a line on standard error: it never costs a night.
void drop_flash(Home& home);

}  // namespace app
