// SPDX-License-Identifier: MIT
//
// Stacks as the dump has them: numbers of addresses, without the frames that the stack before had.
// Stacks come in the order of their ids, and neighbours share most of their older frames.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/capture/raw_stack.h"
#include "preload/snapshot/address_index.h"
#include "preload/snapshot/dump_file.h"
#include "preload/store/stack_interner.h"

namespace tracemalloc::preload {

class StackEncoder {
public:
    StackEncoder(const StackInterner& stacks, AddressIndex& addresses, DumpFile& file) noexcept
        : stacks_(stacks), addresses_(addresses), file_(file) {}

    /// False without memory for its addresses.
    bool write(StackId id) noexcept;

private:
    struct Stack {
        StackFrames frames;  ///< without a label
        std::uint32_t retired = 0;
    };

    bool number_addresses(const Stack& stack, std::uint32_t* numbers) noexcept;
    [[nodiscard]] std::size_t frames_as_before(const Stack& stack) const noexcept;

    const StackInterner& stacks_;
    AddressIndex& addresses_;
    DumpFile& file_;
    std::uint32_t previous_[RawStack::kCapacity] = {};  ///< most recent frame first
    Stack previous_stack_;
};

}  // namespace tracemalloc::preload
