// SPDX-License-Identifier: MIT
//
// Traces, births and leaks as the packed rows of a dump, in the order that the format asks for.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

struct PackedSection {
    std::string bytes;
    std::uint64_t count = 0;
};

PackedSection encode_blocks(const RawSnapshot& raw);
/// Births go by the rows of the blocks, wherever the traces stand in `raw`.
PackedSection encode_births(const RawSnapshot& raw);
/// Likewise.
PackedSection encode_leaks(const RawSnapshot& raw);

}  // namespace tracemalloc::analyze
