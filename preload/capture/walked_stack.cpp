// SPDX-License-Identifier: MIT
#include "preload/capture/walked_stack.h"

#include <cstring>

namespace tracemalloc::preload {

namespace {

/// factor * inverse_of(factor) = 1 modulo 2^64. Each step doubles the bits that are right.
constexpr std::uint64_t inverse_of(std::uint64_t factor) noexcept {
    std::uint64_t inverse = factor;
    for (int step = 0; step < 6; ++step) {
        inverse *= 2 - factor * inverse;
    }
    return inverse;
}
static_assert(inverse_of(kPlaceFactor) * kPlaceFactor == 1);

}  // namespace

std::size_t WalkedStack::bytes_for(std::size_t most) noexcept {
    return kCapacityFactor * most * (sizeof(WalkedFrame) + 5 * sizeof(std::uint64_t)) +
           sizeof(std::uint64_t);
}

void* WalkedStack::prepare(void* memory, std::size_t most) noexcept {
    capacity_ = kCapacityFactor * most;
    frames_ = static_cast<WalkedFrame*>(memory);
    pcs_ = reinterpret_cast<std::uintptr_t*>(frames_ + capacity_);
    slots_ = pcs_ + capacity_;
    powers_ = slots_ + capacity_;
    inverses_ = powers_ + capacity_;
    sums_ = inverses_ + capacity_;  // one more than the others
    std::uint64_t power = 1;
    std::uint64_t inverse = 1;
    for (std::size_t at = 0; at < capacity_; ++at) {
        powers_[at] = power;
        inverses_[at] = inverse;
        power *= kPlaceFactor;
        inverse *= inverse_of(kPlaceFactor);
    }
    forget();
    return sums_ + capacity_ + 1;
}

TM_INLINE void WalkedStack::sum_up(std::size_t first, std::size_t last) noexcept {
    for (std::size_t at = first; at < last; ++at) {
        sums_[at + 1] = sums_[at] + pcs_[at] * powers_[at];
    }
}

/// The same from the other end: the sums above stay as they are.
TM_INLINE void WalkedStack::sum_down(std::size_t first, std::size_t last) noexcept {
    for (std::size_t at = last; at > first; --at) {
        sums_[at - 1] = sums_[at] - pcs_[at - 1] * powers_[at - 1];
    }
}

TM_INLINE void WalkedStack::link(std::size_t caller, FrameRule callee) noexcept {
    WalkedFrame& frame = frames_[caller];
    frame.link = link_to(callee, frame.needs_bp);
    slots_[caller] = frame.link == WalkedFrame::Link::return_address ? frame.sp - 8 : no_slot();
}

/// Puts the run in [first, first + count). The newest of it is as if nobody had called it yet.
TM_INLINE void WalkedStack::put(std::size_t first, const FreshRun& fresh) noexcept {
    if (fresh.count() == 0) {
        return;
    }
    std::size_t at = first;
    for (const Fresh* next = fresh.end; next != fresh.frames; ++at) {
        const Fresh& one = *--next;
        const bool is_plain = fresh.is_all_counted || next == fresh.frames ||
                              next[-1].rule.kind() < FrameRule::Kind::realigned;
        pcs_[at] = one.pc;
        frames_[at] = {
            one.sp, one.bp, one.rule,
            is_plain ? WalkedFrame::Link::return_address : WalkedFrame::Link::stack_pointer_too,
            false};
        slots_[at] = is_plain ? one.sp - 8 : no_slot();
    }
    if (first > begin_) {
        link(first - 1, fresh.end[-1].rule);
    }
}

void WalkedStack::require_bp(std::size_t index) noexcept {
    const std::uintptr_t bp = frames_[index].bp;
    for (; index < end_ && !frames_[index].needs_bp; ++index) {
        frames_[index].needs_bp = true;
        frames_[index].bp = bp;
        if (index + 1 < end_) {
            const FrameRule callee = frames_[index + 1].rule;
            link(index, callee);
            if (saves_bp(callee)) {
                return;
            }
        }
    }
}

/// A need for rbp goes up through new frames [first, last), also that of the frame below them.
void WalkedStack::require_bps(std::size_t first, std::size_t last) noexcept {
    if (first > begin_ && first < end_ && frames_[first - 1].needs_bp &&
        !saves_bp(frames_[first].rule)) {
        require_bp(first);
    }
    for (std::size_t index = first; index < last; ++index) {
        if (frames_[index].rule.uses_bp()) {
            require_bp(index);
        }
    }
}

void WalkedStack::put_on_top(std::size_t meet, const FreshRun& fresh) noexcept {
    if (meet > begin_) {
        end_ = meet;
    } else {
        forget();
    }
    // Room is left above for replace(), which adds at most a whole stack, and as much below. What
    // lies beyond the limit by now is kept as far as it goes: a recursion comes back to it.
    const std::size_t room = capacity_ / kCapacityFactor;
    if (end_ + fresh.count() + room > capacity_) {
        const std::size_t most = room * kKeptFactor;
        const std::size_t kept = end_ - begin_ < most ? end_ - begin_ : most;
        std::memmove(frames_ + room, frames_ + end_ - kept, kept * sizeof frames_[0]);
        std::memmove(pcs_ + room, pcs_ + end_ - kept, kept * sizeof pcs_[0]);
        std::memmove(slots_ + room, slots_ + end_ - kept, kept * sizeof slots_[0]);
        begin_ = room;
        end_ = room + kept;
        sum_up(begin_, end_);
    }
    const std::size_t first = end_;
    end_ += fresh.count();
    put(first, fresh);
    sum_up(first, end_);
    if (fresh.uses_bp || (first > begin_ && frames_[first - 1].needs_bp)) {
        require_bps(first, end_);
    }
}

std::size_t WalkedStack::replace(std::size_t oldest, std::size_t newest,
                                 const FreshRun& fresh) noexcept {
    const bool reaches_down = oldest == begin_;
    if (reaches_down) {
        oldest = newest > fresh.count() ? newest - fresh.count() : 0;
        begin_ = oldest;
    }
    const std::size_t first = oldest + fresh.count();
    const std::size_t moved = end_ - newest;
    if (first != newest) {
        std::memmove(frames_ + first, frames_ + newest, moved * sizeof frames_[0]);
        std::memmove(pcs_ + first, pcs_ + newest, moved * sizeof pcs_[0]);
        std::memmove(slots_ + first, slots_ + newest, moved * sizeof slots_[0]);
        end_ = first + moved;
    }
    put(oldest, fresh);
    if (reaches_down && first == newest) {
        sum_down(oldest, first);
    } else {
        sum_up(oldest, end_);
    }
    if (first > begin_) {
        link(first - 1, frames_[first].rule);
    }
    require_bps(oldest, first);
    if (frames_[first].rule.uses_bp()) {
        require_bp(first);
    }
    return oldest;
}

FramePlace WalkedStack::place_of(std::size_t index, std::uintptr_t newest_bp) noexcept {
    WalkedFrame& frame = frames_[index];
    if (!frame.needs_bp) {
        std::size_t newer = index + 1;
        while (newer < end_ && !saves_bp(frames_[newer].rule)) {
            ++newer;
        }
        const WalkedFrame& saver = frames_[newer];
        frame.bp = newer < end_
                       ? stack_word(bp_slot(saver.rule, saver.sp, saver.bp, frames_[newer - 1].sp))
                       : newest_bp;
    }
    return {pcs_[index], frame.sp, frame.bp};
}

}  // namespace tracemalloc::preload
