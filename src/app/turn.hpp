#pragma once
// The engine's own steps wait for each other however long one takes: what holds a lock of theirs
// works, and when it dies the kernel gives the lock free. Not for what a person waits for.
#include <string>

#include "app/home.hpp"
#include "io/lock.hpp"

namespace app {

// `name` of a lock under spool/work. Says on standard error whom it waits for, where that takes
// longer than people expect.
io::Lock turn_at(const Home& home, const std::string& name, const std::string& purpose);

}  // namespace app
