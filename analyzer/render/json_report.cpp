// SPDX-License-Identifier: MIT
#include "analyzer/render/json_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/json_rows.h"
#include "analyzer/render/json_snapshot.h"
#include "analyzer/render/json_text.h"
#include "analyzer/render/moment.h"
#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

namespace {

using Json = nlohmann::ordered_json;

std::int64_t difference(std::uint64_t new_value, std::uint64_t old_value) {
    return static_cast<std::int64_t>(new_value - old_value);
}

std::string tag_json(Name tag) {
    return json_text(tag.is_known() ? Json(tag.text()) : Json(nullptr));
}

}  // namespace

void JsonReport::grouping() {
    output_.line(fmt::format(" \"group_by\": \"{}\",\n \"cumulative\": {},",
                             name_of(options_.group_by), options_.cumulative == Cumulative::yes));
}

void JsonReport::statistics(const Snapshot& snapshot, const Statistics& statistics) {
    output_.line(fmt::format("{{\"snapshot\": {},", snapshot_json(snapshot, table_)));
    grouped_rows(snapshot, statistics);
}

void JsonReport::grouped_rows(const Snapshot& snapshot, const Statistics& statistics) {
    const bool has_errors = sampled_part(snapshot).any();
    const auto errors = [&](const Variance& variance) {
        return has_errors ? error_members(variance) : std::string();
    };
    grouping();
    output_.line(fmt::format(" \"total\": {{\"size\": {}, \"count\": {}{}}},",
                             statistics.total.size, statistics.total.count,
                             errors(statistics.total.variance)));
    JsonRows list(output_, "statistics");
    const std::size_t shown = shown_rows(statistics.rows.size(), options_.limit);
    for (std::size_t at = 0; at < shown; ++at) {
        const Statistic& row = statistics.rows[at];
        list.row(fmt::format("{{{}, \"size\": {}, \"count\": {}{}}}",
                             frames_.row_key(row.traceback), row.size, row.count,
                             errors(row.variance)));
    }
    Total rest;
    for (std::size_t at = shown; at < statistics.rows.size(); ++at) {
        rest += statistics.rows[at].total();
    }
    list.finish(shown == statistics.rows.size() ? Json()
                                                : Json{{"rows", statistics.rows.size() - shown},
                                                       {"size", rest.size},
                                                       {"count", rest.count}});
}

void JsonReport::comparison(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                            const Comparison& comparison) {
    output_.line(fmt::format("{{\"snapshot\": {},", snapshot_json(new_snapshot, table_)));
    output_.line(fmt::format(" \"old_snapshot\": {},", snapshot_json(old_snapshot, table_)));
    grouping();
    const Total& from = comparison.old_total;
    const Total& to = comparison.new_total;
    const bool has_errors = sampled_part(old_snapshot).any() || sampled_part(new_snapshot).any();
    const auto errors = [&](const Variance& now, const Variance& diff, bool noise) {
        return has_errors ? error_members(now) + diff_error_members(diff, noise) : std::string();
    };
    output_.line(fmt::format(
        " \"total\": {{\"size\": {}, \"count\": {}, \"size_diff\": {}, \"count_diff\": {}{}}},",
        to.size, to.count, difference(to.size, from.size), difference(to.count, from.count),
        errors(to.variance, comparison.diff_variance, comparison.is_noise())));
    JsonRows list(output_, "statistics");
    const std::size_t shown = shown_rows(comparison.rows.size(), options_.limit);
    StatisticDiff rest;
    for (std::size_t at = 0; at < comparison.rows.size(); ++at) {
        const StatisticDiff& row = comparison.rows[at];
        if (at < shown) {
            list.row(fmt::format(
                "{{{}, \"size\": {}, \"count\": {}, "
                "\"size_diff\": {}, \"count_diff\": {}{}}}",
                frames_.row_key(row.traceback), row.size, row.count, row.size_diff, row.count_diff,
                errors(row.variance, row.diff_variance, row.is_noise())));
        } else {
            rest.size_diff += row.size_diff;
            rest.count_diff += row.count_diff;
        }
    }
    list.finish(shown == comparison.rows.size() ? Json()
                                                : Json{{"rows", comparison.rows.size() - shown},
                                                       {"size_diff", rest.size_diff},
                                                       {"count_diff", rest.count_diff}});
}

void JsonReport::traces(const Snapshot& snapshot) {
    output_.line(fmt::format("{{\"snapshot\": {},", snapshot_json(snapshot, table_)));
    const bool is_sampled = sampled_part(snapshot).any();
    JsonRows list(output_, "traces");
    const auto shown =
        largest_traces(snapshot.traces, shown_rows(snapshot.traces.size(), options_.limit));
    for (const std::uint32_t index : shown) {
        const Trace& trace = snapshot.traces[index];
        const Traceback& traceback = snapshot.tracebacks[trace.traceback];
        const std::string depth =
            traceback.total_nframe ? std::to_string(*traceback.total_nframe) : "null";
        const std::string mean =
            is_sampled ? fmt::format(", \"mean_bytes\": {}", trace.mean_bytes) : std::string();
        list.row(
            fmt::format("{{\"domain\": {}, \"tag\": {}, \"size\": {}, \"count\": {}{}, "
                        "\"traceback\": {}, \"total_nframe\": {}}}",
                        trace.domain, tag_json(traceback.tag), trace.size, trace.count, mean,
                        frames_.traceback(visible_frames(traceback, options_.attributed)), depth));
    }
    const Total rest = rest_of(snapshot, shown);
    const std::size_t cut = snapshot.traces.size() - shown.size();
    list.finish(cut == 0 ? Json()
                         : Json{{"rows", cut}, {"size", rest.size}, {"count", rest.count}});
}

namespace {

Json birth_json(const FoundBlock& found) {
    if (!found.born) {
        return nullptr;
    }
    const Epoch& epoch = *found.born;
    const Json from = epoch.inherited ? Json() : Json(epoch.snapshots);
    return {{"inherited", epoch.inherited},
            {"after_snapshot", from},
            {"before_snapshot", epoch.inherited ? 1 : found.next_snapshot},
            {"after", format_iso_time(epoch.start_unix_ns)},
            {"after_unix_ns", epoch.start_unix_ns}};
}

}  // namespace

void JsonReport::block(const FoundBlock& found) {
    const Traceback& traceback = found.traceback();
    const std::string depth =
        traceback.total_nframe ? std::to_string(*traceback.total_nframe) : "null";
    const SnapshotInfo& info = found.snapshot.info;
    output_.line("{\"snapshot\": " +
                 json_text(Json{{"dump", info.dump_path},
                                {"pid", info.pid},
                                {"exe", info.exe},
                                {"number", info.number},
                                {"reason", info.reason},
                                {"taken", format_iso_time(info.unix_ns)}}) +
                 ",");
    output_.line(fmt::format(
        " \"address\": {}, \"block\": {}, \"offset\": {}, \"size\": {},\n \"born\": {},\n "
        "\"traceback\": {},\n \"total_nframe\": {}}}",
        found.asked, found.address, found.asked - found.address, found.size,
        json_text(birth_json(found)),
        frames_.traceback(visible_frames(traceback, options_.attributed)), depth));
}

void JsonReport::info(const Snapshot& snapshot) {
    output_.line(fmt::format("{{\"snapshot\": {}}}", snapshot_json(snapshot, table_)));
}

}  // namespace tracemalloc::analyze
