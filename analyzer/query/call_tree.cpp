// SPDX-License-Identifier: MIT
//
// A trie of tracebacks in order of arrival, then laid out in preorder with sorted siblings.
#include "analyzer/query/call_tree.h"

#include <algorithm>
#include <limits>
#include <span>
#include <unordered_map>
#include <utility>

#include "analyzer/query/frame_key.h"

namespace tracemalloc::analyze {

namespace {

CallNode node_of(CallKind kind) {
    CallNode node;
    node.kind = kind;
    return node;
}

class CallTrie {
public:
    CallTrie(FrameTable& table, const CallTreeOptions& options)
        : table_(table), options_(options), key_of_(table, GroupBy::traceback) {
        nodes_.push_back({node_of(CallKind::root), FrameId{}});
    }

    /// `half`: the old or the new half of a sum.
    void add_snapshot(const Snapshot& snapshot, Total CallSum::*half) {
        const std::vector<Total> sums = sum_by_traceback(snapshot);
        for (std::size_t at = 0; at < sums.size(); ++at) {
            if (sums[at].count == 0) {
                continue;
            }
            CallSum& own = nodes_[leaf_of(snapshot.tracebacks[at])].node.own;
            (own.*half).size += sums[at].size;
            (own.*half).count += sums[at].count;
            own.stacks = 1;  // equal ways from the root are one stack
        }
    }

    CallTree lay_out();

private:
    struct TrieNode {
        CallNode node;  ///< `parent` is an index of the trie
        FrameId key{};
    };
    static constexpr std::uint32_t kCut = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t leaf_of(const Traceback& traceback);
    std::uint32_t step(std::uint32_t parent, FrameId frame, bool set_aside);
    std::uint32_t child(std::uint32_t parent, std::uint32_t step, const TrieNode& fresh);
    void sum_up();
    [[nodiscard]] bool comes_before(std::uint32_t a, std::uint32_t b) const;
    [[nodiscard]] std::vector<std::vector<std::uint32_t>> sorted_children() const;

    FrameTable& table_;
    CallTreeOptions options_;
    FrameKeys key_of_;
    std::vector<TrieNode> nodes_;
    std::unordered_map<std::uint64_t, std::uint32_t> children_;
};

std::uint32_t CallTrie::child(std::uint32_t parent, std::uint32_t step, const TrieNode& fresh) {
    const std::uint64_t edge = std::uint64_t{parent} << 32 | step;
    const auto [found, is_new] =
        children_.try_emplace(edge, static_cast<std::uint32_t>(nodes_.size()));
    if (is_new) {
        nodes_.push_back(fresh);
        nodes_.back().node.parent = parent;
    }
    return found->second;
}

std::uint32_t CallTrie::step(std::uint32_t parent, FrameId frame, bool set_aside) {
    const FrameId key = key_of_(frame);
    CallNode node = node_of(CallKind::frame);
    node.set_aside = set_aside;
    node.frame = frame;
    const std::uint32_t edge = static_cast<std::uint32_t>(key) * 2 + (set_aside ? 1 : 0);
    return child(parent, edge, {node, key});
}

std::uint32_t CallTrie::leaf_of(const Traceback& traceback) {
    const std::span<const FrameId> frames(traceback.frames);
    const bool is_cut = !traceback.total_nframe && !frames.empty();
    const std::size_t aside = options_.view == FrameView::attributed ? traceback.set_aside : 0;
    const TrieNode cut{node_of(CallKind::cut), FrameId{}};
    std::uint32_t at = 0;
    if (options_.order == CallOrder::callers_first) {
        at = is_cut ? child(at, kCut, cut) : at;
        for (std::size_t depth = frames.size(); depth-- > 0;) {
            at = step(at, frames[depth], depth < aside);
        }
        return at;
    }
    for (const FrameId frame : frames.subspan(aside)) {
        at = step(at, frame, false);
    }
    return is_cut ? child(at, kCut, cut) : at;
}

/// Children come after their parent in the trie.
void CallTrie::sum_up() {
    for (TrieNode& each : nodes_) {
        each.node.total = each.node.own;
    }
    for (std::size_t at = nodes_.size(); at-- > 1;) {
        nodes_[nodes_[at].node.parent].node.total += nodes_[at].node.total;
    }
}

bool CallTrie::comes_before(std::uint32_t a, std::uint32_t b) const {
    const CallNode& left = nodes_[a].node;
    const CallNode& right = nodes_[b].node;
    const auto rank = [](const CallNode& node) {
        return std::make_pair(std::make_pair(node.total.now.size, node.total.old.size),
                              std::make_pair(node.total.now.count, node.total.old.count));
    };
    if (rank(left) != rank(right)) {
        return rank(left) > rank(right);
    }
    if (left.kind != right.kind) {
        return left.kind < right.kind;
    }
    const auto order = table_[nodes_[a].key] <=> table_[nodes_[b].key];
    return order != 0 ? order > 0 : left.set_aside < right.set_aside;
}

std::vector<std::vector<std::uint32_t>> CallTrie::sorted_children() const {
    std::vector<std::vector<std::uint32_t>> children(nodes_.size());
    for (std::uint32_t at = 1; at < nodes_.size(); ++at) {
        children[nodes_[at].node.parent].push_back(at);
    }
    for (auto& siblings : children) {
        std::sort(siblings.begin(), siblings.end(),
                  [this](std::uint32_t a, std::uint32_t b) { return comes_before(a, b); });
    }
    return children;
}

CallTree CallTrie::lay_out() {
    sum_up();
    const auto children = sorted_children();
    CallTree tree;
    tree.nodes.reserve(nodes_.size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pending = {{0, 0}};  // trie node, parent
    while (!pending.empty()) {
        const auto [at, parent] = pending.back();
        pending.pop_back();
        const auto own_index = static_cast<std::uint32_t>(tree.nodes.size());
        tree.nodes.push_back(nodes_[at].node);
        tree.nodes.back().parent = parent;
        tree.nodes.back().end = own_index + 1;
        for (auto next = children[at].rbegin(); next != children[at].rend(); ++next) {
            pending.emplace_back(*next, own_index);
        }
    }
    for (std::size_t at = tree.nodes.size(); at-- > 1;) {
        CallNode& parent = tree.nodes[tree.nodes[at].parent];
        parent.end = std::max(parent.end, tree.nodes[at].end);
    }
    return tree;
}

}  // namespace

CallTree build_call_tree(const Snapshot& snapshot, FrameTable& table,
                         const CallTreeOptions& options) {
    CallTrie trie(table, options);
    trie.add_snapshot(snapshot, &CallSum::now);
    return trie.lay_out();
}

CallTree build_call_tree(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                         FrameTable& table, const CallTreeOptions& options) {
    CallTrie trie(table, options);
    trie.add_snapshot(new_snapshot, &CallSum::now);
    trie.add_snapshot(old_snapshot, &CallSum::old);
    return trie.lay_out();
}

}  // namespace tracemalloc::analyze
