// SPDX-License-Identifier: MIT
//
// How one frame is left, as far as it can be said in three numbers. With bp and sp the values that
// rbp and the stack pointer have in the frame:
//
//   stack_pointer   cfa = sp + n           function without a frame pointer
//   frame_pointer   cfa = bp + n           function with one
//   realigned       cfa = word at bp + n   function that realigned its stack (gcc)
//
//   then  next pc = word at cfa - 8,  next sp = cfa,  next bp = word at cfa + m, or bp if not saved
//
// realigned finds the next bp at bp. signal, the return from a signal handler, finds all three in
// the context that the kernel put on the stack; the pc there is that of the interrupted
// instruction.
#pragma once

#include <cstdint>

namespace tracemalloc::preload {

struct FrameRule {
    enum class Kind : std::uint8_t {
        not_learned,
        stack_pointer,
        frame_pointer,
        realigned,
        signal,
        outermost,  ///< nothing called this frame
        no_table,   ///< no unwind table (generated code): nothing is known of its caller
        opaque      ///< has a table that says something else: not followed
    };

    Kind kind = Kind::not_learned;
    bool is_entry_point = false;  ///< the frame is the allocator's own, see EntryPoints
    std::int16_t saved_bp = 0;    ///< m; 0: not saved (the word at the cfa is never used for it)
    std::int32_t cfa_offset = 0;  ///< n

    [[nodiscard]] bool uses_bp() const noexcept {
        return kind == Kind::frame_pointer || kind == Kind::realigned;
    }
    bool operator==(const FrameRule&) const noexcept = default;
};
static_assert(sizeof(FrameRule) == 8);

}  // namespace tracemalloc::preload
