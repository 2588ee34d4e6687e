// SPDX-License-Identifier: MIT
//
// Tracebacks are sorted, so that each shares the beginning of its way with the one before: no node
// is ever looked up. A million nodes take about half a second.
#include "analyzer/query/call_tree.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "analyzer/query/frame_key.h"

namespace tracemalloc::analyze {

namespace {

constexpr FrameId kNoFrame{std::numeric_limits<std::uint32_t>::max()};

/// What a traceback is in the tree: its steps from the root, each a key with a mark, in one list
/// with those of all others. Sorted, ways that begin alike lie together.
struct Way {
    std::size_t begin;
    std::size_t end;
    CallSum sum;
};

class CallTreeBuilder {
public:
    CallTreeBuilder(FrameTable& table, const CallTreeOptions& options)
        : table_(table), options_(options), key_of_(table, GroupBy::traceback) {}

    /// `half`: the old or the new half of a sum.
    void add_snapshot(const Snapshot& snapshot, Total CallSum::*half) {
        metric_ = snapshot.metric;
        const std::vector<Total> sums = sum_by_traceback(snapshot);
        for (std::size_t at = 0; at < sums.size(); ++at) {
            if (sums[at].count == 0) {
                continue;
            }
            Way way{steps_.size(), 0, {}};
            add_steps(snapshot.tracebacks[at]);
            way.end = steps_.size();
            way.sum.*half = sums[at];
            ways_.push_back(way);
        }
    }

    CallTree build() {
        make_nodes();
        sum_up();
        return lay_out();
    }

private:
    using Step = std::uint32_t;
    static constexpr Step kCut = std::numeric_limits<Step>::max();

    void add_steps(const Traceback& traceback);
    void add_step(FrameId frame, bool set_aside);
    void make_nodes();
    std::uint32_t add_node(Step step, std::uint32_t parent);
    void sum_up();
    [[nodiscard]] bool comes_before(std::uint32_t a, std::uint32_t b) const;
    [[nodiscard]] CallTree lay_out() const;
    [[nodiscard]] FrameId key_at(std::uint32_t node) const noexcept {
        return FrameId{node_steps_[node] / 2};
    }

    FrameTable& table_;
    CallTreeOptions options_;
    FrameKeys key_of_;
    Metric metric_ = Metric::live;
    std::vector<FrameId> shown_;  ///< key → the frame that stands for it
    std::vector<Step> steps_;
    std::vector<Way> ways_;
    std::vector<CallNode> nodes_;   ///< parents first
    std::vector<Step> node_steps_;  ///< the last one of each node
};

void CallTreeBuilder::add_step(FrameId frame, bool set_aside) {
    const auto key = static_cast<std::uint32_t>(key_of_(frame));
    if (key >= shown_.size()) {
        shown_.resize(table_.size(), kNoFrame);
    }
    if (shown_[key] == kNoFrame) {
        shown_[key] = frame;
    }
    steps_.push_back(key * 2 + (set_aside ? 1 : 0));
}

void CallTreeBuilder::add_steps(const Traceback& traceback) {
    const std::span<const FrameId> frames(traceback.frames);
    const bool is_cut = !traceback.total_nframe && !frames.empty();
    const std::size_t aside = options_.view == FrameView::attributed ? traceback.set_aside : 0;
    const auto add_cut = [&] {
        if (is_cut) {
            steps_.push_back(kCut);
        }
    };
    if (options_.order == CallOrder::callers_first) {
        add_cut();
        for (std::size_t depth = frames.size(); depth-- > 0;) {
            add_step(frames[depth], depth < aside);
        }
        return;
    }
    for (const FrameId frame : frames.subspan(aside)) {
        add_step(frame, false);
    }
    add_cut();
}

std::uint32_t CallTreeBuilder::add_node(Step step, std::uint32_t parent) {
    CallNode node;
    node.parent = parent;
    if (step == kCut) {
        node.kind = CallKind::cut;
    } else {
        node.frame = shown_[step / 2];
        node.set_aside = step % 2 != 0;
    }
    nodes_.push_back(node);
    node_steps_.push_back(step);
    return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void CallTreeBuilder::make_nodes() {
    const auto steps_of = [this](const Way& way) {
        return std::span(steps_).subspan(way.begin, way.end - way.begin);
    };
    std::sort(ways_.begin(), ways_.end(), [&](const Way& a, const Way& b) {
        const auto left = steps_of(a), right = steps_of(b);
        return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end());
    });
    nodes_.assign(1, {});
    nodes_.front().kind = CallKind::root;
    node_steps_.assign(1, 0);
    std::vector<std::uint32_t> path = {0};  // nodes of the way before, from the root on
    std::span<const Step> before;
    for (const Way& way : ways_) {
        const auto steps = steps_of(way);
        const auto [here, there] =
            std::mismatch(steps.begin(), steps.end(), before.begin(), before.end());
        path.resize(static_cast<std::size_t>(here - steps.begin()) + 1);
        for (auto next = here; next != steps.end(); ++next) {
            path.push_back(add_node(*next, path.back()));
        }
        CallSum& own = nodes_[path.back()].own;
        own += way.sum;
        own.stacks = 1;  // equal ways are one stack
        before = steps;
    }
}

void CallTreeBuilder::sum_up() {
    for (CallNode& node : nodes_) {
        node.total = node.own;
    }
    for (std::size_t at = nodes_.size(); at-- > 1;) {
        nodes_[nodes_[at].parent].total += nodes_[at].total;
    }
}

bool CallTreeBuilder::comes_before(std::uint32_t a, std::uint32_t b) const {
    const CallNode& left = nodes_[a];
    const CallNode& right = nodes_[b];
    const auto rank = [count_first = ranks_by_count(metric_)](const CallNode& node) {
        const auto size = std::pair(node.total.now.size, node.total.old.size);
        const auto count = std::pair(node.total.now.count, node.total.old.count);
        return count_first ? std::pair(count, size) : std::pair(size, count);
    };
    if (rank(left) != rank(right)) {
        return rank(left) > rank(right);
    }
    if (left.kind != right.kind) {
        return left.kind < right.kind;
    }
    const auto order = table_[key_at(a)] <=> table_[key_at(b)];
    return order != 0 ? order > 0 : left.set_aside < right.set_aside;
}

/// Preorder with sorted siblings.
CallTree CallTreeBuilder::lay_out() const {
    // Children of node i: order[begin[i]] to order[begin[i + 1] - 1].
    std::vector<std::uint32_t> begin(nodes_.size() + 1), order(nodes_.size());
    for (std::size_t at = 1; at < nodes_.size(); ++at) {
        ++begin[nodes_[at].parent + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::uint32_t> fill(begin.begin(), begin.end() - 1);
    for (std::uint32_t at = 1; at < nodes_.size(); ++at) {
        order[fill[nodes_[at].parent]++] = at;
    }
    CallTree tree;
    tree.metric = metric_;
    tree.nodes.reserve(nodes_.size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pending = {{0, 0}};  // node, new parent
    while (!pending.empty()) {
        const auto [at, parent] = pending.back();
        pending.pop_back();
        const auto index = static_cast<std::uint32_t>(tree.nodes.size());
        tree.nodes.push_back(nodes_[at]);
        tree.nodes.back().parent = parent;
        tree.nodes.back().end = index + 1;
        const auto first = order.begin() + begin[at], last = order.begin() + begin[at + 1];
        std::sort(first, last,
                  [this](std::uint32_t a, std::uint32_t b) { return comes_before(b, a); });
        for (auto child = first; child != last; ++child) {
            pending.emplace_back(*child, index);
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
    CallTreeBuilder builder(table, options);
    builder.add_snapshot(snapshot, &CallSum::now);
    return builder.build();
}

CallTree build_call_tree(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                         FrameTable& table, const CallTreeOptions& options) {
    CallTreeBuilder builder(table, options);
    builder.add_snapshot(new_snapshot, &CallSum::now);
    builder.add_snapshot(old_snapshot, &CallSum::old);
    return builder.build();
}

}  // namespace tracemalloc::analyze
