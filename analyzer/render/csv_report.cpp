// SPDX-License-Identifier: MIT
#include "analyzer/render/csv_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/moment.h"
#include "analyzer/render/place.h"
#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

namespace {

/// Most recent frame first, one field: a spreadsheet has no use for a column a frame.
std::string stack_field(std::span<const FrameId> frames, const FrameTable& table) {
    std::string text;
    for (const FrameId frame : frames) {
        text += (text.empty() ? "" : " <- ") + full_place(table[frame]);
    }
    return csv_field(text);
}

}  // namespace

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        return std::string(text);
    }
    std::string quoted = "\"";
    for (const char byte : text) {
        quoted += byte == '"' ? std::string("\"\"") : std::string(1, byte);
    }
    return quoted + "\"";
}

std::string CsvReport::key_titles() const {
    switch (options_.group_by) {
        case GroupBy::traceback:
        case GroupBy::domain:
        case GroupBy::tag:
            return name_of(options_.group_by);
        default:
            return "filename,lineno,function,module,offset";
    }
}

std::string CsvReport::key_fields(const std::vector<FrameId>& key) const {
    switch (options_.group_by) {
        case GroupBy::traceback:
            return stack_field(key, table_);
        case GroupBy::domain:
        case GroupBy::tag:
            return csv_field(table_[key.front()].function.text());
        default:
            return frame_fields(table_[key.front()]);
    }
}

std::string CsvReport::frame_fields(const Frame& frame) const {
    return fmt::format(
        "{},{},{},{},{}", csv_field(frame.filename.text()),
        frame.lineno != 0 ? std::to_string(frame.lineno) : "", csv_field(frame.function.text()),
        csv_field(frame.module.text()),
        has_offset(frame, options_.group_by) ? fmt::format("{:#x}", frame.offset) : "");
}

void CsvReport::statistics(const Snapshot& snapshot, const Statistics& statistics) {
    const bool has_errors = sampled_part(snapshot).any();
    output_.line("size,count," + std::string(has_errors ? kErrorTitles : "") + key_titles());
    const std::size_t shown = shown_rows(statistics.rows.size(), options_.limit);
    for (std::size_t at = 0; at < shown; ++at) {
        const Statistic& row = statistics.rows[at];
        output_.line(fmt::format("{},{}{},{}", row.size, row.count,
                                 has_errors ? error_columns(row.variance) : "",
                                 key_fields(row.traceback)));
    }
}

void CsvReport::comparison(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                           const Comparison& comparison) {
    const bool has_errors = sampled_part(old_snapshot).any() || sampled_part(new_snapshot).any();
    output_.line("size,size_diff,count,count_diff," +
                 std::string(has_errors
                                 ? "size_error,count_error,size_diff_error,count_diff_error,noise,"
                                 : "") +
                 key_titles());
    const std::size_t shown = shown_rows(comparison.rows.size(), options_.limit);
    for (std::size_t at = 0; at < shown; ++at) {
        const StatisticDiff& row = comparison.rows[at];
        const std::string errors = has_errors ? error_columns(row.variance) +
                                                    error_columns(row.diff_variance) +
                                                    (row.is_noise() ? ",true" : ",false")
                                              : std::string();
        output_.line(fmt::format("{},{},{},{}{},{}", row.size, row.size_diff, row.count,
                                 row.count_diff, errors, key_fields(row.traceback)));
    }
}

void CsvReport::traces(const Snapshot& snapshot) {
    const bool is_sampled = sampled_part(snapshot).any();
    const bool is_tagged =
        std::any_of(snapshot.tracebacks.begin(), snapshot.tracebacks.end(),
                    [](const Traceback& traceback) { return traceback.tag.is_known(); });
    output_.line("domain,size,count," + std::string(is_sampled ? "mean_bytes," : "") +
                 (is_tagged ? "tag," : "") + "total_nframe,traceback");
    for (const std::uint32_t index :
         largest_traces(snapshot.traces, shown_rows(snapshot.traces.size(), options_.limit))) {
        const Trace& trace = snapshot.traces[index];
        const Traceback& traceback = snapshot.tracebacks[trace.traceback];
        output_.line(
            fmt::format("{},{},{},{}{}{},{}", trace.domain, trace.size, trace.count,
                        is_sampled ? std::to_string(trace.mean_bytes) + "," : "",
                        is_tagged ? csv_field(traceback.tag.text()) + "," : "",
                        traceback.total_nframe ? std::to_string(*traceback.total_nframe) : "",
                        stack_field(visible_frames(traceback, options_.attributed), table_)));
    }
}

void CsvReport::block(const FoundBlock& found) {
    output_.line("address,block,offset,size,traceback");
    output_.line(fmt::format(
        "{:#x},{:#x},{},{},{}", found.asked, found.address, found.asked - found.address, found.size,
        stack_field(visible_frames(found.traceback(), options_.attributed), table_)));
}

void CsvReport::info(const Snapshot& snapshot) {
    const SnapshotInfo& info = snapshot.info;
    const Total total = snapshot.total();
    output_.line(
        "dump,pid,exe,host,number,reason,taken,nframe,size,count,peak,rss_bytes,"
        "tracer_bytes,tracebacks,cut_tracebacks,unfinished_tracebacks,lost");
    std::uint64_t lost = 0;
    for (const auto& [reason, count] : info.losses) {
        lost += count;
    }
    output_.line(fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}", csv_field(info.dump_path), info.pid,
        csv_field(info.exe), csv_field(info.host), info.number, csv_field(info.reason),
        format_iso_time(info.unix_ns), info.nframe, total.size, total.count, info.peak_traced_bytes,
        info.rss_bytes, info.own_bytes, snapshot.tracebacks.size(), info.cut_tracebacks,
        info.unfinished_tracebacks, lost));
}

}  // namespace tracemalloc::analyze
