// SPDX-License-Identifier: MIT
#include "analyzer/render/trace_order.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace tracemalloc::analyze {

std::vector<std::uint32_t> largest_traces(std::span<const Trace> traces, std::size_t rows) {
    std::vector<std::uint32_t> order(traces.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        const Trace& left = traces[a];
        const Trace& right = traces[b];
        return std::make_tuple(right.size * right.count, right.count, a) <
               std::make_tuple(left.size * left.count, left.count, b);
    };
    rows = std::min(rows, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(rows), order.end(),
                      before);
    order.resize(rows);
    return order;
}

Total rest_of(const Snapshot& snapshot, std::span<const std::uint32_t> shown) {
    Total rest = snapshot.total();
    for (const std::uint32_t index : shown) {
        rest.size -= snapshot.traces[index].size * snapshot.traces[index].count;
        rest.count -= snapshot.traces[index].count;
    }
    return rest;
}

}  // namespace tracemalloc::analyze
