// SPDX-License-Identifier: MIT
//
// Traces, births and leaks as the packed rows of a dump, in the order that the format asks for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

struct PackedSection {
    std::string bytes;
    std::uint64_t count = 0;
};

/// Indexes of the traces in the order of their rows. All three sections go by the rows of the
/// blocks, wherever the traces stand in `raw`.
std::vector<std::uint32_t> row_order(const RawSnapshot& raw);

PackedSection encode_blocks(const RawSnapshot& raw, const std::vector<std::uint32_t>& order);
PackedSection encode_births(const RawSnapshot& raw, const std::vector<std::uint32_t>& order);
PackedSection encode_leaks(const RawSnapshot& raw, const std::vector<std::uint32_t>& order);

}  // namespace tracemalloc::analyze
