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
    StackEncoder(AddressIndex& addresses, DumpFile& file) noexcept
        : addresses_(addresses), file_(file) {}

    /// False without memory for its addresses.
    bool write(const StackRecord& stack) noexcept;

private:
    bool number_addresses(const StackRecord& stack, std::uint32_t* numbers) noexcept;
    [[nodiscard]] std::size_t frames_as_before(const StackRecord& stack) const noexcept;

    AddressIndex& addresses_;
    DumpFile& file_;
    std::uint32_t previous_[RawStack::kCapacity] = {};  ///< most recent frame first
    std::size_t previous_depth_ = 0;
    const StackRecord* previous_stack_ = nullptr;
};

}  // namespace tracemalloc::preload
