// SPDX-License-Identifier: MIT
//
// When a snapshot is taken, and by whom. Requests are counted, never merged: each signal that
// arrives is one dump. One thread at a time serves them, on a stack of our own, because the
// program's may be a few kilobytes of a coroutine, and with all signals blocked.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/platform/options.h"
#include "preload/platform/spin_lock.h"
#include "preload/platform/thread_state.h"
#include "preload/sampling/sampler.h"
#include "preload/snapshot/autosave_file.h"
#include "preload/snapshot/code_history.h"
#include "preload/snapshot/dump_writer.h"
#include "preload/snapshot/kept_peak.h"
#include "preload/snapshot/raw_file.h"
#include "preload/snapshot/status_mapping.h"
#include "preload/store/block_table.h"
#include "preload/store/label_table.h"
#include "preload/store/stack_interner.h"
#include "preload/store/traffic_table.h"

namespace tracemalloc::preload {

/// What a snapshot is taken of.
struct SnapshotSource {
    BlockTable* blocks = nullptr;
    const StackInterner* stacks = nullptr;
    const LabelTable* labels = nullptr;
    const Sampler* sampler = nullptr;
    TrafficTable* traffic = nullptr;
    const SampledTraffic* sampled_traffic = nullptr;
    std::uint64_t (*peak_bytes)() noexcept = nullptr;
    std::uint64_t (*traced_bytes)() noexcept = nullptr;
    bool allocator_is_glibc = false;
    AllocatorStatistics (*allocator_statistics)() noexcept = nullptr;
    void (*abandon_own_locks)() noexcept = nullptr;  ///< those that the calling thread holds
};

class SnapshotService {
public:
    [[nodiscard]] bool prepare(const Options& options, const SnapshotSource& source) noexcept;

    /// From the signal handler. Serves at once unless the thread is inside a hook; that one serves
    /// when it leaves.
    void request() noexcept;
    /// On leaving a hook that found a request waiting.
    void serve_waiting() noexcept;
    /// One that nobody asked for: its time has come. Not inside a hook.
    void take_due(dump::SnapshotReason reason) noexcept;
    /// The last snapshot of the process. Waits for one that another thread is taking.
    /// `runs_exit_handlers`: by exit(), not by what a signal handler may call.
    void take_exit_snapshot(bool runs_exit_handlers) noexcept;
    /// The calling thread will not return to a hook that may hold locks.
    void abandon_own_locks() noexcept;
    /// From the handler of a signal that ends the process, wherever it hit. Waits for others, but
    /// not for ever: what holds them up may be what went wrong.
    void take_crash_snapshot(const dump::CrashFacts& facts) noexcept;

    /// The snapshot that the program itself asked for; 0 or an error number. `path` is the name of
    /// the file as it is; null: by the output pattern. Not inside a hook.
    [[nodiscard]] int take_on_call(const char* path) noexcept;

    /// Keeps the blocks of now, which hold so many bytes, as the highest so far. Not inside a hook.
    /// False when somebody else is at it or the threads could not be held still.
    [[nodiscard]] bool keep_peak(std::uint64_t bytes) noexcept;
    /// With the turn.
    void forget_peak() noexcept { peak_.forget(); }

    void set_state(RecordingStatus::State state) noexcept;
    /// Recording began or ended. With the turn.
    void on_start(std::uint32_t nframe) noexcept;
    void on_stop() noexcept;

    /// While it is held nobody else takes a snapshot or forks. With all signals blocked; what was
    /// asked meanwhile is served by who releases it. False when this thread holds it already: in
    /// fork handlers.
    bool acquire() noexcept;
    void release() noexcept;

    /// A fork must not happen in the middle of a dump.
    void before_fork() noexcept;
    void after_fork_in_parent() noexcept;
    void after_fork_in_child() noexcept;

    CodeHistory& code() noexcept { return code_; }

private:
    enum class Result { done, busy };

    static constexpr int kMostBusyTries = 5;
    static constexpr std::size_t kStackBytes = std::size_t{128} << 10;
    [[nodiscard]] unsigned char* stack_top() const noexcept { return stack_ + kStackBytes; }

    static bool is_in_hook() noexcept {
        return t_state != nullptr && t_state->hook_frame.load(std::memory_order_relaxed) != 0;
    }
    bool begin() noexcept;
    bool begin_within(std::int64_t patience_ns) noexcept;
    void end() noexcept;
    [[nodiscard]] bool has_requests() const noexcept;
    void serve() noexcept;
    Result serve_one() noexcept;
    void refuse_while_stopped() noexcept;
    Result take(dump::SnapshotReason reason, bool must_freeze, bool may_ask_allocator) noexcept;
    Result carry_out_order() noexcept;
    void take_on_own_stack() noexcept;
    void write(const FrozenView& view, dump::SnapshotReason reason, FrozenView::Outcome outcome,
               const ModuleList& modules, const LeakScan* leaks = nullptr) noexcept;
    void write_peak(const FrozenView& last, const ModuleList& modules) noexcept;
    FrozenView::Outcome take_view(FrozenView& view, LeakScan& leaks) noexcept;
    void report_failure(const RawFile::Path& name, int error) noexcept;
    void publish() noexcept;

    const Options* options_ = nullptr;
    SnapshotSource source_;
    unsigned char* stack_ = nullptr;
    std::int64_t start_unix_ns_ = 0;

    std::atomic<std::uint32_t> requested_{0};
    std::atomic<std::uint32_t> served_{0};
    std::atomic<std::uint32_t> due_{0};    ///< bit n: SnapshotReason n
    std::atomic<std::uint32_t> owner_{0};  ///< thread id of who takes a snapshot, 0: nobody
    bool is_forked_child_ = false;
    bool exit_taken_ = false;
    std::atomic<bool> is_ending_{false};  ///< a signal ends the process: requests are passed over
    const dump::CrashFacts* crash_ = nullptr;
    int busy_tries_ = 0;
    bool has_said_unasked_ = false;  ///< that the last unasked one could not be written
    AutosaveFile autosave_;
    std::uint32_t number_ = 0;
    std::uint32_t nframe_ = 0;
    std::uintptr_t program_stack_ = 0;  ///< where the thread that ends the process stands
    RecordingStatus status_;
    StatusMapping status_mapping_;
    CodeHistory code_;
    KeptPeak peak_;
    std::uint64_t kept_bytes_ = 0;  ///< argument and answer of what runs on our own stack

    // Arguments and answer of the function that runs on our own stack.
    struct Order {
        dump::SnapshotReason reason;
        bool must_freeze;
        bool may_ask_allocator;
        const char* path = nullptr;  ///< null: by the output pattern
        AllocatorStatistics allocator = {};
        Result result = Result::done;
        int error = 0;
    } order_{};
};

extern SnapshotService g_snapshots;

}  // namespace tracemalloc::preload
