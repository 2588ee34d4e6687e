// SPDX-License-Identifier: MIT
#include "preload/snapshot/stack_encoder.h"

#include <algorithm>
#include <cstring>

#include "preload/store/label_table.h"

namespace tracemalloc::preload {

bool StackEncoder::write(const StackRecord& stack) noexcept {
    std::uint32_t numbers[RawStack::kCapacity];
    if (!number_addresses(stack, numbers)) {
        return false;
    }
    const std::size_t depth = split_label(stack.frames()).frames.size();
    std::size_t shared = 0;
    while (shared < depth && shared < previous_depth_ &&
           numbers[depth - 1 - shared] == previous_[previous_depth_ - 1 - shared]) {
        ++shared;
    }
    file_.put_number(stack.flags);
    file_.put_number(depth);
    file_.put_number(shared);
    for (std::size_t at = 0; at < depth - shared; ++at) {
        file_.put_number(numbers[at]);
    }
    std::memcpy(previous_, numbers, depth * sizeof numbers[0]);
    previous_depth_ = depth;
    previous_stack_ = &stack;
    return true;
}

bool StackEncoder::number_addresses(const StackRecord& stack, std::uint32_t* numbers) noexcept {
    const auto frames = split_label(stack.frames()).frames;
    const std::size_t shared = frames_as_before(stack);
    const std::size_t fresh = frames.size() - shared;
    const std::uint32_t retired = stack.retired.load(std::memory_order_relaxed);
    bool is_exact = false;
    for (std::size_t at = 0; at < fresh; ++at) {
        numbers[at] = addresses_.find_or_add(frames[frames.size() - 1 - at], retired, is_exact);
        if (numbers[at] == dump::kNone) {
            return false;
        }
        is_exact = addresses_.is_signal_return(numbers[at]);
    }
    std::memcpy(numbers + fresh, previous_ + previous_depth_ - shared, shared * sizeof numbers[0]);
    return true;
}

/// How many of the oldest frames are those of the stack before, meant in the same way: whether an
/// address is exact depends on the next newer frame.
std::size_t StackEncoder::frames_as_before(const StackRecord& stack) const noexcept {
    if (previous_stack_ == nullptr ||
        stack.retired.load(std::memory_order_relaxed) !=
            previous_stack_->retired.load(std::memory_order_relaxed)) {
        return 0;
    }
    const auto frames = split_label(stack.frames()).frames;
    const auto before = split_label(previous_stack_->frames()).frames;
    const auto different =
        std::mismatch(frames.begin(), frames.end(), before.begin(), before.end()).first;
    const auto same = static_cast<std::size_t>(different - frames.begin());
    return same != 0 ? same - 1 : 0;
}

}  // namespace tracemalloc::preload
