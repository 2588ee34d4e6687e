// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// In the order of the blocks section.
inline std::vector<Trace> in_row_order(std::vector<Trace> traces) {
    std::sort(traces.begin(), traces.end(), [](const Trace& a, const Trace& b) {
        return a.traceback != b.traceback ? a.traceback < b.traceback : a.size < b.size;
    });
    return traces;
}

/// Calls put(number) for the rows of the leaks section; returns how many they are.
template <class Put>
std::uint64_t put_leak_rows(const std::vector<Trace>& rows, Put put) {
    std::uint64_t count = 0;
    std::size_t previous = 0;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (rows[at].unreachable_direct + rows[at].unreachable_indirect != 0) {
            put(at - std::exchange(previous, at));
            put(rows[at].unreachable_direct);
            put(rows[at].unreachable_indirect);
            ++count;
        }
    }
    return count;
}

}  // namespace tracemalloc::analyze
