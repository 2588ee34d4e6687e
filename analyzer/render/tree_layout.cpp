// SPDX-License-Identifier: MIT
#include "analyzer/render/tree_layout.h"

#include <utility>

namespace tracemalloc::analyze {

namespace {

/// A row to come, and how deep it is.
struct Pending {
    TreeRow row;
    std::size_t depth = 0;
};

/// The calls below one node, as far as they are rows.
struct Below {
    std::vector<std::uint32_t> shown;
    Total own;  ///< with that of frames set aside
    Total rest;
    std::uint64_t folded = 0;
};

class TreeLayout {
public:
    TreeLayout(const CallTree& tree, const TreeOptions& options) : tree_(tree), options_(options) {}

    std::vector<TreeRow> rows() {
        put_below(below(0), TreeRow::kNoParent, 1);
        while (!pending_.empty()) {
            Pending next = std::move(pending_.back());
            pending_.pop_back();
            put(std::move(next));
        }
        return std::move(rows_);
    }

private:
    void put(Pending next) {
        const std::size_t index = rows_.size();
        TreeRow& row = rows_.emplace_back(std::move(next.row));
        if (row.kind != TreeRow::Kind::call) {
            return;
        }
        Below calls = below(row.node);
        while (can_join(row.node, calls)) {
            row.chain.push_back(row.node);
            row.node = calls.shown.front();
            calls = below(row.node);
        }
        row.total = tree_.nodes[row.node].total.now;
        row.own = calls.own;
        if (next.depth == options_.depth) {
            for (const std::uint32_t node : calls.shown) {
                calls.rest += tree_.nodes[node].total.now;
            }
            calls.folded += calls.shown.size();
            row.deeper = calls.folded > 0;
        }
        row.rest = calls.rest;
        row.branches = calls.folded;
        if (next.depth != options_.depth) {
            put_below(calls, index, next.depth + 1);
        }
    }

    [[nodiscard]] bool can_join(std::uint32_t node, const Below& calls) const {
        return options_.join_chains && tree_.nodes[node].kind == CallKind::frame &&
               calls.shown.size() == 1 && calls.folded == 0 && calls.own == Total{} &&
               tree_.nodes[calls.shown.front()].kind == CallKind::frame;
    }

    [[nodiscard]] Below below(std::uint32_t node) const {
        Below found;
        found.own = tree_.nodes[node].own.now;
        for (std::uint32_t at = node + 1; at < tree_.nodes[node].end; at = tree_.nodes[at].end) {
            const CallNode& child = tree_.nodes[at];
            if (child.set_aside) {
                found.own += child.total.now;
            } else if (child.kind != CallKind::folded && is_shown(child, found.shown.size())) {
                found.shown.push_back(at);
            } else {
                found.rest += child.total.now;
                ++found.folded;
            }
        }
        return found;
    }

    [[nodiscard]] bool is_shown(const CallNode& node, std::size_t before) const {
        const Total& all = tree_.root().total.now;
        const Total& part = node.total.now;
        const bool by_size = !ranks_by_count(tree_.metric) && all.size != 0;
        const double share = by_size
                                 ? static_cast<double>(part.size) / static_cast<double>(all.size)
                                 : static_cast<double>(part.count) / static_cast<double>(all.count);
        return share >= options_.least_share &&
               (options_.branches == 0 || before < options_.branches);
    }

    /// Last in, first out: what is to be seen first is pushed last.
    void put_below(const Below& calls, std::size_t parent, std::size_t depth) {
        std::vector<TreeRow> rows;
        for (const std::uint32_t node : calls.shown) {
            TreeRow& row = rows.emplace_back();
            row.node = node;
        }
        const auto add_sum = [&](TreeRow::Kind kind, const Total& total, std::uint64_t branches) {
            TreeRow& row = rows.emplace_back();
            row.kind = kind;
            row.total = total;
            row.branches = branches;
        };
        if (calls.own != Total{} &&
            (calls.shown.size() + calls.folded > 0 || parent == TreeRow::kNoParent)) {
            add_sum(TreeRow::Kind::own, calls.own, 0);
        }
        if (calls.folded > 0) {
            add_sum(TreeRow::Kind::rest, calls.rest, calls.folded);
        }
        const bool straight = options_.join_chains && calls.shown.size() == 1 &&
                              (parent != TreeRow::kNoParent || rows.size() == 1);
        if (straight) {
            // The line goes on below the small ones, without a step to the right.
            rows.push_back(std::move(rows.front()));
            rows.erase(rows.begin());
            rows.back().straight = true;
        }
        for (std::size_t at = rows.size(); at-- > 0;) {
            rows[at].parent = parent;
            rows[at].last = at + 1 == rows.size();
            pending_.push_back({std::move(rows[at]), depth});
        }
    }

    const CallTree& tree_;
    const TreeOptions& options_;
    std::vector<TreeRow> rows_;
    std::vector<Pending> pending_;
};

}  // namespace

std::vector<TreeRow> lay_out_tree(const CallTree& tree, const TreeOptions& options) {
    return TreeLayout(tree, options).rows();
}

}  // namespace tracemalloc::analyze
