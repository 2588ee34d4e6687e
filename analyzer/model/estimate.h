// SPDX-License-Identifier: MIT
//
// What sampled blocks stand for. A block of s bytes is recorded with probability p = 1 − e^(−s/R),
// R being the mean number of bytes between two samples. The Horvitz–Thompson estimator counts each
// recorded block 1/p times (Horvitz and Thompson, "A Generalization of Sampling Without Replacement
// From a Finite Universe", JASA 47, 1952); blocks are drawn independently, so their n rows have
//
//     blocks  n/p       variance  n (1 − p)/p²
//     bytes   n s/p     variance  n s² (1 − p)/p²
//
// all four without bias, and so is any sum of them. With u = (1 − p)/p = 1/(e^(s/R) − 1), the
// blocks that one recorded block speaks for beside itself, 1/p is 1 + u and (1 − p)/p² is u (1 +
// u): nothing is subtracted, so the figures are accurate for blocks far smaller and far larger than
// R.
#pragma once

#include <cstdint>

#include "analyzer/model/total.h"

namespace tracemalloc::analyze {

/// Blocks that one recorded block of `size` bytes speaks for beside itself. `mean_bytes` is at
/// least 1; a size of 0 counts as 1, as when it was drawn.
double unseen_blocks(std::uint64_t size, std::uint64_t mean_bytes) noexcept;

/// What `count` recorded blocks of `size` bytes each stand for; `mean_bytes` 0: themselves.
Total estimate(std::uint64_t size, std::uint64_t count, std::uint64_t mean_bytes) noexcept;

}  // namespace tracemalloc::analyze
