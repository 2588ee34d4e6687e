// SPDX-License-Identifier: MIT
//
// Stacks, blocks, traffic: LEB128 rows to records, checked number by number. Memory stays in
// proportion to the bytes read: a row of n bytes cannot become more than kMaxDepth frames, and all
// rows together not more than kMaxStackFrames.
#pragma once

#include <cstdint>

#include "analyzer/load/dump_view.h"
#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

/// The largest TRACEMALLOC_NFRAME.
inline constexpr std::uint64_t kMaxDepth = 512;
/// Of all stacks together: 1 GiB of indexes.
inline constexpr std::uint64_t kMaxStackFrames = std::uint64_t{1} << 28;

/// Fills `raw.stacks` and `raw.stack_addresses`. Throws DumpError.
void decode_stacks(const DumpView& view, RawSnapshot& raw);

/// Fills `raw.traces`, after decode_stacks(). The sizes of all blocks together fit 63 bits, so that
/// any difference of two sums fits 64. Throws DumpError.
void decode_blocks(const DumpView& view, RawSnapshot& raw);

/// Marks the unreachable blocks of `raw.traces` when the dump knows them, after decode_blocks().
/// Throws DumpError.
void decode_leaks(const DumpView& view, RawSnapshot& raw);

/// Fills `raw.traffic` when the dump has it, after decode_stacks(). Its sums fit 63 bits too.
/// Throws DumpError.
void decode_traffic(const DumpView& view, RawSnapshot& raw);

}  // namespace tracemalloc::analyze
