// SPDX-License-Identifier: MIT
#include "analyzer/render/json_snapshot.h"

#include <nlohmann/json.hpp>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/json_text.h"
#include "analyzer/render/metric_text.h"
#include "analyzer/render/moment.h"
#include "analyzer/render/symbol_gap.h"

namespace tracemalloc::analyze {

namespace {

using Json = nlohmann::ordered_json;

Json allocator_json(const SnapshotInfo& info) {
    if (!info.allocator_known) {
        return nullptr;
    }
    return {{"heap_bytes", info.allocator_heap_bytes},
            {"mmap_bytes", info.allocator_mmap_bytes},
            {"used_bytes", info.allocator_used_bytes},
            {"free_bytes", info.allocator_free_bytes}};
}

template <class Value>
Json value_or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json crash_json(const SnapshotInfo& info) {
    if (!info.crash) {
        return nullptr;
    }
    return {{"signal", info.crash->signal},
            {"number", info.crash->number},
            {"code", info.crash->code},
            {"address", value_or_null(info.crash->address)},
            {"sender_pid", value_or_null(info.crash->sender)},
            {"thread", info.crash->thread}};
}

Json losses_json(const SnapshotInfo& info) {
    Json losses = Json::array();
    for (const auto& [reason, count] : info.losses) {
        losses.push_back({{"reason", reason}, {"count", count}});
    }
    return losses;
}

Json coverage_json(const SymbolCoverage& coverage) {
    Json rungs = Json::array();
    for (const auto& rung : coverage.rungs) {
        rungs.push_back({{"rung", rung.name}, {"addresses", rung.addresses}, {"size", rung.size}});
    }
    return rungs;
}

Json calls_json(const SnapshotInfo& info) {
    Json calls = Json::array();
    for (const auto& [function, count] : info.calls) {
        calls.push_back({{"function", function}, {"count", count}});
    }
    return calls;
}

/// Null when it was not counted.
Json traffic_json(const Snapshot& snapshot) {
    if (!snapshot.traffic) {
        return nullptr;
    }
    const Total all = snapshot.allocated();
    const Total temporary = snapshot.temporary();
    Json json = {{"size", all.size},
                 {"count", all.count},
                 {"temporary_size", temporary.size},
                 {"temporary_count", temporary.count}};
    if (all.variance != Variance{}) {
        put_errors(json, all.variance);
        put_errors(json, temporary.variance, "temporary_");
    }
    return json;
}

void put_process(Json& json, const SnapshotInfo& info) {
    json["dump"] = info.dump_path;
    json["pid"] = info.pid;
    json["parent_pid"] = info.parent_pid;
    json["exe"] = info.exe;
    json["command_line"] = info.command_line;
    json["host"] = info.host;
    json["session"] = info.session.empty() ? Json(nullptr) : Json(info.session);
    json["started"] = format_iso_time(info.start_unix_ns);
    json["started_unix_ns"] = info.start_unix_ns;
    json["forked_child"] = info.forked_child;
    if (info.inherited) {
        json["inherited"] = {{"size", info.inherited->size}, {"count", info.inherited->count}};
    }
}

/// Only of a merged snapshot.
void put_sources(Json& json, const SnapshotInfo& info) {
    Json sources = Json::array();
    for (const SourceSnapshot& source : info.sources) {
        sources.push_back(
            {{"pid", source.pid},
             {"number", source.number},
             {"started_unix_ns", source.start_unix_ns},
             {"taken_unix_ns", source.unix_ns},
             {"exe", source.exe},
             {"host", source.host},
             {"total", {{"size", source.total.size}, {"count", source.total.count}}}});
    }
    if (!info.sources.empty()) {
        json["sources"] = sources;
    }
}

void put_moment(Json& json, const SnapshotInfo& info) {
    json["number"] = info.number;
    json["reason"] = info.reason;
    json["crash"] = crash_json(info);
    json["taken"] = format_iso_time(info.unix_ns);
    json["taken_unix_ns"] = info.unix_ns;
    json["monotonic_ns"] = info.monotonic_ns;
    json["consistent"] = info.consistent;
    json["pause_ns"] = info.pause_ns;
    json["nframe"] = info.nframe;
}

/// Only of a sampled snapshot.
void put_sampling(Json& json, const Snapshot& snapshot) {
    const SampledPart part = sampled_part(snapshot);
    if (part.any()) {
        json["sampling"] = {{"mean_bytes", snapshot.info.sampling->mean_bytes},
                            {"adaptive", snapshot.info.sampling->adaptive},
                            {"sampled_blocks", part.blocks},
                            {"exact_blocks", part.exact_blocks},
                            {"least_mean_bytes", part.least_mean},
                            {"most_mean_bytes", part.most_mean}};
    }
}

Json total_json(const Total& total, bool has_errors) {
    Json json = {{"size", total.size}, {"count", total.count}};
    if (has_errors) {
        put_errors(json, total.variance);
    }
    return json;
}

/// Null when nobody looked for leaks.
Json leaks_json(const Snapshot& snapshot, bool has_errors) {
    if (!snapshot.info.leaks_known) {
        return nullptr;
    }
    const auto [direct, indirect] = snapshot.unreachable();
    return {{"direct", total_json(direct, has_errors)},
            {"indirect", total_json(indirect, has_errors)}};
}

void put_memory(Json& json, const Snapshot& snapshot) {
    const SnapshotInfo& info = snapshot.info;
    const bool has_errors = sampled_part(snapshot).any();
    json["metric"] = name_of(snapshot.metric);
    json["total"] = total_json(snapshot.total(), has_errors);
    json["peak"] = info.peak_traced_bytes;
    json["tracer_bytes"] = info.own_bytes;
    json["rss_bytes"] = info.rss_bytes;
    json["peak_rss_bytes"] = info.peak_rss_bytes;
    json["allocator"] = allocator_json(info);
    json["leaks"] = leaks_json(snapshot, has_errors);
}

}  // namespace

std::string snapshot_json(const Snapshot& snapshot, const FrameTable& table) {
    const SnapshotInfo& info = snapshot.info;
    Json json;
    put_process(json, info);
    put_sources(json, info);
    put_moment(json, info);
    put_sampling(json, snapshot);
    put_memory(json, snapshot);
    json["traffic"] = traffic_json(snapshot);
    json["calls"] = calls_json(info);
    json["tracebacks"] = snapshot.tracebacks.size();
    json["cut_tracebacks"] = info.cut_tracebacks;
    json["unfinished_tracebacks"] = info.unfinished_tracebacks;
    json["modules"] = count_modules(snapshot, table);
    json["losses"] = losses_json(info);
    json["coverage"] = coverage_json(snapshot.coverage);
    json["warnings"] = snapshot.coverage.warnings;
    return json_text(json);
}

}  // namespace tracemalloc::analyze
