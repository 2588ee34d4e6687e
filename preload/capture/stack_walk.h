// SPDX-License-Identifier: MIT
//
// One thread's last stack, kept so that the next one is walked only where it differs.
//
//       begin            meet                    end
//   ──────┬────────────────┬──────────────────────┬─────
//         │ main … parse   │ expression … reserve │      the stack before
//         │ verified by    │ walked by rules,     │
//         │ plain loads    │ newest first         │      the stack now
//
// Everything below `meet` is verified in the order in which an unwinder reads it. At a word that
// differs the walk by rules goes on from there until it meets a known frame again. Costs about 60
// instructions for a frame that changed and 4 for one that did not.
//
// In two steps: after the first the hash of the result is as good as known, so that whoever keeps
// stacks by hash can fetch the place while the second step verifies.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/capture/frame_step.h"
#include "preload/capture/raw_stack.h"
#include "preload/capture/rule_table.h"
#include "preload/capture/walked_stack.h"
#include "preload/platform/hook_scope.h"

namespace tracemalloc::preload {

class StackWalk {
public:
    /// Bytes of memory a walk of at most `limit` frames needs.
    static std::size_t bytes_for(std::size_t limit) noexcept;
    void prepare(void* memory, std::size_t limit) noexcept;

    /// Walks from `site` to a frame of the last stack. The hash of view() as it is most likely to
    /// be; a guess, of no matter but speed.
    std::uint64_t begin(const CallSite& site) noexcept;
    /// Walks the rest. False when the stack is not one: registers that no stack can have.
    bool finish() noexcept;
    /// Code was unloaded: nothing of the last stack may be reused.
    void forget() noexcept { stack_.forget(); }

    /// The program's frames of the last walk, without leading entry points.
    [[nodiscard]] StackView view() const noexcept;

    /// All frames of the last walk; 0 is the newest.
    [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
    [[nodiscard]] const WalkedFrame& frame(std::size_t number) const noexcept {
        return stack_.frame(stack_.end() - 1 - number);
    }
    /// Those of frame(0) in the columns of WalkedStack; the callers lie before them.
    [[nodiscard]] const std::uintptr_t* newest_pc() const noexcept {
        return stack_.pc_at(stack_.end() - 1);
    }
    [[nodiscard]] const std::uintptr_t* newest_slot() const noexcept {
        return stack_.slot_at(stack_.end() - 1);
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

    [[nodiscard]] std::size_t wanted() const noexcept { return limit_ + entry_points_; }
    void count(FrameRule rule) noexcept;
    FrameStep walk_on(FramePlace now, std::size_t& old) noexcept;
    std::size_t verify(std::size_t now) noexcept;
    bool walk_older(std::size_t newest) noexcept;
    FrameStep walk_changed(std::size_t& now) noexcept;
    bool look_beyond() noexcept;

    std::size_t limit_ = 0;
    WalkedStack stack_;
    WalkedStack::FreshRun fresh_;  // walked to since the last known one

    bool is_known_ = false;  // between begin and finish: as far as it goes, it is a stack
    bool has_met_ = false;   // … and goes on in the last one
    std::uintptr_t entry_bp_ = 0;
    std::size_t depth_ = 0;
    std::size_t entry_points_ = 0;
    End end_reason_ = End::outermost;
    std::uintptr_t beyond_sp_ = 0;
};

}  // namespace tracemalloc::preload
