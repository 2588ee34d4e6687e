// SPDX-License-Identifier: MIT
#include "analyzer/query/project_metric.h"

#include <utility>

namespace tracemalloc::analyze {

namespace {

/// `sum.size` bytes in `sum.count` blocks that are as equal as whole bytes allow.
void add_traces(std::vector<Trace>& traces, std::uint32_t domain, std::uint32_t traceback,
                const Total& sum) {
    if (sum.count == 0) {
        return;
    }
    const std::uint64_t mean = sum.size / sum.count;
    const std::uint64_t larger = sum.size % sum.count;
    traces.push_back({domain, traceback, mean, sum.count - larger});
    if (larger > 0) {
        traces.push_back({domain, traceback, mean + 1, larger});
    }
}

}  // namespace

void project_metric(Snapshot& snapshot, Metric metric) {
    snapshot.metric = metric;
    if (!is_traffic(metric)) {
        return;
    }
    std::vector<Trace> traces;
    for (const Traffic& one : *snapshot.traffic) {
        const bool is_temporary = metric == Metric::temporary;
        const std::uint64_t count = is_temporary ? one.temporary_count : one.count;
        const std::uint32_t domain = snapshot.tracebacks[one.traceback].domain;
        if (one.mean_bytes == 0) {
            add_traces(traces, domain, one.traceback,
                       {is_temporary ? one.temporary_size : one.size, count});
        } else if (count > 0) {
            traces.push_back({domain, one.traceback, one.block_size(), count, one.mean_bytes});
        }
    }
    snapshot.live = std::exchange(snapshot.traces, std::move(traces));
}

}  // namespace tracemalloc::analyze
