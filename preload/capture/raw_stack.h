// SPDX-License-Identifier: MIT
//
// Return addresses, most recent first: one captured stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/dump_format.h"
#include "preload/platform/options.h"

namespace tracemalloc::preload {

struct RawStack {
    /// One more than the limit, to learn whether it cuts, and room for frames that are taken off
    /// the front: our own and the `operator new` chain.
    static constexpr std::size_t kCapacity = Options::kMaxFrames + 1 + 15;

    std::uintptr_t frames[kCapacity];
    std::size_t depth = 0;
    std::uint16_t flags = 0;  ///< dump::StackFlag

    [[nodiscard]] std::span<const std::uintptr_t> view() const noexcept { return {frames, depth}; }
};

}  // namespace tracemalloc::preload
