// SPDX-License-Identifier: MIT
//
// The traffic of a frozen view as sections of the dump: by stack, and by allocation function.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/snapshot/dump_file.h"
#include "preload/snapshot/dump_stacks.h"
#include "preload/snapshot/frozen_view.h"

namespace tracemalloc::preload {

inline void put_traffic(DumpFile& file, const FrozenView& view) noexcept {
    file.begin(dump::SectionKind::traffic);
    DumpStacks stacks(view);
    std::uint32_t previous = 0;
    for (const TrafficRow& row : view.traffic()) {
        const std::uint32_t index = stacks.index_of(row.stack);
        file.put_number(index - previous);
        file.put_number(row.sum.count);
        file.put_number(row.sum.bytes);
        file.put_number(row.sum.temporary_count);
        file.put_number(row.sum.temporary_bytes);
        previous = index;
    }
    file.end(view.traffic().size());

    file.begin(dump::SectionKind::calls);
    std::uint64_t count = 0;
    for (std::uint32_t function = 0; function < kAllocationFunctionEnd; ++function) {
        if (view.calls(function) != 0) {
            file.put_record(dump::FunctionCalls{function, 0, view.calls(function)});
            ++count;
        }
    }
    file.end(count);
}

}  // namespace tracemalloc::preload
