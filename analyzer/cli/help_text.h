// SPDX-License-Identifier: MIT
//
// What --help prints before and after the list of options: examples first.
#pragma once

namespace tracemalloc::analyze::help {

extern const char* const kTmtool;
extern const char* const kStats;
extern const char* const kDiff;
extern const char* const kTraces;
extern const char* const kInfo;
extern const char* const kRun;
extern const char* const kSnapshot;

extern const char* const kExitCodes;

}  // namespace tracemalloc::analyze::help
