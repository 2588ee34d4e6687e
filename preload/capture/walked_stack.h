// SPDX-License-Identifier: MIT
//
// The frames of a thread's last stack, oldest first, so that the part that stays keeps its place
// and the part that changes is rewritten at the end. Columns run beside the frames, each holding
// what one loop reads:
//
//   pcs     what a return address is compared with; the program's stack as the interner wants it
//   slots   where the word lies that alone shows that the next newer frame still returns here
//   sums    running sums of the hash, see stack_hash.h
//
// Verifying a frame costs four instructions, and the hash of any run of frames about ten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/capture/frame_step.h"
#include "preload/capture/stack_hash.h"
#include "preload/capture/walked_frame.h"
#include "preload/platform/attributes.h"

namespace tracemalloc::preload {

class WalkedStack {
public:
    /// A frame that was walked to and is not in its place yet.
    struct Fresh {
        std::uintptr_t pc;
        std::uintptr_t sp;
        std::uintptr_t bp;
        FrameRule rule;
    };
    /// Frames walked to, newest first.
    struct FreshRun {
        Fresh* frames = nullptr;
        Fresh* end = nullptr;
        bool uses_bp = false;        ///< one of them is addressed by rbp
        bool is_all_counted = true;  ///< each leads to its caller's stack pointer by an offset

        [[nodiscard]] std::size_t count() const noexcept {
            return static_cast<std::size_t>(end - frames);
        }
        void clear() noexcept {
            end = frames;
            uses_bp = false;
            is_all_counted = true;
        }
        TM_INLINE void add(const FramePlace& place, FrameRule rule) noexcept {
            *end++ = {place.pc, place.sp, place.bp, rule};
        }
        void note(FrameRule rule) noexcept {
            uses_bp |= rule.uses_bp();
            is_all_counted &= rule.kind() < FrameRule::Kind::realigned;
        }
    };

    /// Bytes of memory for stacks of at most `most` frames.
    static std::size_t bytes_for(std::size_t most) noexcept;
    /// Returns the end of what it took of the memory.
    void* prepare(void* memory, std::size_t most) noexcept;

    void forget() noexcept { begin_ = end_ = capacity_ / 2; }

    /// Frames are numbered [begin, end), oldest first.
    [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
    [[nodiscard]] std::size_t end() const noexcept { return end_; }
    [[nodiscard]] const WalkedFrame& frame(std::size_t at) const noexcept { return frames_[at]; }
    [[nodiscard]] std::uintptr_t pc(std::size_t at) const noexcept { return pcs_[at]; }
    [[nodiscard]] const std::uintptr_t* pc_at(std::size_t at) const noexcept { return pcs_ + at; }
    [[nodiscard]] const std::uintptr_t* slot_at(std::size_t at) const noexcept {
        return slots_ + at;
    }
    /// Does the word at this slot alone lead from the callee to the frame?
    static bool is_plain(std::uintptr_t slot) noexcept { return slot != no_slot(); }
    [[nodiscard]] std::span<const std::uintptr_t> pcs(std::size_t first,
                                                      std::size_t last) const noexcept {
        return {pcs_ + first, last - first};
    }
    /// stack_hash of pcs(first, last).
    [[nodiscard]] std::uint64_t hash(std::size_t first, std::size_t last,
                                     std::uint16_t flags) const noexcept {
        return stack_hash_of_sum((sums_[last] - sums_[first]) * inverses_[first], last - first,
                                 flags);
    }

    /// Looks for the first frame that a walk has in common with the stack, from newer to older.
    class Search {
    public:
        TM_INLINE Search(WalkedStack& stack, std::size_t end) noexcept
            : begin_(stack.frames_ + stack.begin_), at_(stack.frames_ + end), stack_(stack) {}

        /// Is it the frame at `now`? Those that are newer than that are gone.
        TM_INLINE bool meets(const FramePlace& now) noexcept {
            while (at_ != begin_ && at_[-1].sp < now.sp) {
                --at_;
            }
            return at_ != begin_ && at_[-1].sp == now.sp && is_still_at(now);
        }
        /// The one met lies below this index.
        [[nodiscard]] std::size_t end() const noexcept {
            return static_cast<std::size_t>(at_ - stack_.frames_);
        }

    private:
        TM_INLINE bool is_still_at(const FramePlace& now) noexcept {
            WalkedFrame& frame = at_[-1];
            if (stack_.pcs_[end() - 1] != now.pc || (frame.needs_bp && frame.bp != now.bp)) {
                return false;
            }
            frame.bp = now.bp;
            return true;
        }

        WalkedFrame* const begin_;
        WalkedFrame* at_;
        WalkedStack& stack_;
    };

    [[nodiscard]] bool is_still_called_by(std::size_t callee) const noexcept {
        return leads_to(frames_[callee], frames_[callee - 1], pcs_[callee - 1]);
    }
    /// The same, quicker, where the callee saved rbp for its caller at a known place: in code with
    /// frame pointers that is each frame.
    [[nodiscard]] TM_INLINE bool is_still_called_by_frame_pointer(
        std::size_t callee) const noexcept {
        const WalkedFrame& caller = frames_[callee - 1];
        return caller.link == WalkedFrame::Link::saved_bp_too &&
               stack_word(caller.sp - 8) == pcs_[callee - 1] &&
               stack_word(at_offset(caller.sp, frames_[callee].rule.saved_bp())) == caller.bp;
    }
    /// The oldest frame, not older than `stop`, to which all from `now` on still lead, verified in
    /// the order in which an unwinder reads the words.
    [[nodiscard]] TM_INLINE std::size_t verified_from(std::size_t now,
                                                      std::size_t stop) const noexcept {
        const auto holds = [this](std::size_t at) noexcept {
            return stack_word(slots_[at]) == pcs_[at];
        };
        for (;;) {
            while (now - stop >= 4 && holds(now - 1) && holds(now - 2) && holds(now - 3) &&
                   holds(now - 4)) {
                now -= 4;
            }
            while (now != stop && holds(now - 1)) {
                --now;
            }
            const std::size_t before = now;
            while (now != stop && is_still_called_by_frame_pointer(now)) {
                --now;
            }
            if (now != before) {
                continue;
            }
            if (now == stop || !is_still_called_by(now)) {
                return now;
            }
            --now;
        }
    }

    /// Puts fresh frames above those below `meet`; what was above is gone.
    void put_on_top(std::size_t meet, const FreshRun& fresh) noexcept;
    /// Puts them in place of those from `oldest` up to below `newest`; where nothing below is kept
    /// they reach down from `newest`. Returns the index of the oldest of them.
    std::size_t replace(std::size_t oldest, std::size_t newest, const FreshRun& fresh) noexcept;
    /// Nothing older than this frame is known any more.
    void drop_below(std::size_t oldest) noexcept { begin_ = oldest; }

    /// The frame at `index` is addressed by its bp: so bp matters, and is the same, in every newer
    /// frame that hands it on unsaved.
    void require_bp(std::size_t index) noexcept;
    /// A frame's registers as they are now: a bp that no frame below needed may have changed since.
    /// `newest_bp` is that of the newest frame.
    FramePlace place_of(std::size_t index, std::uintptr_t newest_bp) noexcept;

private:
    static constexpr std::size_t kCapacityFactor = 8;  // of the longest stack, see put_on_top
    static constexpr std::size_t kKeptFactor = 4;

    /// Stands for the slot of a frame that takes more than one word to verify: holds no pc.
    static std::uintptr_t no_slot() noexcept {
        static constexpr std::uintptr_t kNoPc = 0;
        return reinterpret_cast<std::uintptr_t>(&kNoPc);
    }
    void put(std::size_t first, const FreshRun& fresh) noexcept;
    void link(std::size_t caller, FrameRule callee) noexcept;
    void require_bps(std::size_t first, std::size_t last) noexcept;
    void sum_up(std::size_t first, std::size_t last) noexcept;
    void sum_down(std::size_t first, std::size_t last) noexcept;

    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    WalkedFrame* frames_ = nullptr;
    std::uintptr_t* pcs_ = nullptr;
    std::uintptr_t* slots_ = nullptr;
    std::uint64_t* sums_ = nullptr;  // sums_[at + 1] - sums_[at] = pcs_[at] * powers_[at]
    std::uint64_t* powers_ = nullptr;
    std::uint64_t* inverses_ = nullptr;
};

}  // namespace tracemalloc::preload
