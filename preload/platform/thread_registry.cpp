// SPDX-License-Identifier: MIT
#include "preload/platform/thread_registry.h"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <time.h>

#include <cerrno>
#include <new>

#include "preload/platform/attention.h"
#include "preload/platform/clock.h"
#include "preload/platform/own_stack.h"
#include "preload/platform/pages.h"
#include "preload/platform/small_file.h"
#include "preload/platform/spin_lock.h"
#include "preload/platform/system_call.h"
#include "preload/platform/text_buffer.h"

namespace tracemalloc::preload {

alignas(64) constinit std::atomic<std::uint32_t> g_attention{kNotArmed};
constinit std::atomic<std::uint32_t> g_code_generation{1};
constinit TM_THREAD_LOCAL ThreadState* t_state = nullptr;
constinit TM_THREAD_LOCAL std::uint32_t t_label = 0;
constinit TM_THREAD_LOCAL std::uint32_t t_calling_function = 0;

namespace thread_registry {

namespace {

/// Stands for the frame of a hook where there is none.
constexpr std::uintptr_t kNoHook = 1;

constexpr std::size_t kStatesPerBatch = 4 * pages::kPageBytes / sizeof(ThreadState);

constinit SpinLock g_lock;  // the list's growth and the claiming of states
constinit std::atomic<ThreadState*> g_first{nullptr};
constinit bool g_has_membarrier = false;
constinit std::atomic<pid_t> g_forking_thread{0};  ///< holds all others; may itself have to wait
constinit void* g_barrier_page = nullptr;

/// Orders our store before our loads against the same pair of every running thread. Where
/// membarrier is forbidden, from the start or since a sandbox was closed, taking write permission
/// from a page does it: the kernel has to interrupt every core that runs this process.
void barrier_on_all_cores() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (g_has_membarrier &&
        !failed(system_call(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0))) {
        return;
    }
    if (g_barrier_page != nullptr) {
        system_call(SYS_mprotect, g_barrier_page, pages::kPageBytes, PROT_READ | PROT_WRITE);
        *static_cast<volatile char*>(g_barrier_page) = 1;
        system_call(SYS_mprotect, g_barrier_page, pages::kPageBytes, PROT_READ);
    }
}

bool is_dead(const ThreadState& state) noexcept {
    return state.hook_frame.load(std::memory_order_relaxed) == 0 &&
           system_call(SYS_tgkill, system_call(SYS_getpid), state.tid, 0) == -ESRCH;
}

/// The letter of a thread's state in /proc, 'S' while it sleeps; 'S' too when it cannot be read.
char scheduler_state(pid_t tid) noexcept {
    TextBuffer<64> path;
    path << "/proc/self/task/" << static_cast<std::uint64_t>(tid) << "/stat";
    char text[128];
    const std::string_view stat(text, read_small_file(path.c_str(), text, sizeof text));
    const std::size_t name_end = stat.rfind(") ");
    return name_end == std::string_view::npos || name_end + 2 >= stat.size() ? 'S'
                                                                             : stat[name_end + 2];
}

bool is_in_hook(const ThreadState& state) noexcept {
    return &state != t_state && state.hook_frame.load(std::memory_order_acquire) != 0;
}

/// True when threads are inside hooks, and each of them waits for another one. One that left its
/// hook meanwhile sleeps too, but only until the thaw.
bool only_sleepers_in_hooks() noexcept {
    bool has_sleeper = false;
    for (const ThreadState* state = first(); state != nullptr; state = state->next) {
        if (is_in_hook(*state)) {
            const bool sleeps = scheduler_state(state->tid) == 'S';
            if (!sleeps) {
                return false;
            }
            has_sleeper = has_sleeper || is_in_hook(*state);
        }
    }
    return has_sleeper;
}

/// How long a freeze waits. Only threads that all sleep can be waiting for one that the freeze
/// holds; while one of them could run, however long a busy machine lets it wait, they will go on.
class Patience {
public:
    explicit Patience(std::uint64_t with_sleepers_ns) noexcept
        : with_sleepers_ns_(static_cast<std::int64_t>(with_sleepers_ns)),
          next_look_(clock_ns(CLOCK_MONOTONIC) + with_sleepers_ns_),
          end_(next_look_ + kMostNs) {}

    bool is_over() noexcept {
        const std::int64_t now = clock_ns(CLOCK_MONOTONIC);
        if (now < next_look_) {
            return false;
        }
        next_look_ = now + with_sleepers_ns_;
        return now > end_ || only_sleepers_in_hooks();
    }

private:
    static constexpr std::int64_t kMostNs = 2'000'000'000;

    std::int64_t with_sleepers_ns_;
    std::int64_t next_look_;
    std::int64_t end_;
};

ThreadState* claim_free() noexcept {
    for (ThreadState* state = first(); state != nullptr; state = state->next) {
        if (state->tid == 0) {
            return state;
        }
    }
    return nullptr;
}

/// Threads that ended without running their destructors (a raw exit system call) left their state
/// behind.
void free_dead() noexcept {
    for (ThreadState* state = first(); state != nullptr; state = state->next) {
        if (state->tid != 0 && is_dead(*state)) {
            state->tid = 0;
        }
    }
}

ThreadState* add_batch() noexcept {
    void* const memory = pages::map(kStatesPerBatch * sizeof(ThreadState));
    if (memory == nullptr) {
        return nullptr;
    }
    auto* const states = static_cast<ThreadState*>(memory);
    for (std::size_t at = 0; at < kStatesPerBatch; ++at) {
        auto* const state = new (states + at) ThreadState;
        state->next = g_first.load(std::memory_order_relaxed);
        g_first.store(state, std::memory_order_release);
    }
    return g_first.load(std::memory_order_relaxed);
}

}  // namespace

void prepare() noexcept {
    g_has_membarrier =
        !failed(system_call(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0));
    g_barrier_page = pages::map(pages::kPageBytes);
}

ThreadState* enroll() noexcept {
    const SpinGuard guard(g_lock);
    ThreadState* state = claim_free();
    if (state == nullptr) {
        free_dead();
        state = claim_free();
    }
    if (state == nullptr) {
        state = add_batch();
    }
    if (state != nullptr) {
        state->tid = static_cast<pid_t>(system_call(SYS_gettid));
    }
    return state;
}

void enter(ThreadState& state, bool is_freezing) noexcept {
    for (;;) {
        state.hook_frame.store(kNoHook, std::memory_order_relaxed);
        std::atomic_signal_fence(std::memory_order_seq_cst);  // pairs with freeze()
        if (is_freezing || (g_attention.load(std::memory_order_acquire) & kFrozen) == 0) {
            return;
        }
        leave(state);
        wait_until_thawed();
    }
}

void leave(ThreadState& state) noexcept {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    state.hook_frame.store(0, std::memory_order_release);
}

void dismiss(ThreadState& state) noexcept {
    const SpinGuard guard(g_lock);
    leave(state);
    state.tid = 0;
}

bool freeze(std::uint64_t patience_ns) noexcept {
    g_attention.fetch_or(kFrozen, std::memory_order_seq_cst);
    barrier_on_all_cores();
    Patience patience(patience_ns);
    for (const ThreadState* state = first(); state != nullptr; state = state->next) {
        for (int spins = 0; is_in_hook(*state); ++spins) {
            __builtin_ia32_pause();
            if (spins < 100) {
                continue;
            }
            system_call(SYS_sched_yield);
            if (patience.is_over()) {
                thaw();
                return false;
            }
        }
    }
    return true;
}

bool freeze_for_fork(std::uint64_t patience_ns) noexcept {
    if (!freeze(patience_ns)) {
        return false;
    }
    g_forking_thread.store(static_cast<pid_t>(system_call(SYS_gettid)), std::memory_order_release);
    return true;
}

void thaw() noexcept {
    g_forking_thread.store(0, std::memory_order_relaxed);
    g_attention.fetch_and(~std::uint32_t{kFrozen}, std::memory_order_seq_cst);
    system_call(SYS_futex, &g_attention, FUTEX_WAKE_PRIVATE, 0x7fffffff, nullptr, nullptr, 0);
}

void wait_until_thawed() noexcept {
    spilled_stack_pointer();  // a scan for leaks reads the registers of who waits here
    for (;;) {
        const std::uint32_t now = g_attention.load(std::memory_order_acquire);
        if ((now & kFrozen) == 0) {
            return;
        }
        // A missed wake-up costs 20 ms, never a hang.
        const timespec patience{0, 20'000'000};
        const long woken =
            system_call(SYS_futex, &g_attention, FUTEX_WAIT_PRIVATE, now, &patience, nullptr, 0);
        const pid_t forking = g_forking_thread.load(std::memory_order_acquire);
        if (woken == -ETIMEDOUT && forking != 0 && scheduler_state(forking) == 'S') {
            thaw();  // it waits for a lock that a thread it holds has taken
        }
    }
}

ThreadState* first() noexcept {
    return g_first.load(std::memory_order_acquire);
}

void keep_only_caller() noexcept {
    g_lock.reset();
    g_forking_thread.store(0, std::memory_order_relaxed);
    for (ThreadState* state = first(); state != nullptr; state = state->next) {
        if (state != t_state) {
            state->hook_frame.store(0, std::memory_order_relaxed);
            state->tid = 0;
        } else {
            state->tid = static_cast<pid_t>(system_call(SYS_gettid));
        }
    }
}

}  // namespace thread_registry
}  // namespace tracemalloc::preload
