// SPDX-License-Identifier: MIT
//
// A share never grows from a node to its children, so the largest shares are a tree of their own.
#include <algorithm>
#include <numeric>
#include <utility>

#include "analyzer/query/call_tree.h"

namespace tracemalloc::analyze {

namespace {

double share_of(std::uint64_t part, std::uint64_t whole) noexcept {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// The largest of a node's shares of bytes and blocks, old and new.
double weight_of(const CallSum& sum, const CallSum& all) noexcept {
    return std::max({share_of(sum.now.size, all.now.size), share_of(sum.now.count, all.now.count),
                     share_of(sum.old.size, all.old.size), share_of(sum.old.count, all.old.count)});
}

/// Whether each node is among the `limit` heaviest; of equals the first, so that a parent is never
/// left out before its child.
std::vector<bool> choose(const CallTree& tree, std::size_t limit) {
    std::vector<double> weights;
    weights.reserve(tree.nodes.size());
    for (const CallNode& node : tree.nodes) {
        weights.push_back(weight_of(node.total, tree.root().total));
    }
    weights.front() = 2;  // the root stays, whatever it holds
    std::vector<std::uint32_t> order(tree.nodes.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return weights[a] != weights[b] ? weights[a] > weights[b] : a < b;
    });
    std::vector<bool> is_kept(tree.nodes.size());
    for (std::size_t at = 0; at < std::min(order.size(), std::max<std::size_t>(limit, 1)); ++at) {
        is_kept[order[at]] = true;
    }
    return is_kept;
}

class Folding {
public:
    Folding(const CallTree& tree, std::size_t limit)
        : tree_(tree), is_kept_(choose(tree, limit)), rests_(tree.nodes.size()) {}

    FoldedTree run() {
        FoldedTree result;
        collect(result);
        copy(result.tree.nodes);
        return result;
    }

private:
    /// Sums of the branches left out, by their parent.
    void collect(FoldedTree& folded) {
        const CallSum& all = tree_.root().total;
        for (std::uint32_t at = 1; at < tree_.nodes.size(); ++at) {
            const CallNode& node = tree_.nodes[at];
            if (!is_kept_[at] && is_kept_[node.parent]) {
                rests_[node.parent] += node.total;
                folded.sum += node.total;
                ++folded.branches;
                folded.largest_share = std::max(folded.largest_share, weight_of(node.total, all));
            }
        }
    }

    /// In preorder; a node's rest follows its last child.
    void copy(std::vector<CallNode>& out) {
        struct Open {
            std::uint32_t source;
            std::uint32_t copied;
        };
        std::vector<Open> open;
        for (std::uint32_t at = 0; at < tree_.nodes.size();) {
            while (!open.empty() && tree_.nodes[open.back().source].end <= at) {
                close(out, open.back().source, open.back().copied);
                open.pop_back();
            }
            const CallNode& node = tree_.nodes[at];
            if (!is_kept_[at]) {
                at = node.end;
                continue;
            }
            open.push_back({at, static_cast<std::uint32_t>(out.size())});
            out.push_back(node);
            out.back().parent = open.size() > 1 ? open[open.size() - 2].copied : 0;
            ++at;
        }
        for (; !open.empty(); open.pop_back()) {
            close(out, open.back().source, open.back().copied);
        }
    }

    void close(std::vector<CallNode>& out, std::uint32_t source, std::uint32_t copied) {
        const CallSum& rest = rests_[source];
        if (rest.stacks != 0) {
            CallNode node;
            node.kind = CallKind::folded;
            node.parent = copied;
            node.own = node.total = rest;
            node.end = static_cast<std::uint32_t>(out.size()) + 1;
            out.push_back(node);
        }
        out[copied].end = static_cast<std::uint32_t>(out.size());
    }

    const CallTree& tree_;
    std::vector<bool> is_kept_;
    std::vector<CallSum> rests_;
};

}  // namespace

FoldedTree fold_call_tree(const CallTree& tree, std::size_t limit) {
    return Folding(tree, limit).run();
}

}  // namespace tracemalloc::analyze
