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
        const Total left = traces[a].total();
        const Total right = traces[b].total();
        return std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>(right.size, right.count, a) <
               std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>(left.size, left.count, b);
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
        rest -= snapshot.traces[index].total();
    }
    return rest;
}

}  // namespace tracemalloc::analyze
