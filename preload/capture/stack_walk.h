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
// Everything below `meet` is verified in the order in which an unwinder reads it. At a word that
// differs the walk by rules goes on from there until it meets a known frame again. Costs about 50
// instructions for a frame that changed and 9 for one that did not.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/capture/frame_rule.h"
#include "preload/capture/raw_stack.h"
#include "preload/capture/rule_table.h"
#include "preload/platform/hook_scope.h"

namespace tracemalloc::preload {

/// A frame as an unwinder sees it; its pc lies apart, so that a stack's pcs are one run of words.
struct WalkedFrame {
    /// What has to be read to see that its callee still returns to this frame.
    enum class Link : std::uint8_t {
        return_address,
        saved_bp_too,      ///< the callee's slot for rbp as well
        stack_pointer_too  ///< the word from which a realigned callee gets its cfa, and the others
    };

    std::uintptr_t sp;
    std::uintptr_t bp;  ///< right where needs_bp, else what it was when the frame was walked
    FrameRule rule;
    Link link;
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

    /// The program's frames of the last walk, without leading entry points.
    [[nodiscard]] StackView view() const noexcept;

    /// All frames of the last walk; 0 is the newest.
    [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
    [[nodiscard]] const WalkedFrame& frame(std::size_t number) const noexcept {
        return frames_[end_ - 1 - number];
    }
    [[nodiscard]] std::uintptr_t pc(std::size_t number) const noexcept {
        return pcs_[end_ - 1 - number];
    }
    /// Why the oldest frame of the result is the last.
    enum class End { limit, outermost, no_table, no_caller };
    [[nodiscard]] End end_reason() const noexcept { return end_reason_; }
    /// The stack pointer beyond it; its return address, zero for no_caller, lies below.
    [[nodiscard]] std::uintptr_t beyond_sp() const noexcept { return beyond_sp_; }

private:
    static constexpr std::size_t kMostEntryPoints = 8;
    static constexpr std::size_t kCapacityFactor = 5;  // of the longest stack, see put_fresh_on_top

    /// A frame on the way: registers and pc.
    struct Place {
        std::uintptr_t pc;
        std::uintptr_t sp;
        std::uintptr_t bp;
    };
    struct Fresh {
        Place place;
        FrameRule rule;
    };
    enum class Step { done, outermost, unknown };

    static Step step(const Place& from, FrameRule rule, Place& to) noexcept;
    [[nodiscard]] std::size_t wanted() const noexcept { return limit_ + entry_points_; }
    void count(FrameRule rule) noexcept;
    bool walk_to_meeting(const CallSite& site, std::size_t& meet) noexcept;
    [[nodiscard]] bool meets(std::size_t& old, const Place& now) noexcept;
    void put_fresh_on_top() noexcept;
    std::size_t verify(std::size_t now) noexcept;
    bool walk_older(std::size_t newest) noexcept;
    Step walk_changed(std::size_t& now) noexcept;
    std::size_t replace(std::size_t oldest, std::size_t newest) noexcept;
    void put(std::size_t index, const Fresh& fresh) noexcept;
    void require_bps(std::size_t first, std::size_t last) noexcept;
    [[nodiscard]] bool is_still_called_by(std::size_t callee) const noexcept;
    [[nodiscard]] Place place_of(std::size_t index) noexcept;
    void require_bp(std::size_t index) noexcept;
    bool look_beyond() noexcept;

    std::size_t limit_ = 0;
    std::size_t capacity_ = 0;
    WalkedFrame* frames_ = nullptr;  // [begin_, end_) is the last stack, oldest first
    std::uintptr_t* pcs_ = nullptr;  // parallel to frames_
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    Fresh* fresh_ = nullptr;  // frames walked to since the last known one, newest first
    std::size_t fresh_count_ = 0;

    std::uintptr_t entry_bp_ = 0;
    std::size_t depth_ = 0;
    std::size_t entry_points_ = 0;
    End end_reason_ = End::outermost;
    std::uintptr_t beyond_sp_ = 0;
};

/// The rules of this process.
extern RuleTable g_rules;

}  // namespace tracemalloc::preload
