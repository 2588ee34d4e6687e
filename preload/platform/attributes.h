// SPDX-License-Identifier: MIT
//
// What the language has no word for.
#pragma once

#define TM_LIKELY(condition) __builtin_expect(static_cast<bool>(condition), 1)
#define TM_UNLIKELY(condition) __builtin_expect(static_cast<bool>(condition), 0)

/// Rare path: kept out of the caller's instruction stream.
#define TM_COLD __attribute__((cold, noinline))
#define TM_INLINE inline __attribute__((always_inline))

/// Thread-local state is reached by one instruction relative to the thread pointer. The library is
/// always in the initial link set, so this model is available.
#define TM_THREAD_LOCAL thread_local __attribute__((tls_model("initial-exec")))
