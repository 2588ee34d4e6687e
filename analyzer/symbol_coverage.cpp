// SPDX-License-Identifier: MIT
#include "analyzer/symbol_coverage.h"

#include <cstddef>

namespace tracemalloc::analyze {

namespace {

/// The rung of the address that the frame at `position` of its traceback came from.
SymbolRung rung_at(const RawSnapshot& raw, const Symbolization& symbols, const RawStack& stack,
                   std::size_t position) {
    for (const std::uint32_t address : raw.addresses_of(stack)) {
        const SymbolizedAddress& place = symbols.addresses[address];
        if (position < place.frames.size()) {
            return place.rung;
        }
        position -= place.frames.size();
    }
    return SymbolRung::unknown;
}

}  // namespace

SymbolCoverage measure_coverage(const RawSnapshot& raw, const Symbolization& symbols,
                                const Snapshot& snapshot, FrameView view) {
    SymbolCoverage coverage;
    coverage.rungs = {
        {"source line", 0, 0}, {"symbol", 0, 0}, {"module offset", 0, 0}, {"unknown", 0, 0}};
    coverage.warnings = symbols.warnings;
    for (const SymbolizedAddress& place : symbols.addresses) {
        ++coverage.rungs[static_cast<std::size_t>(place.rung)].addresses;
    }
    for (const Trace& trace : snapshot.traces) {
        const Traceback& traceback = snapshot.tracebacks[trace.traceback];
        const SymbolRung rung = rung_at(raw, symbols, raw.stacks[trace.traceback],
                                        view == FrameView::attributed ? traceback.set_aside : 0);
        coverage.rungs[static_cast<std::size_t>(rung)].size += trace.total().size;
    }
    return coverage;
}

}  // namespace tracemalloc::analyze
