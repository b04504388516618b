// The engine for x86-64 with AVX2. Only functions of this file are compiled for it, so that nothing
// that other files share (templates of the standard library) can end up here.
#if defined(__x86_64__)

#include <immintrin.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "schema/fast_run.hpp"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")
#endif

#define SLUICE_FAST_INLINE [[gnu::always_inline]] static inline

namespace schema {
namespace {
// In this order: each uses the one before.
#include "schema/fast_block_avx2.hpp"
//
#include "schema/fast_value.hpp"
//
#include "schema/fast_engine.hpp"
}  // namespace

FastResult run_avx2(const FastRun& run, std::uint32_t tag, const char*& p, std::uint32_t watch) {
    return run_element(run, tag, p, watch);
}

const char* value_avx2(const Check& check, const char* v, const char* end) {
    return value_end(check, v, end);
}

}  // namespace schema

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace schema {

bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") != 0 &&
                            __builtin_cpu_supports("bmi") != 0 &&
                            __builtin_cpu_supports("bmi2") != 0;
    return has;
}

}  // namespace schema

#endif
