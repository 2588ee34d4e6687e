// SPDX-License-Identifier: MIT
#include "analyzer/pipeline.h"

#include <utility>

#include "analyzer/attribution/attribute.h"
#include "analyzer/frame_source.h"
#include "analyzer/load/dump_reader.h"
#include "analyzer/load/dump_view.h"
#include "analyzer/load/mapped_file.h"
#include "analyzer/query/filter_traces.h"
#include "analyzer/symbol_coverage.h"
#include "analyzer/traceback_builder.h"

namespace tracemalloc::analyze {

namespace {

RawSnapshot read_file(const std::string& path) {
    const MappedFile file(path);
    const DumpView view(path, file.bytes());
    return read_dump(view);
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
    snapshot.info = std::move(raw.info);
    snapshot.traces = std::move(raw.traces);
    attribute(snapshot.tracebacks, table, wrapper_rules(options.wrappers));
    snapshot.coverage = measure_coverage(raw, symbols, snapshot, options.view);
    filter_traces(snapshot, table, options.filters, options.view);
    return snapshot;
}

SnapshotInfo load_info(const std::string& path) {
    const MappedFile file(path);
    const DumpView view(path, file.bytes());
    return read_info(view);
}

}  // namespace tracemalloc::analyze
