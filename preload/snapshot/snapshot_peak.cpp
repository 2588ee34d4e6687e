// SPDX-License-Identifier: MIT
//
// What the snapshot service keeps of the highest moment.
#include "preload/platform/own_stack.h"
#include "preload/platform/signal_mask.h"
#include "preload/snapshot/snapshot_service.h"

namespace tracemalloc::preload {

bool SnapshotService::keep_peak(std::uint64_t bytes) noexcept {
    const AllSignalsBlocked no_signals;
    if (!begin()) {
        return false;
    }
    kept_bytes_ = bytes;
    call_on_stack(
        [](void* self) noexcept {
            auto* const service = static_cast<SnapshotService*>(self);
            if (!service->peak_.take(*service->source_.blocks, service->kept_bytes_)) {
                service->kept_bytes_ = 0;
            }
        },
        this, stack_top());
    const bool is_kept = kept_bytes_ != 0;
    release();
    return is_kept;
}

/// Where the peak never ended, the last blocks are its own.
void SnapshotService::write_peak(const FrozenView& last, const ModuleList& modules) noexcept {
    if (source_.traced_bytes() >= peak_.bytes()) {
        write(last, dump::SnapshotReason::peak, FrozenView::Outcome::taken, modules);
    } else {
        const FrozenView::Outcome outcome = peak_.sort();
        write(peak_.view(), dump::SnapshotReason::peak, outcome, modules);
    }
}

}  // namespace tracemalloc::preload
