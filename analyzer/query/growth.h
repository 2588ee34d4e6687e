// SPDX-License-Identifier: MIT
//
// Which rows look like a leak over a series of snapshots. The series of a row's sizes, s at steps
// 1 … n, is fitted by a straight line with least squares:
//
//     slope b = Σ(i − ī)(sᵢ − s̄) / Σ(i − ī)²        standard error e = √( Σrᵢ² / (n − 2) / Σ(i −
//     ī)² ) 95 % interval: b ± t(0.975, n − 2) · e         r: what the line leaves over, t:
//     Student's
//
// (the textbook interval of simple linear regression, as in NIST's e-Handbook of Statistical
// Methods). Rows are ranked by evidence first, by the lower end of the interval next: the growth
// there is at least. A cache that fills and stops does not grow in its last step; noise leaves a
// wide interval; a leak is even.
//
// A slow leak under noise is as uneven as a cache that filled. Births tell them apart: of a leak,
// blocks of every step are still there at the end; of a cache that stopped growing, none of its
// last steps. Rows with survivors of every step come before other uneven ones, ranked by the step
// that left the least. And a hash table that doubles can grow by the same amount twice: where
// births are known and a step left nothing, even growth is not called steady.
#pragma once

#include <vector>

#include "analyzer/model/growth.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// At least two, in order of time, grouped alike over one table. `survivors`: of find_survivors().
Growth find_growth(const std::vector<Statistics>& series,
                   const std::vector<Statistics>& survivors = {});

}  // namespace tracemalloc::analyze
