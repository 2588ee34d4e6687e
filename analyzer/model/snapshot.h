// SPDX-License-Identifier: MIT
//
// All live blocks of a process at one moment, with their places in the source. Python's
// tracemalloc.Snapshot, plus what a native process needs beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/model/birth.h"
#include "analyzer/model/estimate.h"
#include "analyzer/model/metric.h"
#include "analyzer/model/module.h"
#include "analyzer/model/total.h"
#include "analyzer/model/traceback.h"
#include "analyzer/model/traffic.h"

namespace tracemalloc::analyze {

/// Equal blocks: `count` recorded blocks of `size` bytes each with the same traceback.
struct Trace {
    std::uint32_t domain = 0;
    std::uint32_t traceback = 0;   ///< index into Snapshot::tracebacks
    std::uint64_t size = 0;        ///< bytes of one block
    std::uint64_t count = 0;       ///< at least 1
    std::uint64_t mean_bytes = 0;  ///< between two samples, when these were drawn; 0: all are here
    /// Of these, blocks that nothing in the process pointed to, and blocks that only such blocks
    /// led to; where SnapshotInfo::leaks_known.
    std::uint64_t unreachable_direct = 0;
    std::uint64_t unreachable_indirect = 0;

    /// What they stand for.
    [[nodiscard]] Total total() const noexcept {
        return mean_bytes == 0 ? Total{size * count, count} : estimate(size, count, mean_bytes);
    }
};

/// How the process sampled its blocks when the snapshot was taken.
struct Sampling {
    std::uint64_t mean_bytes = 0;  ///< between two samples; 0: every block was recorded
    bool adaptive = false;         ///< the tracer chooses the rate
};

/// One snapshot that a merged one is the sum of.
struct SourceSnapshot {
    std::uint32_t pid = 0;
    std::uint32_t number = 0;
    std::int64_t start_unix_ns = 0;
    std::int64_t unix_ns = 0;
    std::string exe;
    std::string host;
    Total total;
};

/// The signal that ended the process after the snapshot.
struct Crash {
    std::string signal;  ///< "SIGSEGV"
    std::uint32_t number = 0;
    std::int32_t code = 0;  ///< si_code
    std::optional<std::uint64_t> address;
    std::optional<std::uint32_t> sender;  ///< pid
    std::uint32_t thread = 0;
};

/// The process and the moment, as the dump tells them.
struct SnapshotInfo {
    std::string dump_path;
    std::uint32_t pid = 0;
    std::uint32_t parent_pid = 0;
    std::string exe;
    std::vector<std::string> command_line;
    std::string host;
    std::string session;
    std::uint32_t number = 0;
    std::string reason;  ///< "exit", "signal", …
    std::int64_t start_unix_ns = 0;
    std::int64_t unix_ns = 0;
    std::int64_t monotonic_ns = 0;
    std::uint32_t nframe = 0;  ///< Python's traceback_limit
    bool consistent = true;    ///< all threads stood still
    bool forked_child = false;
    std::uint64_t pause_ns = 0;
    std::optional<Crash> crash;

    std::uint64_t traced_bytes = 0;  ///< as the process counted them; Snapshot::total() is the sum
    std::uint64_t traced_blocks = 0;
    std::uint64_t peak_traced_bytes = 0;
    std::uint64_t own_bytes = 0;
    std::uint64_t rss_bytes = 0;
    std::uint64_t peak_rss_bytes = 0;
    bool allocator_known = false;
    std::uint64_t allocator_heap_bytes = 0;
    std::uint64_t allocator_mmap_bytes = 0;
    std::uint64_t allocator_used_bytes = 0;
    std::uint64_t allocator_free_bytes = 0;

    /// Blocks that a forked process got from its parent; absent: it was not forked, or the dump
    /// does not tell.
    std::optional<Total> inherited;

    std::uint64_t cut_tracebacks = 0;         ///< deeper than nframe
    std::uint64_t unfinished_tracebacks = 0;  ///< the unwinder stopped early
    bool leaks_known = false;                 ///< it was looked for blocks that nothing leads to
    /// What was not recorded: text and how often.
    std::vector<std::pair<std::string, std::uint64_t>> losses;
    /// Allocation functions and how often each was called; empty when that was not counted.
    std::vector<std::pair<std::string, std::uint64_t>> calls;

    std::optional<Sampling> sampling;  ///< absent: every block is here

    /// Not empty: this is the sum of these. Figures of memory are sums too, so `peak` is an upper
    /// bound; times are the first start and the last moment; what differs is left empty.
    std::vector<SourceSnapshot> sources;
};

/// How many addresses, and how many live bytes by most recent frame, ended on each rung.
struct SymbolCoverage {
    struct Rung {
        std::string name;  ///< "source line", "symbol", "module offset", "unknown"
        std::uint64_t addresses = 0;
        Amount size{};
    };
    std::vector<Rung> rungs;
    std::vector<std::string> warnings;  ///< one line each: build-id mismatch, unreadable debug info
};

struct Snapshot {
    SnapshotInfo info;
    std::vector<Traceback> tracebacks;
    std::vector<Trace> traces;
    Metric metric = Metric::live;                 ///< what the traces hold
    Births births;                                ///< of the traces, by index
    std::optional<std::vector<Traffic>> traffic;  ///< by traceback; absent: it was not counted
    std::vector<Trace> live;  ///< the live blocks, while the traces are made of the traffic
    std::vector<Module> modules;
    std::vector<CodeAddress> addresses;
    SymbolCoverage coverage;

    [[nodiscard]] Total total() const noexcept { return sum_of(traces); }
    /// All that was allocated, as far as it was counted.
    [[nodiscard]] Total allocated() const noexcept { return sum_of_traffic(&Traffic::total); }
    /// Of this, what its thread freed before it allocated again.
    [[nodiscard]] Total temporary() const noexcept { return sum_of_traffic(&Traffic::temporary); }
    /// The blocks that nothing led to, where they were looked for: those that nothing points to,
    /// and those that only such blocks lead to.
    struct Unreachable {
        Total direct;
        Total indirect;
    };
    [[nodiscard]] Unreachable unreachable() const noexcept {
        Unreachable sum;
        for (Trace trace : traces) {
            trace.count = trace.unreachable_direct;
            sum.direct += trace.total();
            trace.count = trace.unreachable_indirect;
            sum.indirect += trace.total();
        }
        return sum;
    }
    /// What was allocated and is not live any more. Absent where that is not known: the blocks of a
    /// forked child are partly those of its parent.
    [[nodiscard]] std::optional<Total> freed() const noexcept {
        const Total all = allocated();
        const Total left = sum_of(is_traffic(metric) ? live : traces);
        if (!traffic || info.forked_child || left.size > all.size || left.count > all.count) {
            return std::nullopt;
        }
        Total gone = all;
        gone -= left;  // whose samples are among its own
        const bool wraps = gone.size > all.size || gone.count > all.count;  // by a fraction
        return wraps ? std::nullopt : std::optional(gone);
    }

private:
    [[nodiscard]] Total sum_of_traffic(Total (Traffic::*part)() const noexcept) const noexcept {
        Total sum;
        if (traffic) {
            for (const Traffic& one : *traffic) {
                sum += (one.*part)();
            }
        }
        return sum;
    }
    static Total sum_of(const std::vector<Trace>& traces) noexcept {
        Total sum;
        for (const Trace& trace : traces) {
            sum += trace.total();
        }
        return sum;
    }
};

}  // namespace tracemalloc::analyze
