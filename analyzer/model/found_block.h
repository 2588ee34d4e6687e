// SPDX-License-Identifier: MIT
//
// The live block that an address of the process lies in, and where it was allocated.
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

struct FoundBlock {
    std::uint64_t asked = 0;    ///< the address somebody asked for
    std::uint64_t address = 0;  ///< where the block begins
    std::uint64_t size = 0;
    /// When it was born: its epoch, and which snapshot of the process was the next one. Absent
    /// where the dump does not tell.
    std::optional<Epoch> born{};
    std::uint32_t next_snapshot = 0;
    Snapshot snapshot{};  ///< its facts, and one traceback: that of the block

    [[nodiscard]] const Traceback& traceback() const noexcept {
        return snapshot.tracebacks.front();
    }
};

}  // namespace tracemalloc::analyze
