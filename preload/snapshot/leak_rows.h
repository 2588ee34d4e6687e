// SPDX-License-Identifier: MIT
//
// The rows of the leaks section: unreachable blocks counted by the row of the blocks section that
// they are part of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/snapshot/block_rows.h"
#include "preload/snapshot/dump_file.h"
#include "preload/snapshot/leak_scan.h"

namespace tracemalloc::preload {

inline void put_leaks(DumpFile& file, const FrozenView& view,
                      std::span<const UnreachableBlock> unreachable) noexcept {
    file.begin(dump::SectionKind::leaks);
    BlockRows rows(view);
    std::size_t at = 0;
    std::uint64_t index = 0;
    std::uint64_t previous = 0;
    std::uint64_t count = 0;
    for (BlockRow row{}; at < unreachable.size() && rows.next(row); ++index) {
        std::uint64_t direct = 0;
        std::uint64_t indirect = 0;
        for (; at < unreachable.size() && unreachable[at].stack == row.stack &&
               unreachable[at].size == row.size;
             ++at) {
            ++(unreachable[at].is_indirect ? indirect : direct);
        }
        if (direct + indirect != 0) {
            file.put_number(index - previous);
            file.put_number(direct);
            file.put_number(indirect);
            previous = index;
            ++count;
        }
    }
    file.end(count);
}

}  // namespace tracemalloc::preload
