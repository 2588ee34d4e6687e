// SPDX-License-Identifier: MIT
//
// What a shell can offer for a value. It follows from how the value is called in the help.
#pragma once

#include "analyzer/cli/option_table.h"

namespace tracemalloc::analyze::manual {

enum class ValueKind {
    free,     ///< nothing to offer
    choice,   ///< Option::choices
    file,     //
    folder,   //
    process,  ///< a recorded one
};

ValueKind value_kind(const Option& option);

/// A shell command that prints the pids of the recorded processes that the user may look at: they
/// carry a mapping with our name.
inline constexpr const char* kRecordedProcesses =
    "grep -ls memfd:tracemalloc /proc/[0-9]*/maps 2>/dev/null | cut -d/ -f3";

}  // namespace tracemalloc::analyze::manual
