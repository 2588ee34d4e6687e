// SPDX-License-Identifier: MIT
//
// The blocks of a dump one by one, with their addresses and births.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "analyzer/load/dump_view.h"
#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

struct RawBlock {
    std::uint64_t address = 0;
    std::uint32_t stack = 0;  ///< index into stacks
    std::uint64_t size = 0;
    std::optional<std::uint32_t> epoch{};  ///< index into epochs; absent: the dump does not tell
};

/// Calls `visit` for each row of the block addresses, in order of address, after decode_stacks(),
/// decode_blocks() and decode_births(): they are the same blocks one by one. Throws DumpError.
void decode_block_addresses(const DumpView& view, const RawSnapshot& raw,
                            const std::function<void(const RawBlock&)>& visit);

}  // namespace tracemalloc::analyze
