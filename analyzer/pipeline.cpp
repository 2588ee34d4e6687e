// SPDX-License-Identifier: MIT
#include "analyzer/pipeline.h"

#include <elf.h>

#include <string_view>
#include <utility>

#include "analyzer/attribution/attribute.h"
#include "analyzer/errors.h"
#include "analyzer/frame_source.h"
#include "analyzer/load/birth_rows.h"
#include "analyzer/load/dump_reader.h"
#include "analyzer/load/dump_view.h"
#include "analyzer/load/mapped_file.h"
#include "analyzer/query/births.h"
#include "analyzer/query/filter_traces.h"
#include "analyzer/query/project_metric.h"
#include "analyzer/symbol_coverage.h"
#include "analyzer/traceback_builder.h"

namespace tracemalloc::analyze {

namespace {

RawSnapshot read_file(const std::string& path) {
    const MappedFile file(path);
    const DumpView view(path, file.bytes());
    return read_dump(view);
}

std::string hexadecimal(const std::string& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += kDigits[value >> 4U];
        text += kDigits[value & 15U];
    }
    return text;
}

std::vector<Module> describe_modules(const std::vector<RawModule>& raw) {
    std::vector<Module> modules;
    modules.reserve(raw.size());
    for (const RawModule& one : raw) {
        Module& module = modules.emplace_back();
        module.path = one.path;
        module.build_id = hexadecimal(one.build_id);
        module.load_bias = one.load_bias;
        module.start = one.start;
        module.end = one.end;
        for (const RawSegment& segment : one.segments) {
            module.segments.push_back({segment.vaddr, segment.memory_bytes, segment.file_offset,
                                       (segment.flags & PF_X) != 0});
        }
    }
    return modules;
}

std::vector<CodeAddress> describe_addresses(const RawSnapshot& raw, const Symbolization& symbols) {
    std::vector<CodeAddress> addresses;
    addresses.reserve(raw.addresses.size());
    for (std::size_t at = 0; at < raw.addresses.size(); ++at) {
        const RawAddress& one = raw.addresses[at];
        CodeAddress& address = addresses.emplace_back();
        address.frame_count = static_cast<std::uint32_t>(symbols.addresses[at].frames.size());
        address.offset = one.lookup();
        if (one.module != dump::kNone) {
            address.module = one.module;
            address.offset -= raw.modules[one.module].load_bias;
        }
    }
    return addresses;
}

/// Says how to get it when a dump does not have what was asked for.
void check_metric(const Snapshot& snapshot, dump::SnapshotReason reason, Metric metric) {
    if (metric == Metric::peak && reason != dump::SnapshotReason::peak) {
        throw UsageError("--metric: " + snapshot.info.dump_path + " is not the dump of a peak " +
                         "(record with TRACEMALLOC_PEAK=1 or `tmtool run --peak`)");
    }
    if (is_traffic(metric) && !snapshot.traffic) {
        throw UsageError("--metric: " + snapshot.info.dump_path + " holds the live blocks alone " +
                         "(record with TRACEMALLOC_TRAFFIC=1 or `tmtool run --traffic`)");
    }
}

void apply(const BirthFilter& filter, Snapshot& snapshot) {
    if (!filter.is_any()) {
        return;
    }
    const std::string& path = snapshot.info.dump_path;
    if (!snapshot.births.is_known()) {
        throw OperationError("'" + path + "' does not tell when its blocks were born");
    }
    if (!snapshot.info.sources.empty() && (filter.after.value_or(0) | filter.before.value_or(0))) {
        throw OperationError("'" + path +
                             "' is merged of several processes: --born-after and --born-before "
                             "take only 0 of it");
    }
    const Total undecided = filter_births(snapshot, filter);
    if (undecided.count > 0) {
        snapshot.coverage.warnings.push_back(
            "'" + path + "' does not tell of " + std::to_string(undecided.count) + " blocks (" +
            std::to_string(undecided.size) +
            " bytes) on which side of that snapshot they were born; they are left out");
    }
}

/// Traffic has no births: it is not of live blocks.
void keep_births(Snapshot& snapshot, const PipelineOptions& options) {
    if (!is_traffic(options.metric)) {
        return;
    }
    if (options.births.is_any()) {
        throw UsageError("--metric: --born-after and --born-before tell live blocks apart only");
    }
    snapshot.births = {};
}

}  // namespace

WrapperRules wrapper_rules(const std::vector<std::string>& further) {
    WrapperRules rules;
    for (const std::string& pattern : further) {
        rules.add_function(pattern);
    }
    return rules;
}

Snapshot load_snapshot(const std::string& path, FrameTable& table, const PipelineOptions& options,
                       FrameCache* cache) {
    RawSnapshot raw = read_file(path);
    const Symbolization symbols = cache != nullptr ? cache->find(raw, table, options.symbolize)
                                                   : find_frames(raw, table, options.symbolize);
    Snapshot snapshot;
    snapshot.tracebacks = build_tracebacks(raw, symbols, table);
    snapshot.births = births_of(raw);
    snapshot.info = std::move(raw.info);
    snapshot.traces = std::move(raw.traces);
    snapshot.traffic = std::move(raw.traffic);
    snapshot.modules = describe_modules(raw.modules);
    snapshot.addresses = describe_addresses(raw, symbols);
    attribute(snapshot.tracebacks, table, wrapper_rules(options.wrappers));
    check_metric(snapshot, raw.reason, options.metric);
    keep_births(snapshot, options);
    project_metric(snapshot, options.metric);
    snapshot.coverage = measure_coverage(raw, symbols, snapshot, options.view);
    apply(options.births, snapshot);
    filter_traces(snapshot, table, options.filters, options.view);
    return snapshot;
}

SnapshotInfo load_info(const std::string& path) {
    const MappedFile file(path);
    const DumpView view(path, file.bytes());
    return read_info(view);
}

}  // namespace tracemalloc::analyze
