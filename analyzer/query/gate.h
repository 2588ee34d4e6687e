// SPDX-License-Identifier: MIT
//
// Figures against limits. "More than" fails; what is exactly the limit passes. An estimate fails
// only when it is more than the limit by two standard errors: luck breaks no build. What passes by
// that alone is said to be in doubt.
#pragma once

#include "analyzer/model/gate.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// Growth of the total. Any growth of an empty heap is beyond every percentage.
GateCheck check_growth(const Comparison& comparison, const GateLimit& limit);

/// Growth of each row by itself, the new ones too.
GateCheck check_row_growth(const Comparison& comparison, const GateLimit& limit);

/// `kind`: live_size, live_blocks or leak_size.
GateCheck check_amount(GateKind kind, const Statistics& statistics, const GateLimit& limit);

}  // namespace tracemalloc::analyze
