#pragma once
// Values of persons are masked until somebody says why he must see them; that he saw them is an
// entry of the journal, written before anything is shown.
#include <string>

#include "app/home.hpp"

namespace app {

// False: --reveal was not given. A Fault (usage) where it was without --purpose, or the other way
// round. `what` is shown: a file, a document or a record, as it was typed.
bool wants_reveal(const Arguments& arguments);
void enter_reveal(Home& home, const Arguments& arguments, const std::string& command,
                  const std::string& file, const std::string& what);

inline constexpr Option reveal_options[] = {
    {"reveal", "", "show values in clear; needs --purpose, and is journalled"},
    {"purpose", "TEXT", "why they must be seen; it stands in the journal with your name"},
};

}  // namespace app
