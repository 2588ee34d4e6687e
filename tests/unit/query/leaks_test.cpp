// SPDX-License-Identifier: MIT
#include "analyzer/query/leaks.h"

#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

namespace tracemalloc::test {

using analyze::GroupBy;
using analyze::Total;

TEST_CASE("unreachable blocks are grouped, direct and indirect ones side by side") {
    FrameTable table;
    TraceSet set(table);
    const FrameId a = set.place("a.c", 1);
    const FrameId b = set.place("b.c", 2);
    const FrameId c = set.place("c.c", 3);
    set.add(10, 5, {a});
    set.add(100, 3, {b});
    set.add(1, 7, {a});
    set.add(50, 2, {c});
    set.snapshot.traces[0].unreachable_direct = 2;
    set.snapshot.traces[1].unreachable_indirect = 3;
    set.snapshot.traces[2].unreachable_direct = 1;
    set.snapshot.traces[2].unreachable_indirect = 6;
    const analyze::Leaks leaks = analyze::find_leaks(set.snapshot, table, {GroupBy::filename});
    CHECK(leaks.direct == Total{21, 3});
    CHECK(leaks.indirect == Total{306, 9});
    CHECK(leaks.reachable == Total{130, 5});
    REQUIRE(leaks.rows.size() == 2);
    CHECK(text_of(table[leaks.rows[0].traceback.front()]) == "b.c");
    CHECK(leaks.rows[0].direct == Total{0, 0});
    CHECK(leaks.rows[0].indirect == Total{300, 3});
    CHECK(leaks.rows[1].direct == Total{21, 3});
    CHECK(leaks.rows[1].indirect == Total{6, 6});

    analyze::keep_unreachable(set.snapshot);
    CHECK(set.snapshot.total() == Total{327, 12});
    CHECK(set.snapshot.traces.size() == 3);
}

}  // namespace tracemalloc::test
