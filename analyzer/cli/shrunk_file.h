// SPDX-License-Identifier: MIT
#pragma once

namespace tracemalloc::analyze {

/// Files are read where they are mapped: dumps, and the programs and debug files that they name.
/// One that becomes shorter meanwhile (a program being linked anew) is from here on one line on
/// stderr and exit code 3, as any other file that cannot be read.
void report_shrunk_files() noexcept;

}  // namespace tracemalloc::analyze
