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
        const Total sum = metric == Metric::temporary
                              ? Total{one.temporary_size, one.temporary_count}
                              : Total{one.size, one.count};
        add_traces(traces, snapshot.tracebacks[one.traceback].domain, one.traceback, sum);
    }
    snapshot.live = std::exchange(snapshot.traces, std::move(traces));
}

}  // namespace tracemalloc::analyze
