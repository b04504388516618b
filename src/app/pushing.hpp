#pragma once
// What lies in the OUT of partners that have a server or a folder of their own is brought there.
// The certain local state is the set in OUT and its row `published`; only when the other side has
// every member under its name does the row become `transferred`, and the set leaves OUT.
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "channel/transfer.hpp"

namespace app {

struct Pushed {
    std::size_t sets = 0;
    std::vector<std::string> troubles;  // in words for operators
    std::exception_ptr fault;           // the first of our own disk, for whichever partner
};

// One turn: every partner whose channel's rest is over. Another process that is at it is not waited
// for. `came_in`: something was received, so that there is one entry, also about none (sending.hpp
// says why).
Pushed push_what_lies(Home& home, bool came_in, channel::Until until = channel::Until::max());

}  // namespace app
