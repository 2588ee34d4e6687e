// SPDX-License-Identifier: MIT
//
// A frame rule applied to registers: where the words lie that lead to the caller, and the step
// there. The slot functions are what a verification of the same step reads again.
#pragma once

#include <cstdint>

#include "preload/capture/frame_rule.h"
#include "preload/platform/attributes.h"

namespace tracemalloc::preload {

inline std::uintptr_t stack_word(std::uintptr_t address) noexcept {
    return *reinterpret_cast<const std::uintptr_t*>(address);
}

inline std::uintptr_t at_offset(std::uintptr_t base, std::intptr_t offset) noexcept {
    return base + static_cast<std::uintptr_t>(offset);
}

/// The registers of a frame on the way.
struct FramePlace {
    std::uintptr_t pc = 0;
    std::uintptr_t sp = 0;
    std::uintptr_t bp = 0;
    bool is_exact = false;  ///< pc is an interrupted instruction, not a return address

    /// What the frame's rule is looked up by: an interrupted instruction as if it were one.
    [[nodiscard]] std::uintptr_t return_address() const noexcept { return pc + (is_exact ? 1 : 0); }
};

// Where the kernel's signal frame holds the interrupted registers: struct ucontext begins at sp.
inline constexpr std::intptr_t kSignalBp = 120;
inline constexpr std::intptr_t kSignalSp = 160;
inline constexpr std::intptr_t kSignalPc = 168;

/// The slot in which a frame by this rule, with these registers, keeps its caller's rbp; 0: none.
TM_INLINE std::uintptr_t bp_slot(FrameRule rule, std::uintptr_t sp, std::uintptr_t bp,
                                 std::uintptr_t cfa) noexcept {
    if (TM_LIKELY(rule.kind() < FrameRule::Kind::realigned)) {
        return rule.saved_bp() != 0 ? at_offset(cfa, rule.saved_bp()) : 0;
    }
    return rule.kind() == FrameRule::Kind::realigned ? bp : at_offset(sp, kSignalBp);
}

inline bool saves_bp(FrameRule rule) noexcept {
    return rule.saved_bp() != 0 || rule.kind() >= FrameRule::Kind::realigned;
}

/// The word that gives the next sp where it is not a register and an offset; 0: none.
inline std::uintptr_t sp_slot(FrameRule rule, std::uintptr_t sp, std::uintptr_t bp) noexcept {
    return rule.kind() == FrameRule::Kind::realigned ? at_offset(bp, rule.cfa_offset())
           : rule.kind() == FrameRule::Kind::signal  ? at_offset(sp, kSignalSp)
                                                     : 0;
}

inline std::uintptr_t pc_slot(FrameRule rule, std::uintptr_t sp, std::uintptr_t cfa) noexcept {
    return rule.kind() == FrameRule::Kind::signal ? at_offset(sp, kSignalPc) : cfa - 8;
}

enum class FrameStep {
    done,
    ended,   ///< nothing called it, or its rule does not say what did
    damaged  ///< registers that no stack can have
};

/// A frame larger than this is not believed.
inline constexpr std::int64_t kLargestFrame = std::int64_t{64} << 20;

inline bool is_too_far(std::uintptr_t place, std::uintptr_t sp) noexcept {
    return place - sp > static_cast<std::uintptr_t>(kLargestFrame);
}

/// Leaves a frame by a plain rule, from a stack pointer at whole words. A pc of zero: nothing
/// called it.
TM_INLINE void step_out_plainly(FramePlace& frame, FrameRule rule) noexcept {
    const std::uintptr_t cfa = at_offset(frame.sp, rule.cfa_offset());
    const std::uintptr_t bp =
        rule.saved_bp() != 0 ? stack_word(at_offset(cfa, rule.saved_bp())) : frame.bp;
    frame = {stack_word(cfa - 8), cfa, bp, false};
}

/// Leaves a frame by its rule. `to` is where a caller would be also when its pc is zero (ended);
/// it may be the same object as `from`.
TM_INLINE FrameStep step_out(const FramePlace& from, FrameRule rule, FramePlace& to) noexcept {
    std::uintptr_t cfa = 0;
    if (TM_LIKELY(rule.kind() == FrameRule::Kind::stack_pointer)) {
        cfa = at_offset(from.sp, rule.cfa_offset());
    } else if (rule.kind() == FrameRule::Kind::frame_pointer) {
        cfa = at_offset(from.bp, rule.cfa_offset());
    } else if (rule.kind() == FrameRule::Kind::realigned) {
        const std::uintptr_t place = at_offset(from.bp, rule.cfa_offset());
        if (place < from.sp || is_too_far(place, from.sp) || place % 8 != 0) {
            return FrameStep::damaged;
        }
        cfa = stack_word(place);
    } else if (rule.kind() == FrameRule::Kind::signal) {
        to = {stack_word(at_offset(from.sp, kSignalPc)), stack_word(at_offset(from.sp, kSignalSp)),
              stack_word(at_offset(from.sp, kSignalBp)), true};
        return to.sp % 8 != 0 ? FrameStep::damaged
               : to.pc != 0   ? FrameStep::done
                              : FrameStep::ended;
    } else {
        return FrameStep::ended;
    }
    // The stack only grows one way: whatever else a damaged frame says is not followed.
    if (cfa <= from.sp || is_too_far(cfa, from.sp) || cfa % 8 != 0) {
        return FrameStep::damaged;
    }
    const std::uintptr_t slot = bp_slot(rule, from.sp, from.bp, cfa);
    to = {stack_word(cfa - 8), cfa, slot != 0 ? stack_word(slot) : from.bp, false};
    return to.pc != 0 ? FrameStep::done : FrameStep::ended;
}

}  // namespace tracemalloc::preload
