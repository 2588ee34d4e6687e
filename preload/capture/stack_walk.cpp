// SPDX-License-Identifier: MIT
#include "preload/capture/stack_walk.h"

#include <cstring>

#include "preload/capture/entry_points.h"
#include "preload/capture/rule_learner.h"

namespace tracemalloc::preload {

constinit RuleTable g_rules;

namespace {

/// A frame larger than this is not believed; libunwind decides.
constexpr std::uintptr_t kLargestFrame = std::uintptr_t{64} << 20;

std::uintptr_t word_at(std::uintptr_t address) noexcept {
    return *reinterpret_cast<const std::uintptr_t*>(address);
}

std::uintptr_t at_offset(std::uintptr_t base, std::int64_t offset) noexcept {
    return base + static_cast<std::uintptr_t>(offset);
}

TM_COLD FrameRule learn(std::uintptr_t pc) noexcept {
    FrameRule rule = rule_learner::learn(pc);
    rule.is_entry_point = g_entry_points.contain(pc);
    g_rules.add(pc, rule);
    return rule;
}

TM_INLINE FrameRule rule_for(std::uintptr_t pc) noexcept {
    const FrameRule rule = g_rules.find(pc);
    return TM_LIKELY(rule.kind != FrameRule::Kind::not_learned) ? rule : learn(pc);
}

std::uintptr_t saved_bp_slot(const WalkedFrame& callee, const WalkedFrame& caller) noexcept {
    return at_offset(caller.sp, callee.rule.saved_bp * 8);
}

}  // namespace

std::size_t StackWalk::bytes_for(std::size_t limit) noexcept {
    return 4 * (limit + kMostEntryPoints) * sizeof(WalkedFrame);
}

void StackWalk::prepare(void* memory, std::size_t limit) noexcept {
    limit_ = limit;
    capacity_ = 3 * (limit + kMostEntryPoints);
    frames_ = static_cast<WalkedFrame*>(memory);
    fresh_ = frames_ + capacity_;
    forget();
}

/// Leaves `from` by its rule. `to` gets everything but its own rule.
StackWalk::Step StackWalk::step(const WalkedFrame& from, WalkedFrame& to) const noexcept {
    std::uintptr_t cfa = 0;
    switch (from.rule.kind) {
        case FrameRule::Kind::stack_pointer:
            cfa = at_offset(from.sp, from.rule.cfa_offset);
            break;
        case FrameRule::Kind::frame_pointer:
            cfa = at_offset(from.bp, from.rule.cfa_offset);
            break;
        case FrameRule::Kind::realigned: {
            const std::uintptr_t place = at_offset(from.bp, from.rule.cfa_offset);
            if (place < from.sp || place - from.sp > kLargestFrame || place % 8 != 0) {
                return Step::unknown;
            }
            cfa = word_at(place);
            break;
        }
        case FrameRule::Kind::outermost:
            return Step::outermost;
        default:
            return Step::unknown;
    }
    // The stack only grows one way: whatever else a damaged frame says is not followed.
    if (cfa <= from.sp || cfa - from.sp > kLargestFrame || cfa % 8 != 0) {
        return Step::unknown;
    }
    to.pc = word_at(cfa - 8);
    to.sp = cfa;
    to.bp = from.rule.saved_bp != 0 ? word_at(saved_bp_slot(from, to)) : from.bp;
    to.needs_bp = false;
    return to.pc != 0 ? Step::done : Step::outermost;
}

/// Reads the words that lead from callee to caller again. True when they lead there still.
bool StackWalk::is_still_called_by(const WalkedFrame& callee, WalkedFrame& caller) const noexcept {
    if (word_at(caller.sp - 8) != caller.pc) {
        return false;
    }
    if (callee.rule.kind == FrameRule::Kind::realigned &&
        word_at(at_offset(callee.bp, callee.rule.cfa_offset)) != caller.sp) {
        return false;
    }
    const std::uintptr_t bp =
        callee.rule.saved_bp != 0 ? word_at(saved_bp_slot(callee, caller)) : callee.bp;
    if (caller.needs_bp && bp != caller.bp) {
        return false;
    }
    caller.bp = bp;
    return true;
}

void StackWalk::count(const WalkedFrame& frame) noexcept {
    if (frame.rule.is_entry_point && entry_points_ == depth_ && depth_ < kMostEntryPoints) {
        ++entry_points_;
    }
    ++depth_;
}

/// The frame at `index` is addressed by rbp: so it matters in every newer frame that hands it on
/// unsaved.
void StackWalk::require_bp(std::size_t index) noexcept {
    for (; index < end_ && !frames_[index].needs_bp; ++index) {
        frames_[index].needs_bp = true;
        if (index + 1 < end_ && frames_[index + 1].rule.saved_bp != 0) {
            return;
        }
    }
}

/// Walks by rules until a frame of the last stack is met, which gets the index `meet`, or to the
/// end. False when a frame has no rule.
bool StackWalk::walk_to_meeting(const CallSite& site, std::size_t& meet) noexcept {
    WalkedFrame now{site.pc, site.cfa, site.rbp, {}, false};
    std::size_t old = end_;
    fresh_count_ = 0;
    meet = begin_;
    for (;;) {
        while (old > begin_ && frames_[old - 1].sp < now.sp) {
            --old;
        }
        if (old > begin_) {
            WalkedFrame& same = frames_[old - 1];
            if (same.sp == now.sp && same.pc == now.pc && (!same.needs_bp || same.bp == now.bp)) {
                same.bp = now.bp;
                meet = old;
                return true;
            }
        }
        now.rule = rule_for(now.pc);
        fresh_[fresh_count_++] = now;
        count(now);
        if (depth_ == wanted()) {
            return true;
        }
        WalkedFrame next{};
        switch (step(now, next)) {
            case Step::unknown:
                return false;
            case Step::outermost:
                return true;
            case Step::done:
                now = next;
        }
    }
}

void StackWalk::put_fresh_on_top() noexcept {
    if (end_ + fresh_count_ > capacity_) {
        // The oldest frames are far beyond the limit by now, or were left by a deeper stack.
        const std::size_t room = capacity_ / 3;
        const std::size_t kept = end_ - begin_ < room ? end_ - begin_ : room;
        std::memmove(frames_ + room, frames_ + end_ - kept, kept * sizeof(WalkedFrame));
        begin_ = room;
        end_ = room + kept;
    }
    for (std::size_t left = fresh_count_; left > 0; --left) {
        frames_[end_++] = fresh_[left - 1];
    }
}

void StackWalk::make_room_below() noexcept {
    if (begin_ == 0) {
        const std::size_t shift = (capacity_ - end_) / 2 + 1;
        std::memmove(frames_ + shift, frames_, end_ * sizeof(WalkedFrame));
        begin_ += shift;
        end_ += shift;
    }
}

/// From the frame at `newest`, which is right, towards older ones: those known are verified, those
/// not are walked to. False when a frame has no rule.
bool StackWalk::walk_older(std::size_t newest) noexcept {
    std::size_t now = newest;
    count(frames_[now]);
    while (depth_ < wanted()) {
        if (frames_[now].rule.kind == FrameRule::Kind::outermost) {
            begin_ = now;
            return true;
        }
        if (now > begin_ && is_still_called_by(frames_[now], frames_[now - 1])) {
            count(frames_[--now]);
            continue;
        }
        begin_ = now;
        const std::size_t before = begin_;
        make_room_below();
        now += begin_ - before;
        WalkedFrame next{};
        const Step result = step(frames_[now], next);
        if (result != Step::done) {
            return result == Step::outermost;
        }
        next.rule = rule_for(next.pc);
        frames_[--begin_] = next;
        now = begin_;
        if (frames_[now + 1].rule.uses_bp()) {
            require_bp(now + 1);
        }
        count(next);
    }
    return true;
}

/// Why does the result end where it does?
bool StackWalk::look_beyond() noexcept {
    const WalkedFrame& last = frame(depth_ - 1);
    if (last.rule.uses_bp()) {
        require_bp(end_ - depth_);
    }
    WalkedFrame beyond{};
    const Step result = step(last, beyond);
    if (result == Step::done) {
        end_reason_ = End::limit;
    } else {
        end_reason_ = last.rule.kind == FrameRule::Kind::outermost ? End::outermost : End::no_caller;
    }
    beyond_sp_ = beyond.sp;
    return result != Step::unknown;
}

bool StackWalk::walk(const CallSite& site) noexcept {
    depth_ = 0;
    entry_points_ = 0;
    std::size_t meet = 0;
    if (!walk_to_meeting(site, meet)) {
        forget();
        return false;
    }
    const bool has_met = meet > begin_;
    if (has_met) {
        end_ = meet;
    } else {
        forget();
    }
    put_fresh_on_top();
    const std::size_t first_fresh = end_ - fresh_count_;
    for (std::size_t index = first_fresh; index < end_; ++index) {
        if (frames_[index].rule.uses_bp()) {
            require_bp(index);
        }
    }
    if (has_met) {
        if (first_fresh > 0 && frames_[first_fresh - 1].needs_bp && fresh_count_ != 0 &&
            frames_[first_fresh].rule.saved_bp == 0) {
            require_bp(first_fresh);
        }
        if (!walk_older(first_fresh - 1)) {
            forget();
            return false;
        }
    }
    if (!look_beyond()) {
        forget();
        return false;
    }
    return true;
}

}  // namespace tracemalloc::preload
