// SPDX-License-Identifier: MIT
#include "preload/snapshot/snapshot_service.h"

#include <bit>
#include <cerrno>
#include <type_traits>

#include "preload/platform/attention.h"
#include "preload/platform/clock.h"
#include "preload/platform/diagnostics.h"
#include "preload/platform/own_stack.h"
#include "preload/platform/pages.h"
#include "preload/platform/signal_mask.h"
#include "preload/platform/thread_registry.h"
#include "preload/snapshot/file_error.h"
#include "preload/snapshot/output_name.h"
#include "preload/snapshot/snapshot_series.h"

namespace tracemalloc::preload {

constinit SnapshotService g_snapshots;
static_assert(std::is_trivially_destructible_v<SnapshotService>);  // it outlives all destructors

namespace {

constexpr std::uint32_t bit_of(dump::SnapshotReason reason) noexcept {
    return std::uint32_t{1} << static_cast<std::uint32_t>(reason);
}

constexpr bool comes_unasked(dump::SnapshotReason reason) noexcept {
    return reason == dump::SnapshotReason::interval || reason == dump::SnapshotReason::growth ||
           reason == dump::SnapshotReason::autosave;
}

}  // namespace

bool SnapshotService::prepare(const Options& options, const SnapshotSource& source) noexcept {
    options_ = &options;
    source_ = source;
    nframe_ = options.nframe;
    start_unix_ns_ = clock_ns(CLOCK_REALTIME);
    stack_ = static_cast<unsigned char*>(pages::map(kStackBytes));
    return stack_ != nullptr;
}

bool SnapshotService::begin() noexcept {
    std::uint32_t nobody = 0;
    const auto self = static_cast<std::uint32_t>(system_call(SYS_gettid));
    return owner_.compare_exchange_strong(nobody, self, std::memory_order_acquire);
}

// Before the look for requests that came meanwhile, as a request is made before the look for an
// owner: so one of the two sees the other.
void SnapshotService::end() noexcept {
    owner_.store(0, std::memory_order_seq_cst);
}

void SnapshotService::request() noexcept {
    requested_.fetch_add(1, std::memory_order_acq_rel);
    if (is_in_hook()) {
        g_attention.fetch_or(kSnapshotWaiting, std::memory_order_acq_rel);
        return;
    }
    serve();
}

void SnapshotService::serve_waiting() noexcept {
    g_attention.fetch_and(~std::uint32_t{kSnapshotWaiting}, std::memory_order_acq_rel);
    serve();
}

void SnapshotService::take_due(dump::SnapshotReason reason) noexcept {
    due_.fetch_or(bit_of(reason), std::memory_order_acq_rel);
    serve();
}

bool SnapshotService::has_requests() const noexcept {
    return served_.load(std::memory_order_acquire) != requested_.load(std::memory_order_acquire) ||
           due_.load(std::memory_order_acquire) != 0;
}

// Whoever owns the service goes on until nothing is asked; one who asks while it is owned may
// leave.
void SnapshotService::serve() noexcept {
    const AllSignalsBlocked no_signals;
    while (has_requests()) {
        if (!begin()) {
            return;
        }
        Result result = Result::done;
        while (result == Result::done && !is_ending_.load(std::memory_order_relaxed) &&
               has_requests()) {
            result = serve_one();
        }
        end();
        if (is_ending_.load(std::memory_order_relaxed)) {
            return;
        }
        if (result == Result::busy) {
            // A thread in a hook waits for one that this signal interrupted: let it, try again
            // when any thread leaves a hook.
            g_attention.fetch_or(kSnapshotWaiting, std::memory_order_acq_rel);
            return;
        }
    }
}

/// What was asked for by signal comes first; of what is due, the reason with the lowest number.
/// Behind the exit dump nothing is due any more: an autosave that another thread takes would stay.
SnapshotService::Result SnapshotService::serve_one() noexcept {
    const std::uint32_t due = due_.load(std::memory_order_acquire);
    const bool is_asked =
        served_.load(std::memory_order_relaxed) != requested_.load(std::memory_order_acquire);
    const auto reason = is_asked ? dump::SnapshotReason::signal
                                 : static_cast<dump::SnapshotReason>(std::countr_zero(due));
    Result result = Result::done;
    if (!is_asked && exit_taken_) {
        due_.store(0, std::memory_order_release);
        return result;
    }
    if (!recording_is_stopped()) {
        result = take(reason, busy_tries_ < kMostBusyTries, false);
        busy_tries_ = result == Result::busy ? busy_tries_ + 1 : 0;
    } else if (is_asked) {
        refuse_while_stopped();
    }
    if (result == Result::done) {
        is_asked ? served_.fetch_add(1, std::memory_order_acq_rel)
                 : due_.fetch_and(~bit_of(reason), std::memory_order_acq_rel);
    }
    return result;
}

SnapshotService::Result SnapshotService::take(dump::SnapshotReason reason, bool must_freeze,
                                              bool may_ask_allocator) noexcept {
    order_ = {.reason = reason, .must_freeze = must_freeze, .may_ask_allocator = may_ask_allocator};
    return carry_out_order();
}

SnapshotService::Result SnapshotService::carry_out_order() noexcept {
    call_on_stack(
        [](void* self) noexcept { static_cast<SnapshotService*>(self)->take_on_own_stack(); }, this,
        stack_top());
    return order_.result;
}

void SnapshotService::take_on_own_stack() noexcept {
    FrozenView view;
    LeakScan leaks;
    view.begin_epoch(*source_.blocks, number_ + 1);
    const FrozenView::Outcome outcome = take_view(view, leaks);
    if (outcome == FrozenView::Outcome::threads_busy) {
        order_.result = Result::busy;
        return;
    }
    if (!view.is_consistent() && t_state != nullptr) {
        t_state->lose(LossReason::not_frozen);
    }
    if (order_.may_ask_allocator) {
        order_.allocator = source_.allocator_statistics();
    }
    const SpinGuard guard(code_.lock());
    ScopedModuleList modules;
    modules.read();
    if (order_.reason != dump::SnapshotReason::exit || options_->exit_snapshot) {
        write(view, order_.reason, outcome, modules, leaks.is_done() ? &leaks : nullptr);
    }
    if (options_->peak && (order_.reason == dump::SnapshotReason::exit ||
                           order_.reason == dump::SnapshotReason::crash)) {
        write_peak(view, modules);
    }
}

/// The lock of the code's history is held.
void SnapshotService::write(const FrozenView& view, dump::SnapshotReason reason,
                            FrozenView::Outcome outcome, const ModuleList& modules,
                            const LeakScan* leaks) noexcept {
    ++number_;
    RawFile::Path name;
    PublishedFile published;
    if (order_.path != nullptr) {
        name << order_.path;
    } else {
        expand_output_name(options_->output.view(), number_, reason, name);
    }
    const DumpContent content{
        .view = view,
        .stacks = *source_.stacks,
        .labels = *source_.labels,
        .modules = modules.view(),
        .code = code_,
        .allocator =
            reason != dump::SnapshotReason::peak ? order_.allocator : AllocatorStatistics{},
        .peak_bytes = source_.peak_bytes(),
        .own_bytes = pages::mapped_bytes() + source_.blocks->touched_bytes() -
                     view.untouched_bytes() - peak_.untouched_bytes_beside(view),
        .session = options_->session.view(),
        .start_unix_ns = start_unix_ns_,
        .number = number_,
        .reason = reason,
        .nframe = nframe_,
        .is_forked_child = is_forked_child_,
        .failed_dumps = status_.failed,
        .sample_mean = source_.sampler->mean_bytes(),
        .sampling_flags = source_.sampler->is_adaptive() ? std::uint32_t{dump::kAdaptive} : 0U,
        .is_sampled = source_.sampler->was_used(),
        .puts_addresses = options_->block_addresses && view.has_addresses(),
        .leaks = leaks,
        .crash = crash_,
    };
    order_.error = name.is_cut() ? ENAMETOOLONG
                   : outcome == FrozenView::Outcome::no_memory
                       ? ENOMEM
                       : write_dump(name.view(), content, &published);
    if (order_.error == 0) {
        ++status_.written;
        has_said_unasked_ = has_said_unasked_ && !comes_unasked(reason);
        autosave_.on_published(reason, published);
    } else {
        ++status_.failed;
        report_failure(name, order_.error);
    }
    publish();
}

void SnapshotService::report_failure(const RawFile::Path& name, int error) noexcept {
    if (order_.reason == dump::SnapshotReason::call) {
        return;  // the caller gets to know
    }
    if (comes_unasked(order_.reason)) {
        if (has_said_unasked_) {
            return;  // the next one would say the same
        }
        has_said_unasked_ = true;
    }
    diagnostics::Line line;
    constexpr std::size_t kMostLetters = 900;
    line << "cannot write " << name.view().substr(0, kMostLetters)
         << (name.view().size() > kMostLetters ? "…: " : ": ");
    const std::string_view text = file_error_text(error);
    if (text.empty()) {
        line << "errno " << static_cast<std::uint64_t>(error);
    } else {
        line << text;
    }
    diagnostics::say(line.view());
}

void SnapshotService::set_state(RecordingStatus::State state) noexcept {
    if (status_.state != state) {
        status_.state = state;
        publish();
    }
}

void SnapshotService::publish() noexcept {
    status_.signal = options_->signal;
    RecordingStatus shown = status_;
    if ((g_attention.load(std::memory_order_acquire) & (kStopped | kOff)) != 0) {
        shown.state = RecordingStatus::State::off;
    }
    status_mapping_.publish(shown, options_->output.view());
}

void SnapshotService::before_fork() noexcept {
    acquire();
}

// A signal that came in the middle of the fork found the service in use.
void SnapshotService::after_fork_in_parent() noexcept {
    release();
}

void SnapshotService::after_fork_in_child() noexcept {
    code_.lock().reset();
    is_forked_child_ = true;
    peak_.forget();
    exit_taken_ = false;
    // Another thread of the parent may have been on its end. This process goes on.
    is_ending_.store(false, std::memory_order_relaxed);
    crash_ = nullptr;
    busy_tries_ = 0;
    number_ = 0;
    requested_.store(0, std::memory_order_relaxed);
    served_.store(0, std::memory_order_relaxed);
    due_.store(0, std::memory_order_relaxed);
    autosave_.forget();
    status_.written = 0;
    status_.failed = 0;
    start_unix_ns_ = clock_ns(CLOCK_REALTIME);
    g_series.after_fork_in_child();
    publish();
    end();
}

}  // namespace tracemalloc::preload
