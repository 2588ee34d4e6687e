// SPDX-License-Identifier: MIT
#include "preload/snapshot/stack_encoder.h"

#include <cstring>

#include "preload/store/label_table.h"

namespace tracemalloc::preload {

bool StackEncoder::write(StackId id) noexcept {
    const StackRecord& record = stacks_.record(id);
    const Stack stack{split_label(stacks_.frames(id)).frames,
                      record.retired.load(std::memory_order_relaxed)};
    std::uint32_t numbers[RawStack::kCapacity];
    if (!number_addresses(stack, numbers)) {
        return false;
    }
    const std::size_t depth = stack.frames.size();
    const std::size_t previous_depth = previous_stack_.frames.size();
    std::size_t shared = 0;
    while (shared < depth && shared < previous_depth &&
           numbers[depth - 1 - shared] == previous_[previous_depth - 1 - shared]) {
        ++shared;
    }
    file_.put_number(record.flags);
    file_.put_number(depth);
    file_.put_number(shared);
    for (std::size_t at = 0; at < depth - shared; ++at) {
        file_.put_number(numbers[at]);
    }
    std::memcpy(previous_, numbers, depth * sizeof numbers[0]);
    previous_stack_ = stack;
    return true;
}

bool StackEncoder::number_addresses(const Stack& stack, std::uint32_t* numbers) noexcept {
    const StackFrames& frames = stack.frames;
    const std::size_t shared = frames_as_before(stack);
    const std::size_t fresh = frames.size() - shared;
    bool is_exact = false;
    for (std::size_t at = 0; at < fresh; ++at) {
        numbers[at] =
            addresses_.find_or_add(frames[frames.size() - 1 - at], stack.retired, is_exact);
        if (numbers[at] == dump::kNone) {
            return false;
        }
        is_exact = addresses_.is_signal_return(numbers[at]);
    }
    std::memcpy(numbers + fresh, previous_ + previous_stack_.frames.size() - shared,
                shared * sizeof numbers[0]);
    return true;
}

/// How many of the oldest frames are those of the stack before, meant in the same way: whether an
/// address is exact depends on the next newer frame.
std::size_t StackEncoder::frames_as_before(const Stack& stack) const noexcept {
    if (stack.retired != previous_stack_.retired) {
        return 0;
    }
    const std::size_t same = stack.frames.common_with(previous_stack_.frames);
    return same != 0 ? same - 1 : 0;
}

}  // namespace tracemalloc::preload
