// SPDX-License-Identifier: MIT
#include "analyzer/symbolized_copy.h"

#include "analyzer/embed_frames.h"
#include "analyzer/frame_source.h"
#include "analyzer/load/dump_reader.h"
#include "analyzer/load/dump_view.h"
#include "analyzer/load/mapped_file.h"
#include "analyzer/symbol_coverage.h"
#include "analyzer/traceback_builder.h"

namespace tracemalloc::analyze {

SymbolizedCopy make_symbolized_copy(const std::string& path, const SymbolizeOptions& options) {
    const MappedFile file(path);
    const DumpView view(path, file.bytes());
    const RawSnapshot raw = read_dump(view);
    SymbolizeOptions as_compiled = options;
    as_compiled.path_map.clear();
    FrameTable table;
    const Symbolization symbols = find_frames(raw, table, as_compiled);
    Snapshot snapshot;
    snapshot.tracebacks = build_tracebacks(raw, symbols, table);  // throws for what no reader takes
    snapshot.traces = raw.traces;
    return {embed_frames(view, symbols, table),
            measure_coverage(raw, symbols, snapshot, FrameView::raw)};
}

}  // namespace tracemalloc::analyze
