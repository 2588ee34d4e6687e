// SPDX-License-Identifier: MIT
//
// One thread's last stack, kept so that the next one is walked only where it differs.
//
// Frames lie oldest first, so that the part that stays keeps its place and the part that changes is
// rewritten at the end:
//
//       begin            meet                    end
//   ──────┬────────────────┬──────────────────────┬─────
//         │ main … parse   │ expression … reserve │      the stack before
//         │ verified by    │ walked by rules,     │
//         │ plain loads    │ newest first         │      the stack now
//
// Everything below `meet` is verified in the order in which an unwinder reads it; at the first word
// that differs the walk by rules goes on from there.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/capture/frame_rule.h"
#include "preload/capture/rule_table.h"
#include "preload/platform/hook_scope.h"

namespace tracemalloc::preload {

/// A frame as an unwinder sees it: the program counter and the two registers its rule may use.
struct WalkedFrame {
    std::uintptr_t pc;
    std::uintptr_t sp;
    std::uintptr_t bp;
    FrameRule rule;
    bool needs_bp;  ///< this frame or an older one is addressed by `bp`
};

class StackWalk {
public:
    /// Bytes of memory a walk of at most `limit` frames needs.
    static std::size_t bytes_for(std::size_t limit) noexcept;
    void prepare(void* memory, std::size_t limit) noexcept;

    /// Walks from `site`. False when a frame has no rule: libunwind has to.
    bool walk(const CallSite& site) noexcept;
    /// Code was unloaded: nothing of the last stack may be reused.
    void forget() noexcept { begin_ = end_ = capacity_ / 2; }

    /// The result, newest first: frame(0) is the caller's unless it is an entry point.
    [[nodiscard]] const WalkedFrame& frame(std::size_t number) const noexcept {
        return frames_[end_ - 1 - number];
    }
    [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
    [[nodiscard]] std::size_t entry_points() const noexcept { return entry_points_; }
    /// Why the oldest frame of the result is the last.
    enum class End { limit, outermost, no_caller };
    [[nodiscard]] End end_reason() const noexcept { return end_reason_; }
    /// The stack pointer beyond it; its return address, zero for no_caller, lies below.
    [[nodiscard]] std::uintptr_t beyond_sp() const noexcept { return beyond_sp_; }

private:
    static constexpr std::size_t kMostEntryPoints = 8;

    enum class Step { done, outermost, unknown };

    Step step(const WalkedFrame& from, WalkedFrame& to) const noexcept;
    [[nodiscard]] bool is_still_called_by(const WalkedFrame& callee,
                                          WalkedFrame& caller) const noexcept;
    [[nodiscard]] std::size_t wanted() const noexcept { return limit_ + entry_points_; }
    void count(const WalkedFrame& frame) noexcept;
    void require_bp(std::size_t index) noexcept;
    bool walk_to_meeting(const CallSite& site, std::size_t& meet) noexcept;
    void put_fresh_on_top() noexcept;
    bool walk_older(std::size_t newest) noexcept;
    bool look_beyond() noexcept;
    void make_room_below() noexcept;

    std::size_t limit_ = 0;
    std::size_t capacity_ = 0;
    WalkedFrame* frames_ = nullptr;  // [begin_, end_) is the last stack, oldest first
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    WalkedFrame* fresh_ = nullptr;  // frames of this walk before it meets the last stack, newest first
    std::size_t fresh_count_ = 0;

    std::size_t depth_ = 0;
    std::size_t entry_points_ = 0;
    End end_reason_ = End::outermost;
    std::uintptr_t beyond_sp_ = 0;
};

/// The rules of this process.
extern RuleTable g_rules;

}  // namespace tracemalloc::preload
