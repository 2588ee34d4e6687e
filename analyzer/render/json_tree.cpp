// SPDX-License-Identifier: MIT
//
// Rows in the order of the tree, each with its parent's id: a nested value as deep as a stack is
// more than many JSON readers take.
#include "analyzer/render/error_figures.h"
#include "analyzer/render/json_report.h"
#include "analyzer/render/json_rows.h"
#include "analyzer/render/json_snapshot.h"

namespace tracemalloc::analyze {

void JsonReport::tree(const Snapshot& snapshot, const CallTree& tree, const TreeOptions& options) {
    using Json = nlohmann::ordered_json;
    TreeOptions each_call = options;
    each_call.join_chains = false;
    const Total& total = tree.root().total.now;
    const bool has_errors = sampled_part(snapshot).any();
    const auto errors = [&](const Variance& variance) {
        return has_errors ? error_members(variance) : std::string();
    };
    output_.line(fmt::format("{{\"snapshot\": {},", snapshot_json(snapshot, table_)));
    output_.line(
        fmt::format(" \"order\": \"{}\",", options.callers_first ? "top-down" : "bottom-up"));
    output_.line(fmt::format(" \"total\": {{\"size\": {}, \"count\": {}{}}},", total.size,
                             total.count, errors(total.variance)));
    JsonFrames frames(table_, GroupBy::traceback);
    JsonRows list(output_, "calls");
    Json omitted;
    const std::vector<TreeRow> rows = lay_out_tree(tree, each_call);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const TreeRow& row = rows[at];
        const bool is_top = row.parent == TreeRow::kNoParent;
        if (row.kind == TreeRow::Kind::rest && is_top) {
            omitted = {
                {"rows", row.branches}, {"size", row.total.size}, {"count", row.total.count}};
        }
        if (row.kind != TreeRow::Kind::call) {
            continue;
        }
        const CallNode& node = tree.nodes[row.node];
        const std::string frame =
            node.kind == CallKind::frame ? frames.key(std::span(&node.frame, 1)) : "[]";
        list.row(
            fmt::format("{{\"id\": {}, \"parent\": {}, \"traceback\": {}, \"size\": {}, "
                        "\"count\": {}{}, \"own_size\": {}, \"own_count\": {}, "
                        "\"omitted_rows\": {}, \"omitted_size\": {}, \"omitted_count\": {}}}",
                        at, is_top ? "null" : std::to_string(row.parent), frame, row.total.size,
                        row.total.count, errors(row.total.variance), row.own.size, row.own.count,
                        row.branches, row.rest.size, row.rest.count));
    }
    list.finish(omitted);
}

}  // namespace tracemalloc::analyze
