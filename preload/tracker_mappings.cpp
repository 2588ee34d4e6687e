// SPDX-License-Identifier: MIT
//
// The part of the tracker that remembers what the program maps itself, as blocks of a domain of
// their own.
#include "preload/tracker.h"

namespace tracemalloc::preload {

/// The stack of the call, with the label of its thread in the domain.
StackId Tracker::stack_of_mapping(const MappingCall& call) noexcept {
    LabelId label = LabelId::none;
    StackId stack = StackId::none;
    if (labels_.intern({dump::kMappingDomain, labels_[static_cast<LabelId>(t_label)].tag()},
                       label)) {
        stack = labelled(call.thread, locate_mapping(call), label);
    }
    if (stack == StackId::none) {
        call.thread.lose(LossReason::stack_table_full);
    }
    return stack;
}

void Tracker::on_map(const MappingCall& call, std::uintptr_t start, std::size_t bytes,
                     bool is_reserved) noexcept {
    const StackId stack = is_reserved ? StackId::none : stack_of_mapping(call);
    std::uint64_t removed = 0;
    if (!blocks_.mapped().put(start, start + bytes, stack, removed)) {
        call.thread.lose(LossReason::block_table_full);
    }
    const std::uint64_t added = stack == StackId::none ? 0 : bytes;
    settle(call.thread, static_cast<std::int64_t>(added) - static_cast<std::int64_t>(removed));
    count_traffic(call.thread, stack, added);
}

void Tracker::on_protect(const MappingCall& call, std::uintptr_t start, std::size_t bytes,
                         bool is_reserved) noexcept {
    MappedRanges& ranges = blocks_.mapped();
    if (!is_reserved && !ranges.has_reserved(start, start + bytes)) {
        return;  // most often: what is protected is memory already, or a library's
    }
    const StackId stack = is_reserved ? StackId::none : stack_of_mapping(call);
    std::uint64_t changed = 0;
    if (!ranges.change(start, start + bytes, stack, changed)) {
        call.thread.lose(LossReason::block_table_full);
    }
    const auto delta = static_cast<std::int64_t>(changed);
    settle(call.thread, stack == StackId::none ? -delta : delta);
    count_traffic(call.thread, stack, changed);
}

void Tracker::on_unmap(const MappingCall& call, std::uintptr_t start, std::size_t bytes,
                       std::uint64_t moment) noexcept {
    std::uint64_t removed = 0;
    if (!blocks_.mapped().remove(start, start + bytes, moment, removed)) {
        call.thread.lose(LossReason::block_table_full);
    }
    settle(call.thread, -static_cast<std::int64_t>(removed));
}

/// Checked mode compares what it can unwind from here, which is no stack of an outer hook.
StackId Tracker::locate_mapping(const MappingCall& call) noexcept {
    return call.is_of_outer_hook ? find_or_walk(call.thread, call.site, false)
                                 : locate_unlabelled(call.thread, call.site, false);
}

}  // namespace tracemalloc::preload
