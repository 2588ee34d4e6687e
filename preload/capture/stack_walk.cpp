// SPDX-License-Identifier: MIT
#include "preload/capture/stack_walk.h"

#include <algorithm>
#include <cstring>

namespace tracemalloc::preload {

std::size_t StackWalk::bytes_for(std::size_t limit) noexcept {
    const std::size_t most = limit + kMostEntryPoints;
    return kCapacityFactor * most * (sizeof(WalkedFrame) + sizeof(std::uintptr_t)) +
           most * sizeof(Fresh);
}

void StackWalk::prepare(void* memory, std::size_t limit) noexcept {
    limit_ = limit;
    capacity_ = kCapacityFactor * (limit + kMostEntryPoints);
    frames_ = static_cast<WalkedFrame*>(memory);
    pcs_ = reinterpret_cast<std::uintptr_t*>(frames_ + capacity_);
    fresh_ = reinterpret_cast<Fresh*>(pcs_ + capacity_);
    forget();
}

TM_INLINE void StackWalk::count(FrameRule rule) noexcept {
    if (TM_UNLIKELY(rule.is_entry_point && entry_points_ == depth_ && depth_ < kMostEntryPoints)) {
        ++entry_points_;
    }
    ++depth_;
}

/// The frame at `index` is addressed by its bp: so bp matters, and is the same, in every newer
/// frame that hands it on unsaved.
void StackWalk::require_bp(std::size_t index) noexcept {
    const std::uintptr_t bp = frames_[index].bp;
    for (; index < end_ && !frames_[index].needs_bp; ++index) {
        frames_[index].needs_bp = true;
        frames_[index].bp = bp;
        if (index + 1 < end_) {
            const FrameRule callee = frames_[index + 1].rule;
            frames_[index].link = link_to(callee, true);
            if (saves_bp(callee)) {
                return;
            }
        }
    }
}

/// Is the frame below index `old` the one at `now`? Moves `old` past frames that are gone.
TM_INLINE bool StackWalk::meets(std::size_t& old, const FramePlace& now) noexcept {
    while (old > begin_ && frames_[old - 1].sp < now.sp) {
        --old;
    }
    if (old == begin_) {
        return false;
    }
    WalkedFrame& frame = frames_[old - 1];
    if (frame.sp != now.sp || pcs_[old - 1] != now.pc || (frame.needs_bp && frame.bp != now.bp)) {
        return false;
    }
    frame.bp = now.bp;
    return true;
}

/// Walks by rules until a frame of the last stack is met, which lies below the index `meet`, or to
/// the end; `meet` is begin_ then. False when a frame has no rule.
bool StackWalk::walk_to_meeting(const CallSite& site, std::size_t& meet) noexcept {
    FramePlace now{site.pc, site.cfa, site.rbp};
    std::size_t old = end_;
    fresh_count_ = 0;
    for (;;) {
        if (meets(old, now)) {
            meet = old;
            return true;
        }
        const FrameRule rule = rule_for(now.pc, now.is_exact);
        fresh_[fresh_count_++] = {now, rule};
        count(rule);
        FramePlace next{};
        const FrameStep result = depth_ == wanted() ? FrameStep::ended : step_out(now, rule, next);
        if (result != FrameStep::done) {
            meet = begin_;
            return result == FrameStep::ended;
        }
        now = next;
    }
}

void StackWalk::put(std::size_t index, const Fresh& fresh) noexcept {
    pcs_[index] = fresh.place.pc;
    frames_[index] = {fresh.place.sp, fresh.place.bp, fresh.rule, WalkedFrame::Link::return_address,
                      false};
    if (index > begin_) {
        frames_[index - 1].link = link_to(fresh.rule, frames_[index - 1].needs_bp);
    }
}

/// A need for rbp goes up through new frames [first, last), also that of the frame below them.
void StackWalk::require_bps(std::size_t first, std::size_t last) noexcept {
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

void StackWalk::put_fresh_on_top() noexcept {
    // Room is left above for replace(), which adds at most a whole stack. What lies lower than one
    // stack below the top is beyond the limit by now.
    const std::size_t room = capacity_ / kCapacityFactor;
    if (end_ + fresh_count_ + room > capacity_) {
        const std::size_t kept = end_ - begin_ < room ? end_ - begin_ : room;
        std::memmove(frames_ + room, frames_ + end_ - kept, kept * sizeof frames_[0]);
        std::memmove(pcs_ + room, pcs_ + end_ - kept, kept * sizeof pcs_[0]);
        begin_ = room;
        end_ = room + kept;
    }
    const std::size_t first = end_;
    for (std::size_t left = fresh_count_; left > 0; --left) {
        put(end_++, fresh_[left - 1]);
    }
    require_bps(first, end_);
}

/// How many frames from the one at `now` on still return to where they did. They are counted.
std::size_t StackWalk::verify(std::size_t now) noexcept {
    const std::size_t start = now;
    while (TM_UNLIKELY(entry_points_ == depth_) && now > begin_ && is_still_called_by(now)) {
        count(frames_[--now].rule);
    }
    const std::size_t most = std::min(wanted() - depth_, now - begin_);
    const std::size_t stop = entry_points_ == depth_ ? now : now - most;
    const std::size_t from = now;
    while (now != stop && is_still_called_by(now)) {
        --now;
    }
    depth_ += from - now;
    return start - now;
}

/// From the frame at `newest`, which is right, towards older ones: those known are verified, those
/// that changed are walked to. False when a frame has no rule.
bool StackWalk::walk_older(std::size_t newest) noexcept {
    std::size_t now = newest;
    count(frames_[now].rule);
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

/// A frame's registers as they are now: a bp that no frame below needed may have changed since.
FramePlace StackWalk::place_of(std::size_t index) noexcept {
    WalkedFrame& frame = frames_[index];
    if (!frame.needs_bp) {
        std::size_t newer = index + 1;
        while (newer < end_ && !saves_bp(frames_[newer].rule)) {
            ++newer;
        }
        const WalkedFrame& saver = frames_[newer];
        frame.bp = newer < end_
                       ? stack_word(bp_slot(saver.rule, saver.sp, saver.bp, frames_[newer - 1].sp))
                       : entry_bp_;
    }
    return {pcs_[index], frame.sp, frame.bp};
}

/// Walks by rules from the frame at `now` until it meets a known frame again, which is `now` then,
/// or to the end.
FrameStep StackWalk::walk_changed(std::size_t& now) noexcept {
    FramePlace from = place_of(now);
    FrameRule rule = frames_[now].rule;
    std::size_t old = now;
    fresh_count_ = 0;
    for (;;) {
        FramePlace next{};
        const FrameStep result = depth_ >= wanted() ? FrameStep::ended : step_out(from, rule, next);
        if (result != FrameStep::done) {
            replace(begin_, now);
            return result;
        }
        if (meets(old, next)) {
            now = replace(old, now) - 1;
            count(frames_[now].rule);
            return FrameStep::done;
        }
        rule = rule_for(next.pc, next.is_exact);
        fresh_[fresh_count_++] = {next, rule};
        count(rule);
        from = next;
    }
}

/// Puts the fresh frames in place of those from `oldest` up to below `newest`; where nothing below
/// is kept they reach down from `newest`. Returns the index of the oldest of them.
std::size_t StackWalk::replace(std::size_t oldest, std::size_t newest) noexcept {
    if (oldest == begin_) {
        oldest = newest > fresh_count_ ? newest - fresh_count_ : 0;
        begin_ = oldest;
    }
    const std::size_t first = oldest + fresh_count_;
    if (first != newest) {
        const std::size_t moved = end_ - newest;
        std::memmove(frames_ + first, frames_ + newest, moved * sizeof frames_[0]);
        std::memmove(pcs_ + first, pcs_ + newest, moved * sizeof pcs_[0]);
        end_ = first + moved;
    }
    for (std::size_t at = 0; at < fresh_count_; ++at) {
        put(oldest + at, fresh_[fresh_count_ - 1 - at]);
    }
    if (first > begin_) {
        frames_[first - 1].link = link_to(frames_[first].rule, frames_[first - 1].needs_bp);
    }
    require_bps(oldest, first);
    if (frames_[first].rule.uses_bp()) {
        require_bp(first);
    }
    return oldest;
}

/// Why does the result end where it does?
bool StackWalk::look_beyond() noexcept {
    const std::size_t last = end_ - depth_;
    const FrameRule rule = frames_[last].rule;
    beyond_sp_ = 0;
    if (rule.kind >= FrameRule::Kind::outermost) {
        end_reason_ = rule.kind == FrameRule::Kind::outermost ? End::outermost : End::not_followed;
        return true;
    }
    const FramePlace from = place_of(last);
    if (rule.uses_bp()) {
        require_bp(last);
    }
    FramePlace beyond{};
    const FrameStep result = step_out(from, rule, beyond);
    end_reason_ = result == FrameStep::done ? End::limit : End::no_caller;
    beyond_sp_ = beyond.sp;
    return result != FrameStep::damaged;
}

bool StackWalk::walk(const CallSite& site) noexcept {
    depth_ = 0;
    entry_points_ = 0;
    entry_bp_ = site.rbp;
    std::size_t meet = 0;
    bool is_known = walk_to_meeting(site, meet);
    if (is_known) {
        const bool has_met = meet > begin_;
        if (has_met) {
            end_ = meet;
        } else {
            forget();
        }
        put_fresh_on_top();
        is_known = (!has_met || walk_older(end_ - fresh_count_ - 1)) && look_beyond();
    }
    if (!is_known) {
        forget();
    }
    return is_known;
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
    const std::span<const std::uintptr_t> frames(pcs_ + end_ - depth_, depth_ - skipped);
    const std::uint16_t flags = end_reason_ == End::limit ? std::uint16_t{dump::kCutByLimit}
                                : end_reason_ == End::not_followed
                                    ? std::uint16_t{dump::kCutByUnwinder}
                                    : std::uint16_t{0};
    return {frames, flags, stack_hash(frames, flags)};
}

}  // namespace tracemalloc::preload
