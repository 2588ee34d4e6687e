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

/// One word, which the walk holds in a register:  [ n 32 | m 16 | … | entry point 1 | kind 8 ].
class FrameRule {
public:
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

    constexpr FrameRule() noexcept = default;
    constexpr explicit FrameRule(Kind kind, std::int32_t cfa_offset = 0,
                                 std::int16_t saved_bp = 0) noexcept
        : word_(std::uint64_t{static_cast<std::uint32_t>(cfa_offset)} << kCfaShift |
                std::uint64_t{static_cast<std::uint16_t>(saved_bp)} << kBpShift |
                static_cast<std::uint64_t>(kind)) {}

    [[nodiscard]] constexpr Kind kind() const noexcept { return static_cast<Kind>(word_ & 0xff); }
    /// n
    [[nodiscard]] constexpr std::int32_t cfa_offset() const noexcept {
        return static_cast<std::int32_t>(word_ >> kCfaShift);
    }
    /// m; 0: not saved (the word at the cfa is never used for it).
    [[nodiscard]] constexpr std::int16_t saved_bp() const noexcept {
        return static_cast<std::int16_t>(word_ >> kBpShift);
    }
    /// The frame is the allocator's own, see EntryPoints.
    [[nodiscard]] constexpr bool is_entry_point() const noexcept {
        return (word_ & kEntryPoint) != 0;
    }
    [[nodiscard]] constexpr FrameRule of_entry_point() const noexcept {
        FrameRule rule = *this;
        rule.word_ |= kEntryPoint;
        return rule;
    }

    [[nodiscard]] constexpr bool uses_bp() const noexcept {
        return kind() == Kind::frame_pointer || kind() == Kind::realigned;
    }
    /// The stack pointer and an offset, and the frame is the program's. Nearly all rules are plain,
    /// so the walk asks this first. All offsets are whole words, and this one leads up: who learns
    /// a rule sees to it.
    [[nodiscard]] constexpr bool is_plain() const noexcept {
        return (word_ & 0xffff) == static_cast<std::uint64_t>(Kind::stack_pointer);
    }
    constexpr bool operator==(const FrameRule&) const noexcept = default;

private:
    static constexpr unsigned kCfaShift = 32;
    static constexpr unsigned kBpShift = 16;
    static constexpr std::uint64_t kEntryPoint = 1U << 8;

    std::uint64_t word_ = 0;
};
static_assert(sizeof(FrameRule) == 8);

}  // namespace tracemalloc::preload
