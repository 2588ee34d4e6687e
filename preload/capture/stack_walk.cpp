// SPDX-License-Identifier: MIT
#include "preload/capture/stack_walk.h"

#include <algorithm>

namespace tracemalloc::preload {

std::size_t StackWalk::bytes_for(std::size_t limit) noexcept {
    const std::size_t most = limit + kMostEntryPoints;
    return WalkedStack::bytes_for(most) + most * sizeof(WalkedStack::Fresh);
}

void StackWalk::prepare(void* memory, std::size_t limit) noexcept {
    limit_ = limit;
    fresh_.frames =
        static_cast<WalkedStack::Fresh*>(stack_.prepare(memory, limit + kMostEntryPoints));
}

TM_INLINE void StackWalk::count(FrameRule rule) noexcept {
    if (TM_UNLIKELY(rule.is_entry_point && entry_points_ == depth_ && depth_ < kMostEntryPoints)) {
        ++entry_points_;
    }
    ++depth_;
}

/// Walks by rules until a frame of the last stack is met, which lies below the index `meet`, or to
/// the end; `meet` is begin then. False when a frame has no rule.
TM_INLINE bool StackWalk::walk_to_meeting(const CallSite& site, std::size_t& meet) noexcept {
    FramePlace now{site.pc, site.cfa, site.rbp};
    std::size_t old = stack_.end();
    fresh_.clear();
    for (;;) {
        if (stack_.meets(old, now)) {
            meet = old;
            return true;
        }
        const FrameRule rule = rule_for(now.pc, now.is_exact);
        fresh_.add(now, rule);
        count(rule);
        FramePlace next{};
        const FrameStep result = depth_ == wanted() ? FrameStep::ended : step_out(now, rule, next);
        if (result != FrameStep::done) {
            meet = stack_.begin();
            return result == FrameStep::ended;
        }
        now = next;
    }
}

std::uint64_t StackWalk::begin(const CallSite& site) noexcept {
    const std::size_t entry_points_before = entry_points_;
    depth_ = 0;
    entry_points_ = 0;
    entry_bp_ = site.rbp;
    std::size_t meet = 0;
    is_known_ = walk_to_meeting(site, meet);
    if (TM_UNLIKELY(!is_known_)) {
        return 0;
    }
    has_met_ = meet > stack_.begin();
    stack_.put_on_top(meet, fresh_);
    // What is not known yet is most likely as it was.
    const std::size_t last =
        stack_.end() - (fresh_.count != 0 ? entry_points_ : entry_points_before);
    const bool is_cut = last - stack_.begin() >= limit_;
    return stack_.hash(is_cut ? last - limit_ : stack_.begin(), last,
                       is_cut ? std::uint16_t{dump::kCutByLimit} : std::uint16_t{0});
}

bool StackWalk::finish() noexcept {
    is_known_ =
        is_known_ && (!has_met_ || walk_older(stack_.end() - fresh_.count - 1)) && look_beyond();
    if (!is_known_) {
        forget();
    }
    return is_known_;
}

/// How many frames from the one at `now` on still return to where they did. They are counted.
TM_INLINE std::size_t StackWalk::verify(std::size_t now) noexcept {
    const std::size_t start = now;
    while (TM_UNLIKELY(entry_points_ == depth_) && now > stack_.begin() &&
           stack_.is_still_called_by(now)) {
        count(stack_.frame(--now).rule);
    }
    const std::size_t most = std::min(wanted() - depth_, now - stack_.begin());
    const std::size_t from = now;
    now = stack_.verified_from(now, entry_points_ == depth_ ? now : now - most);
    depth_ += from - now;
    return start - now;
}

/// From the frame at `newest`, which is right, towards older ones: those known are verified, those
/// that changed are walked to. False when a frame has no rule.
bool StackWalk::walk_older(std::size_t newest) noexcept {
    std::size_t now = newest;
    count(stack_.frame(now).rule);
    for (;;) {
        now -= verify(now);
        if (depth_ >= wanted()) {
            return true;
        }
        switch (walk_changed(now)) {
            case FrameStep::done:
                continue;
            case FrameStep::ended:
                return true;
            case FrameStep::damaged:
                return false;
        }
    }
}

/// Walks by rules from the frame at `now` until it meets a known frame again, which is `now` then,
/// or to the end.
FrameStep StackWalk::walk_changed(std::size_t& now) noexcept {
    FrameRule rule = stack_.frame(now).rule;
    if (rule.kind >= FrameRule::Kind::outermost) {
        stack_.drop_below(now);
        return FrameStep::ended;
    }
    FramePlace from = stack_.place_of(now, entry_bp_);
    std::size_t old = now;
    fresh_.clear();
    for (;;) {
        FramePlace next{};
        const FrameStep result = depth_ >= wanted() ? FrameStep::ended : step_out(from, rule, next);
        if (result != FrameStep::done) {
            stack_.replace(stack_.begin(), now, fresh_);
            return result;
        }
        if (stack_.meets(old, next)) {
            now = stack_.replace(old, now, fresh_) - 1;
            count(stack_.frame(now).rule);
            return FrameStep::done;
        }
        rule = rule_for(next.pc, next.is_exact);
        fresh_.add(next, rule);
        count(rule);
        from = next;
    }
}

/// Why does the result end where it does?
bool StackWalk::look_beyond() noexcept {
    const std::size_t last = stack_.end() - depth_;
    const WalkedFrame& frame = stack_.frame(last);
    beyond_sp_ = 0;
    if (frame.rule.kind >= FrameRule::Kind::outermost) {
        end_reason_ =
            frame.rule.kind == FrameRule::Kind::outermost ? End::outermost : End::not_followed;
        return true;
    }
    FramePlace from{stack_.pc(last), frame.sp, frame.bp};
    if (frame.rule.uses_bp()) {
        from = stack_.place_of(last, entry_bp_);
        stack_.require_bp(last);
    }
    FramePlace beyond{};
    const FrameStep result = step_out(from, frame.rule, beyond);
    end_reason_ = result == FrameStep::done ? End::limit : End::no_caller;
    beyond_sp_ = beyond.sp;
    return result != FrameStep::damaged;
}

StackWalk::Words StackWalk::words_to(std::size_t number) const noexcept {
    const WalkedFrame& callee = frame(number);
    const std::uintptr_t sp = number + 1 < depth_ ? frame(number + 1).sp : beyond_sp_;
    return {sp_slot(callee.rule, callee.sp, callee.bp), sp, pc_slot(callee.rule, callee.sp, sp),
            bp_slot(callee.rule, callee.sp, callee.bp, sp)};
}

StackView StackWalk::view() const noexcept {
    // Where all frames are entry points the oldest of them stands for the program's.
    const std::size_t skipped = entry_points_ == depth_ ? depth_ - 1 : entry_points_;
    const std::size_t first = stack_.end() - depth_;
    const std::size_t last = stack_.end() - skipped;
    const std::uint16_t flags = end_reason_ == End::limit ? std::uint16_t{dump::kCutByLimit}
                                : end_reason_ == End::not_followed
                                    ? std::uint16_t{dump::kCutByUnwinder}
                                    : std::uint16_t{0};
    return {stack_.pcs(first, last), flags, stack_.hash(first, last, flags), first};
}

}  // namespace tracemalloc::preload
