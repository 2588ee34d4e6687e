// SPDX-License-Identifier: MIT
//
// The view of the last snapshot, and what the process leaks where that was asked for.
#include "preload/snapshot/leak_scan.h"
#include "preload/snapshot/snapshot_service.h"

namespace tracemalloc::preload {

namespace {

/// Allocations that are in no table, though they may hold pointers.
bool has_lost_blocks(const FrozenView& view) noexcept {
    for (const LossReason reason : {LossReason::in_signal_handler, LossReason::before_ready,
                                    LossReason::stack_table_full, LossReason::block_table_full}) {
        if (view.losses(static_cast<std::size_t>(reason)) != 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

FrozenView::Outcome SnapshotService::take_view(FrozenView& view, LeakScan& leaks) noexcept {
    const bool seeks_leaks =
        options_->leaks && options_->exit_snapshot && order_.reason == dump::SnapshotReason::exit;
    if (options_->block_addresses || seeks_leaks) {
        view.keep_addresses();
    }
    if (source_.traffic->is_on()) {
        // How often a function was called is not known of blocks that were not recorded.
        view.keep_traffic({source_.traffic, source_.sampled_traffic, source_.stacks,
                           !source_.sampler->was_used() && !options_->samples()});
    }
    if (seeks_leaks) {
        view.stay_frozen();
    }
    const FrozenView::Outcome outcome = view.take(*source_.blocks, order_.must_freeze);
    if (seeks_leaks && outcome == FrozenView::Outcome::taken && view.is_consistent()) {
        leaks.run({.view = view,
                   .stacks = *source_.stacks,
                   .labels = *source_.labels,
                   .stack_pointer = program_stack_,
                   .allocator_is_glibc = source_.allocator_is_glibc,
                   .has_all_blocks = options_->start && !source_.blocks->was_cleared() &&
                                     !source_.sampler->was_used() && !has_lost_blocks(view)});
    }
    view.thaw();
    return outcome;
}

}  // namespace tracemalloc::preload
