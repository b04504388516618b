#pragma once
// The same work over many things on a few threads; the first exception reaches the caller after all
// threads have ended.
#include <cstddef>
#include <functional>

namespace app {

void parallel_for(unsigned threads, std::size_t count,
                  const std::function<void(std::size_t)>& work);

}  // namespace app
