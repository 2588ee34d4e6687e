// SPDX-License-Identifier: MIT
//
// Points in time, always in UTC: a dump is read anywhere, and equal dumps give equal reports.
#pragma once

#include <cstdint>
#include <string>

namespace tracemalloc::analyze {

/// "2026-11-23T14:15:57.123456789Z"
std::string format_iso_time(std::int64_t unix_ns);
/// "2026-11-23 14:15:57 UTC"
std::string format_time(std::int64_t unix_ns);
/// "1.5 s", "2 min 3 s", "4 h 5 min"; below a second "12.3 ms" or "45 µs".
std::string format_duration(std::uint64_t nanoseconds);

}  // namespace tracemalloc::analyze
