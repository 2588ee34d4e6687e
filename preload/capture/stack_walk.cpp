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
    if (TM_UNLIKELY(rule.is_entry_point() && entry_points_ == depth_ &&
                    depth_ < kMostEntryPoints)) {
        ++entry_points_;
    }
    ++depth_;
}

/// Walks by rules from the frame at `now` until it meets a known one (done), which is the one below
/// the index `old`, or to the end. What it walks to becomes the fresh run.
TM_INLINE FrameStep StackWalk::walk_on(FramePlace now, std::size_t& old) noexcept {
    // Copies, which stay in registers: this loop is most of what a walk costs.
    WalkedStack::Search search(stack_, old);
    WalkedStack::FreshRun fresh = fresh_;
    fresh.clear();
    std::size_t left = wanted() - depth_;
    FrameStep result = FrameStep::done;
    while (!search.meets(now)) {
        const FrameRule rule = rule_for(now.return_address());
        fresh.add(now, rule);
        --left;
        if (TM_LIKELY(rule.is_plain() && left != 0)) {
            step_out_plainly(now, rule);
            if (TM_LIKELY(now.pc != 0)) {
                continue;
            }
            result = FrameStep::ended;
            break;
        }
        fresh.note(rule);
        depth_ = wanted() - left - 1;
        count(rule);
        left = wanted() - depth_;
        result = left == 0 ? FrameStep::ended : step_out(now, rule, now);
        if (result != FrameStep::done) {
            break;
        }
    }
    depth_ = wanted() - left;
    fresh_ = fresh;
    old = search.end();
    return result;
}

std::uint64_t StackWalk::begin(const CallSite& site) noexcept {
    const std::size_t entry_points_before = entry_points_;
    depth_ = 0;
    entry_points_ = 0;
    entry_bp_ = site.rbp;
    std::size_t meet = stack_.end();
    const FrameStep result = TM_LIKELY(site.cfa % 8 == 0)
                                 ? walk_on({site.pc, site.cfa, site.rbp}, meet)
                                 : FrameStep::damaged;
    is_known_ = result != FrameStep::damaged;
    if (TM_UNLIKELY(!is_known_)) {
        return 0;
    }
    has_met_ = result == FrameStep::done;
    stack_.put_on_top(has_met_ ? meet : stack_.begin(), fresh_);
    // What is not known yet is most likely as it was.
    const std::size_t last =
        stack_.end() - (fresh_.count() != 0 ? entry_points_ : entry_points_before);
    const bool is_cut = last - stack_.begin() >= limit_;
    return stack_.hash(is_cut ? last - limit_ : stack_.begin(), last,
                       is_cut ? std::uint16_t{dump::kCutByLimit} : std::uint16_t{0});
}

bool StackWalk::finish() noexcept {
    is_known_ =
        is_known_ && (!has_met_ || walk_older(stack_.end() - fresh_.count() - 1)) && look_beyond();
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
    const FrameRule rule = stack_.frame(now).rule;
    if (rule.kind() >= FrameRule::Kind::outermost) {
        stack_.drop_below(now);
        return FrameStep::ended;
    }
    std::size_t old = now;
    FramePlace next{};
    FrameStep result = step_out(stack_.place_of(now, entry_bp_), rule, next);
    if (result == FrameStep::done) {
        result = walk_on(next, old);
    } else {
        fresh_.clear();
    }
    if (result != FrameStep::done) {
        stack_.replace(stack_.begin(), now, fresh_);
        return result;
    }
    now = stack_.replace(old, now, fresh_) - 1;
    count(stack_.frame(now).rule);
    return FrameStep::done;
}

/// Why does the result end where it does?
bool StackWalk::look_beyond() noexcept {
    const std::size_t last = stack_.end() - depth_;
    const WalkedFrame& frame = stack_.frame(last);
    beyond_sp_ = 0;
    if (frame.rule.kind() >= FrameRule::Kind::outermost) {
        end_reason_ =
            frame.rule.kind() == FrameRule::Kind::outermost ? End::outermost : End::not_followed;
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
