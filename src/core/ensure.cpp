#include "core/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace core {

void ensure_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr,
                 "sluice: internal error: ENSURE(%s) failed at %s:%d; running again is safe\n",
                 expression, file, line);
    std::abort();
}

}  // namespace core
