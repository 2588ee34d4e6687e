// SPDX-License-Identifier: MIT
#include "analyzer/render/tree_layout.h"

#include <map>
#include <random>

#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

/// A tree in preorder from (parent, own bytes, own blocks), its sums made here.
CallTree tree_of(std::vector<CallNode> nodes) {
    for (std::uint32_t at = 0; at < nodes.size(); ++at) {
        nodes[at].total = nodes[at].own;
        nodes[at].end = at + 1;
    }
    for (std::size_t at = nodes.size(); at-- > 1;) {
        CallNode& parent = nodes[nodes[at].parent];
        parent.total += nodes[at].total;
        parent.end = std::max(parent.end, nodes[at].end);
    }
    return {std::move(nodes)};
}

CallNode node(std::uint32_t parent, std::uint64_t size, std::uint64_t count = 1) {
    CallNode made;
    made.parent = parent;
    made.own.now = {size, size == 0 ? 0 : count};
    return made;
}

CallNode root() {
    CallNode made;
    made.kind = CallKind::root;
    return made;
}

/// Every row's total is its own, that of the rows below it and what is not shown; the rows at the
/// top hold everything.
void check_sums(const CallTree& tree, const std::vector<TreeRow>& rows) {
    std::map<std::size_t, Total> below;
    for (const TreeRow& row : rows) {
        below[row.parent] += row.total;
    }
    CHECK(below[TreeRow::kNoParent] == tree.root().total.now);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (rows[at].kind == TreeRow::Kind::call && below.count(at) > 0) {
            CHECK(below[at] == rows[at].total);
        }
        if (rows[at].kind == TreeRow::Kind::call && below.count(at) == 0) {
            Total held = rows[at].own;
            held += rows[at].rest;
            CHECK(held == rows[at].total);
        }
    }
}

/// Each node hangs on one of the nodes on the way to the one before it, as in any preorder.
CallTree random_tree(std::mt19937& random, std::size_t size) {
    std::vector<CallNode> nodes = {root()};
    std::uint32_t at = 0;
    while (nodes.size() < size) {
        while (at != 0 && random() % 3 == 0) {
            at = nodes[at].parent;
        }
        nodes.push_back(node(at, random() % 4 == 0 ? 0 : random() % 1000, 1 + random() % 9));
        nodes.back().set_aside = nodes[at].set_aside || random() % 20 == 0;
        at = static_cast<std::uint32_t>(nodes.size() - 1);
    }
    return tree_of(std::move(nodes));
}

}  // namespace

TEST_CASE("sums are conserved whatever is folded, cut or joined") {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        const CallTree tree = random_tree(random, 2 + random() % 200);
        TreeOptions options;
        options.least_share = static_cast<double>(random() % 20) / 100;
        options.branches = random() % 5;
        options.depth = random() % 6;
        options.join_chains = random() % 2 == 0;
        check_sums(tree, lay_out_tree(tree, options));
    }
}

TEST_CASE("a single chain is one row that names its last call") {
    const CallTree tree = tree_of({root(), node(0, 0), node(1, 0), node(2, 50), node(3, 7)});
    const auto rows = lay_out_tree(tree, {});
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].chain == std::vector<std::uint32_t>{1, 2});
    CHECK(rows[0].node == 3);
    CHECK(rows[0].own == Total{50, 1});
    CHECK(rows[1].kind == TreeRow::Kind::own);
    CHECK(rows[2].straight);

    TreeOptions every;
    every.join_chains = false;
    CHECK(lay_out_tree(tree, every).size() == 5);
}

TEST_CASE("small branches and those beyond the limit become one row") {
    const CallTree tree =
        tree_of({root(), node(0, 500), node(0, 400), node(0, 96), node(0, 3), node(0, 1)});
    TreeOptions options;
    options.branches = 2;
    auto rows = lay_out_tree(tree, options);
    REQUIRE(rows.size() == 3);
    CHECK(rows[2].kind == TreeRow::Kind::rest);
    CHECK(rows[2].branches == 3);
    CHECK(rows[2].total == Total{100, 3});
    CHECK(rows[2].last);
    options.branches = 0;
    rows = lay_out_tree(tree, options);
    REQUIRE(rows.size() == 4);
    CHECK(rows[3].total == Total{4, 2});
}

TEST_CASE("below the depth limit calls are told of, not shown") {
    const CallTree tree = tree_of({root(), node(0, 0), node(1, 5), node(1, 4), node(3, 1)});
    TreeOptions options;
    options.depth = 1;
    const auto rows = lay_out_tree(tree, options);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].deeper);
    CHECK(rows[0].branches == 2);
    CHECK(rows[0].rest == Total{10, 3});
}

TEST_CASE("frames set aside belong to the call they serve") {
    std::vector<CallNode> nodes = {root(), node(0, 0), node(1, 9)};
    nodes[2].set_aside = true;
    const auto rows = lay_out_tree(tree_of(std::move(nodes)), {});
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].own == Total{9, 1});
}

TEST_CASE("blocks of no bytes are shared out by their number") {
    const CallTree tree = tree_of({root(), node(0, 0), node(0, 0)});
    std::vector<CallNode> nodes = tree.nodes;
    nodes[1].own.now.count = 99;
    nodes[2].own.now.count = 1;
    TreeOptions options;
    options.least_share = 0.05;
    const auto rows = lay_out_tree(tree_of(std::move(nodes)), options);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].total == Total{0, 99});
    CHECK(rows[1].kind == TreeRow::Kind::rest);
}

}  // namespace tracemalloc::analyze
