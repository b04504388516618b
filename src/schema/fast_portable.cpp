// The engine for every machine.
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "schema/fast_run.hpp"

#define SLUICE_FAST_INLINE [[gnu::always_inline]] static inline

namespace schema {
namespace {
// In this order: each uses the one before.
#include "schema/fast_block_portable.hpp"
//
#include "schema/fast_value.hpp"
//
#include "schema/fast_engine.hpp"
}  // namespace

FastResult run_portable(const FastRun& run, std::uint32_t tag, const char*& p,
                        std::uint32_t watch) {
    return run_element(run, tag, p, watch);
}

const char* value_portable(const Check& check, const char* v, const char* end) {
    return value_end(check, v, end);
}

}  // namespace schema
