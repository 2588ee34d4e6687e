// SPDX-License-Identifier: MIT
#include "analyzer/query/call_tree.h"

#include <algorithm>
#include <random>

#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

using namespace tracemalloc::analyze;
using tracemalloc::test::text_of;
using tracemalloc::test::TraceSet;

namespace {

std::string sum_text(const CallSum& sum) {
    std::string text = std::to_string(sum.now.size) + "/" + std::to_string(sum.now.count);
    if (sum.old.count != 0) {
        text += " was " + std::to_string(sum.old.size) + "/" + std::to_string(sum.old.count);
    }
    return text;
}

/// One line a node, indented: "  a.c:1 app 10/1", "*" where it is set aside.
std::vector<std::string> lines_of(const CallTree& tree, const FrameTable& table) {
    std::vector<std::string> lines;
    std::vector<std::size_t> depth(tree.nodes.size());
    for (std::size_t at = 0; at < tree.nodes.size(); ++at) {
        const CallNode& node = tree.nodes[at];
        depth[at] = at == 0 ? 0 : depth[node.parent] + 1;
        std::string name = node.kind == CallKind::root     ? "all"
                           : node.kind == CallKind::cut    ? "cut"
                           : node.kind == CallKind::folded ? "folded"
                                                           : text_of(table[node.frame]);
        name += node.set_aside ? "*" : "";
        lines.push_back(std::string(2 * depth[at], ' ') + name + " " + sum_text(node.total));
    }
    return lines;
}

using Lines = std::vector<std::string>;

/// Every law that call_tree.h states.
void check_laws(const CallTree& tree) {
    std::vector<CallSum> sums;
    for (const CallNode& node : tree.nodes) {
        sums.push_back(node.own);
    }
    for (std::size_t at = tree.nodes.size(); at-- > 1;) {
        const CallNode& node = tree.nodes[at];
        REQUIRE(node.parent < at);
        REQUIRE(node.end > at);
        REQUIRE(node.end <= tree.nodes[node.parent].end);
        sums[node.parent] += sums[at];
    }
    REQUIRE(tree.root().end == tree.nodes.size());
    for (std::size_t at = 0; at < tree.nodes.size(); ++at) {
        REQUIRE(tree.nodes[at].total == sums[at]);
    }
}

}  // namespace

TEST_CASE("a call tree has the outermost callers first") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId main = traces.place("a.c", 1), left = traces.place("a.c", 2),
                  right = traces.place("a.c", 3);
    traces.add(10, 2, {left, main});
    traces.add(5, 1, {right, main});
    traces.add(7, 1, {main});
    const CallTree tree = build_call_tree(traces.snapshot, table, {});
    check_laws(tree);
    CHECK(lines_of(tree, table) ==
          Lines{"all 32/4", "  a.c:1 app 32/4", "    a.c:2 app 20/2", "    a.c:3 app 5/1"});
    CHECK(tree.nodes[1].own.now == Total{7, 1});
    CHECK(tree.root().total.stacks == 3);
}

TEST_CASE("a call tree with the allocating frames first leaves out what is set aside") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId main = traces.place("a.c", 1), fill = traces.place("a.c", 2),
                  wrapper = traces.place("x.c", 9);
    traces.add(10, 1, {wrapper, fill, main}, 1);
    traces.add(10, 2, {fill, main});
    CallTreeOptions options{CallOrder::callees_first, FrameView::attributed};
    CHECK(lines_of(build_call_tree(traces.snapshot, table, options), table) ==
          Lines{"all 30/3", "  a.c:2 app 30/3", "    a.c:1 app 30/3"});
    options.view = FrameView::raw;
    CHECK(lines_of(build_call_tree(traces.snapshot, table, options), table) ==
          Lines{"all 30/3", "  a.c:2 app 20/2", "    a.c:1 app 20/2", "  x.c:9 app 10/1",
                "    a.c:2 app 10/1", "      a.c:1 app 10/1"});
}

TEST_CASE("frames that are set aside are nodes of their own below their caller") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId fill = traces.place("a.c", 2), wrapper = traces.place("x.c", 9);
    traces.add(10, 1, {wrapper, fill}, 1);
    traces.add(1, 1, {wrapper, fill});
    CHECK(lines_of(build_call_tree(traces.snapshot, table, {}), table) ==
          Lines{"all 11/2", "  a.c:2 app 11/2", "    x.c:9 app* 10/1", "    x.c:9 app 1/1"});
}

TEST_CASE("stacks that were cut hang below a node that says so") {
    FrameTable table;
    TraceSet traces(table);
    traces.add(10, 1, {traces.place("a.c", 2)});
    traces.add(1, 1, {traces.place("a.c", 2)});
    traces.snapshot.tracebacks[1].total_nframe.reset();
    CHECK(lines_of(build_call_tree(traces.snapshot, table, {}), table) ==
          Lines{"all 11/2", "  a.c:2 app 10/1", "  cut 1/1", "    a.c:2 app 1/1"});
    const CallTreeOptions inverted{CallOrder::callees_first, FrameView::attributed};
    CHECK(lines_of(build_call_tree(traces.snapshot, table, inverted), table) ==
          Lines{"all 11/2", "  a.c:2 app 11/2", "    cut 1/1"});
}

TEST_CASE("a call tree of two snapshots has both sums at every node") {
    FrameTable table;
    TraceSet before(table), after(table);
    const FrameId main = before.place("a.c", 1), gone = before.place("a.c", 2),
                  stays = before.place("a.c", 3), fresh = before.place("a.c", 4);
    before.add(10, 1, {gone, main});
    before.add(3, 1, {stays, main});
    after.add(3, 4, {stays, main});
    after.add(1, 1, {fresh, main});
    const CallTree tree = build_call_tree(before.snapshot, after.snapshot, table, {});
    check_laws(tree);
    CHECK(lines_of(tree, table) == Lines{"all 13/5 was 13/2", "  a.c:1 app 13/5 was 13/2",
                                         "    a.c:3 app 12/4 was 3/1", "    a.c:4 app 1/1",
                                         "    a.c:2 app 0/0 was 10/1"});
    CHECK(tree.root().total.stacks == 3);
}

TEST_CASE("a snapshot without traces is a root alone") {
    FrameTable table;
    const CallTree tree = build_call_tree(Snapshot(), table, {});
    REQUIRE(tree.nodes.size() == 1);
    CHECK(tree.root().end == 1);
    CHECK(fold_call_tree(tree, 10).tree.nodes.size() == 1);
}

TEST_CASE("folding keeps the largest branches and says what it put together") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId main = traces.place("a.c", 1);
    traces.add(100, 1, {traces.place("a.c", 2), main});
    traces.add(3, 1, {traces.place("a.c", 3), main});
    traces.add(2, 1, {traces.place("a.c", 4), main});
    traces.add(1, 200, {traces.place("a.c", 5), main});  // many small blocks matter too
    const FoldedTree folded = fold_call_tree(build_call_tree(traces.snapshot, table, {}), 4);
    check_laws(folded.tree);
    CHECK(lines_of(folded.tree, table) == Lines{"all 305/203", "  a.c:1 app 305/203",
                                                "    a.c:5 app 200/200", "    a.c:2 app 100/1",
                                                "    folded 5/2"});
    CHECK(folded.branches == 2);
    CHECK(folded.sum.now == Total{5, 2});
    CHECK(folded.sum.stacks == 2);
    CHECK(folded.largest_share == Approx(3.0 / 305));
}

TEST_CASE("folding conserves every sum of random trees") {
    std::mt19937 random(7);
    for (int round = 0; round < 50; ++round) {
        FrameTable table;
        TraceSet before(table), after(table);
        for (TraceSet* traces : {&before, &after}) {
            for (int stack = 0; stack < 60; ++stack) {
                std::vector<FrameId> frames;
                for (auto depth = random() % 8; depth-- > 0;) {
                    frames.push_back(traces->place("a.c", 1 + random() % 4));
                }
                const std::size_t aside = frames.size() > 1 ? random() % 2 : 0;
                traces->add(random() % 1000, 1 + random() % 5, frames, aside);
            }
        }
        const CallTree tree = build_call_tree(before.snapshot, after.snapshot, table, {});
        check_laws(tree);
        for (const std::size_t limit : {1U, 2U, 10U, 100U, 100000U}) {
            const FoldedTree folded = fold_call_tree(tree, limit);
            check_laws(folded.tree);
            CHECK(folded.tree.root().total == tree.root().total);
            CHECK(folded.tree.nodes.size() <= 2 * limit);
            CHECK((folded.branches == 0) == (tree.nodes.size() <= limit));
        }
    }
}
