#pragma once
// ENSURE: an assertion that is always compiled in. What it guards can only be broken by a bug of
// ours; it prints the expression and the place and aborts, which the commit protocol makes safe.
// Never for input, never for the world.

namespace core {
[[noreturn]] void ensure_failed(const char* expression, const char* file, int line);
}

#define ENSURE(expression) \
    ((expression) ? static_cast<void>(0) : core::ensure_failed(#expression, __FILE__, __LINE__))
