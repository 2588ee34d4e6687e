// SPDX-License-Identifier: MIT
//
// What the records of a dump refer to: texts inside the strings, modules and addresses that exist,
// the orders that readers rely on, and lengths that keep a small file from becoming a large
// snapshot.
#pragma once

#include <cstdint>

namespace tracemalloc::analyze {

class DumpView;

/// Longest text of a module or of the process's exe, host and session: a path fits.
inline constexpr std::uint32_t kMaxPathBytes = 4096;
/// Longest chain of inlined functions at one embedded address.
inline constexpr std::uint32_t kMaxFramesPerAddress = 256;
/// Longest tag that a program gives its blocks.
inline constexpr std::uint32_t kMaxTagBytes = 255;

/// Throws DumpError for the first record that breaks the format.
void check_records(const DumpView& view);

}  // namespace tracemalloc::analyze
