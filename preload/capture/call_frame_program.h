// SPDX-License-Identifier: MIT
//
// The plain part of DWARF call frame information: where the cfa is a register and an offset and
// saved registers lie at fixed places below it. That is nearly all code; reading it here takes some
// 500 instructions where libunwind's cursor takes 20,000. Anything else (an expression, another
// register, an encoding no compiler writes for x86-64) is left to the cursor.
//
// Sources: DWARF 5, 6.4 Call Frame Information; the Linux Standard Base on .eh_frame.
#pragma once

#include <cstdint>

#include "preload/capture/frame_rule.h"

namespace tracemalloc::preload {

/// The rule for the code at `pc`, from the entry of an .eh_frame section that may cover it.
/// `not_learned`: not plain. `no_table`: the entry ends before `pc`.
FrameRule read_call_frame(const unsigned char* entry, std::uintptr_t pc) noexcept;

}  // namespace tracemalloc::preload
