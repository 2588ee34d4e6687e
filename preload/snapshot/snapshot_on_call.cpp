// SPDX-License-Identifier: MIT
//
// What the program itself asks of the snapshot service: a snapshot, and turns in which nobody else
// takes one.
#include <cerrno>

#include "preload/platform/attention.h"
#include "preload/platform/clock.h"
#include "preload/platform/diagnostics.h"
#include "preload/platform/signal_mask.h"
#include "preload/snapshot/snapshot_series.h"
#include "preload/snapshot/snapshot_service.h"

namespace tracemalloc::preload {

void SnapshotService::on_start(std::uint32_t nframe) noexcept {
    nframe_ = nframe;
    start_unix_ns_ = clock_ns(CLOCK_REALTIME);
    publish();
    g_series.restart();
}

void SnapshotService::on_stop() noexcept {
    peak_.forget();
    publish();
}

bool SnapshotService::acquire() noexcept {
    const auto self = static_cast<std::uint32_t>(system_call(SYS_gettid));
    while (!begin()) {
        if (owner_.load(std::memory_order_relaxed) == self) {
            return false;
        }
        system_call(SYS_sched_yield);
    }
    return true;
}

void SnapshotService::release() noexcept {
    end();
    serve();
}

void SnapshotService::refuse_while_stopped() noexcept {
    ++status_.failed;
    diagnostics::say("recording is stopped, so no snapshot was taken");
    publish();
}

int SnapshotService::take_on_call(const char* path) noexcept {
    const AllSignalsBlocked no_signals;
    if (!acquire()) {
        return EAGAIN;
    }
    int error = ENODATA;
    int tries = 0;
    Result result = Result::busy;
    while (result == Result::busy && !recording_is_stopped()) {
        order_ = {.reason = dump::SnapshotReason::call,
                  .must_freeze = ++tries <= kMostBusyTries,
                  .may_ask_allocator = false,
                  .path = path};
        result = carry_out_order();
        error = order_.error;
    }
    release();
    return error;
}

}  // namespace tracemalloc::preload
