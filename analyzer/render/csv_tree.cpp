// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "analyzer/render/annotated_lines.h"
#include "analyzer/render/csv_report.h"
#include "analyzer/render/error_figures.h"

namespace tracemalloc::analyze {

void CsvReport::tree(const Snapshot& snapshot, const CallTree& tree, const TreeOptions& options) {
    TreeOptions each_call = options;
    each_call.join_chains = false;
    const bool has_errors = sampled_part(snapshot).any();
    output_.line("id,parent,size,count," + std::string(has_errors ? kErrorTitles : "") +
                 "own_size,own_count,omitted_size,omitted_count,"
                 "filename,lineno,function,module,offset");
    const std::vector<TreeRow> rows = lay_out_tree(tree, each_call);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const TreeRow& row = rows[at];
        if (row.kind != TreeRow::Kind::call) {
            continue;
        }
        const CallNode& node = tree.nodes[row.node];
        output_.line(fmt::format(
            "{},{},{},{}{},{},{},{},{},{}", at,
            row.parent == TreeRow::kNoParent ? "" : std::to_string(row.parent), row.total.size,
            row.total.count, has_errors ? error_columns(row.total.variance) : "", row.own.size,
            row.own.count, row.rest.size, row.rest.count,
            node.kind == CallKind::frame ? frame_fields(table_[node.frame]) : ",,,,"));
    }
}

void CsvReport::overview(const Snapshot& snapshot, const Overview& overview) {
    statistics(snapshot, overview.lines);
}

void CsvReport::annotation(const Snapshot& snapshot, const Annotation& annotation) {
    const bool has_errors = sampled_part(snapshot).any();
    output_.line(has_errors ? "lineno,size,count,size_error,count_error,cumulative_size,"
                              "cumulative_count,cumulative_size_error,cumulative_count_error,text"
                            : "lineno,size,count,cumulative_size,cumulative_count,text");
    const auto figures = [has_errors](const Total& total) {
        return fmt::format("{},{}{}", total.size, total.count,
                           has_errors ? error_columns(total.variance) : "");
    };
    for_each_line(annotation, [&](const LineUse& line, const std::string* text) {
        output_.line(fmt::format("{},{},{},{}", line.lineno != 0 ? std::to_string(line.lineno) : "",
                                 figures(line.own), figures(line.cumulative),
                                 text != nullptr ? csv_field(*text) : std::string()));
    });
}

}  // namespace tracemalloc::analyze
