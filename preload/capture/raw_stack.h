// SPDX-License-Identifier: MIT
//
// One captured stack: return addresses, the oldest first, so that what stacks have in common stands
// at the front. (Dumps and reports put the most recent frame first.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/dump_format.h"
#include "preload/capture/stack_hash.h"
#include "preload/platform/options.h"

namespace tracemalloc::preload {

/// A stack that somebody else keeps.
struct StackView {
    std::span<const std::uintptr_t> frames;
    std::uint16_t flags = 0;  ///< dump::StackFlag
    std::uint64_t hash = 0;   ///< stack_hash(frames, flags)
    /// Of the first frame among all that its walker keeps: tells where two stacks of one thread lie
    /// to each other.
    std::size_t place = 0;
};

/// A kept stack that a thread's next ones are likely to have frames in common with.
struct StackAnchor {
    std::uint32_t id = 0;  ///< 0: there is none
    std::size_t place = 0;
};

struct RawStack {
    /// One more than the limit, to learn whether it cuts, and room for frames that are taken off:
    /// our own and the `operator new` chain.
    static constexpr std::size_t kCapacity = Options::kMaxFrames + 1 + 15;

    std::uintptr_t frames[kCapacity];
    std::size_t depth = 0;
    std::uint16_t flags = 0;

    [[nodiscard]] StackView view() const noexcept {
        const std::span<const std::uintptr_t> all(frames, depth);
        return {all, flags, stack_hash(all, flags), 0};
    }
};

}  // namespace tracemalloc::preload
