// SPDX-License-Identifier: MIT
//
// The stacks that a dump holds, in order of their ids: those of live blocks and those with traffic.
// What is asked for one after the other, in order, is found without a table.
#pragma once

#include <cstdint>

#include "preload/snapshot/block_rows.h"
#include "preload/snapshot/frozen_view.h"

namespace tracemalloc::preload {

class DumpStacks {
public:
    explicit DumpStacks(const FrozenView& view) noexcept : rows_(view), traffic_(view.traffic()) {
        has_row_ = rows_.next(row_);
    }

    /// The next stack; none at the end.
    StackId next() noexcept {
        const std::uint32_t block = has_row_ ? row_.stack : kNoStack;
        const std::uint32_t traffic = traffic_at_ < traffic_.size()
                                          ? static_cast<std::uint32_t>(traffic_[traffic_at_].stack)
                                          : kNoStack;
        const std::uint32_t stack = block < traffic ? block : traffic;
        if (stack == kNoStack) {
            return StackId::none;
        }
        while (has_row_ && row_.stack == stack) {
            has_row_ = rows_.next(row_);
        }
        while (traffic_at_ < traffic_.size() && traffic_[traffic_at_].stack == StackId{stack}) {
            ++traffic_at_;
        }
        ++passed_;
        return static_cast<StackId>(stack);
    }

    /// The index of a stack in the dump, which holds it. Stacks come in order.
    std::uint32_t index_of(StackId stack) noexcept {
        while (last_ != stack) {
            last_ = next();
        }
        return passed_ - 1;
    }

private:
    static constexpr std::uint32_t kNoStack = 0xffff'ffff;

    BlockRows rows_;
    std::span<const TrafficRow> traffic_;
    BlockRow row_{};
    bool has_row_ = false;
    std::size_t traffic_at_ = 0;
    std::uint32_t passed_ = 0;
    StackId last_ = StackId::none;
};

}  // namespace tracemalloc::preload
