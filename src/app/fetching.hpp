#pragma once
// Files of partners that do not come to us: complete sets (GO is there) are downloaded from their
// servers and put into their IN, where reception takes them as if they had been delivered. A set
// is ours from the moment its folder in spool/work/fetch got its final name; from then on it is
// only put into IN, once, and taken away over there.
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "channel/transfer.hpp"

namespace app {

struct Fetched {
    std::size_t sets = 0;
    std::vector<std::string> troubles;  // in words for operators
    std::exception_ptr fault;           // the first of our own disk; no channel rests for it
};

// One turn over all partners with a fetch channel whose rest is over.
Fetched fetch_from_partners(Home& home, channel::Until until = channel::Until::max());

}  // namespace app
