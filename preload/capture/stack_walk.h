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

#include "preload/capture/frame_step.h"
#include "preload/capture/raw_stack.h"
#include "preload/capture/rule_table.h"
#include "preload/capture/walked_frame.h"
#include "preload/platform/hook_scope.h"

namespace tracemalloc::preload {

class StackWalk {
public:
    /// Bytes of memory a walk of at most `limit` frames needs.
    static std::size_t bytes_for(std::size_t limit) noexcept;
    void prepare(void* memory, std::size_t limit) noexcept;

    /// Walks from `site`. False when the stack is not one: registers that no stack can have.
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
    /// Where the words lie that lead from frame(number) to its caller; 0: no such word.
    struct Words {
        std::uintptr_t sp_slot;
        std::uintptr_t sp;  ///< the caller's
        std::uintptr_t pc_slot;
        std::uintptr_t bp_slot;
    };
    [[nodiscard]] Words words_to(std::size_t number) const noexcept;

    /// Why the oldest frame of the result is the last.
    enum class End {
        limit,
        outermost,
        not_followed,  ///< no unwind table, or one that says more than a rule can
        no_caller      ///< its return address is zero
    };
    [[nodiscard]] End end_reason() const noexcept { return end_reason_; }

private:
    static constexpr std::size_t kMostEntryPoints = 8;
    static constexpr std::size_t kCapacityFactor = 5;  // of the longest stack, see put_fresh_on_top

    struct Fresh {
        FramePlace place;
        FrameRule rule;
    };

    [[nodiscard]] std::size_t wanted() const noexcept { return limit_ + entry_points_; }
    void count(FrameRule rule) noexcept;
    bool walk_to_meeting(const CallSite& site, std::size_t& meet) noexcept;
    [[nodiscard]] bool meets(std::size_t& old, const FramePlace& now) noexcept;
    void put_fresh_on_top() noexcept;
    std::size_t verify(std::size_t now) noexcept;
    bool walk_older(std::size_t newest) noexcept;
    FrameStep walk_changed(std::size_t& now) noexcept;
    std::size_t replace(std::size_t oldest, std::size_t newest) noexcept;
    void put(std::size_t index, const Fresh& fresh) noexcept;
    void require_bps(std::size_t first, std::size_t last) noexcept;
    [[nodiscard]] bool is_still_called_by(std::size_t callee) const noexcept {
        return leads_to(frames_[callee], frames_[callee - 1], pcs_[callee - 1]);
    }
    [[nodiscard]] FramePlace place_of(std::size_t index) noexcept;
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

}  // namespace tracemalloc::preload
