// SPDX-License-Identifier: MIT
//
// A frame of a stack that was walked, with what it takes to see that it still stands.
#pragma once

#include <cstdint>

#include "preload/capture/frame_step.h"

namespace tracemalloc::preload {

/// A frame as an unwinder sees it; its pc lies apart, so that a stack's pcs are one run of words.
struct WalkedFrame {
    /// What has to be read to see that its callee still returns to this frame.
    enum class Link : std::uint8_t {
        return_address,
        saved_bp_too,      ///< the callee's slot for rbp as well
        stack_pointer_too  ///< a realigned or signal callee: the word that gives sp, and the others
    };

    std::uintptr_t sp;
    std::uintptr_t bp;  ///< right where needs_bp, else what it was when the frame was walked
    FrameRule rule;
    Link link;
    bool needs_bp;  ///< this frame or an older one is addressed by `bp`
};

inline WalkedFrame::Link link_to(FrameRule callee, bool caller_needs_bp) noexcept {
    if (callee.kind() >= FrameRule::Kind::realigned) {
        return WalkedFrame::Link::stack_pointer_too;
    }
    return caller_needs_bp && callee.saved_bp() != 0 ? WalkedFrame::Link::saved_bp_too
                                                     : WalkedFrame::Link::return_address;
}

/// Reads the words by which `callee` returned to `caller`, which was at `caller_pc`. True when it
/// still does.
TM_INLINE bool leads_to(const WalkedFrame& callee, const WalkedFrame& caller,
                        std::uintptr_t caller_pc) noexcept {
    if (TM_LIKELY(caller.link == WalkedFrame::Link::return_address)) {
        return stack_word(caller.sp - 8) == caller_pc;
    }
    if (caller.link == WalkedFrame::Link::stack_pointer_too &&
        stack_word(sp_slot(callee.rule, callee.sp, callee.bp)) != caller.sp) {
        return false;
    }
    if (stack_word(pc_slot(callee.rule, callee.sp, caller.sp)) != caller_pc) {
        return false;
    }
    const std::uintptr_t slot = bp_slot(callee.rule, callee.sp, callee.bp, caller.sp);
    return !caller.needs_bp || slot == 0 || stack_word(slot) == caller.bp;
}

}  // namespace tracemalloc::preload
