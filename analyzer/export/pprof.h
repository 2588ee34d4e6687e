// SPDX-License-Identifier: MIT
//
// The format of pprof, which Pyroscope, Parca, Grafana and speedscope read too: a heap profile with
// the sample types inuse_objects and inuse_space, gzipped. Where the traffic was counted they come
// behind alloc_objects and alloc_space, as in the heap profiles of Go.
#pragma once

#include "analyzer/export/exporter.h"
#include "analyzer/export/pprof_profile.h"

namespace tracemalloc::analyze {

/// A sample for each traceback and block size; with traffic for each traceback. With a base its
/// blocks count negative; what is equal on both sides is left out.
PprofProfile make_pprof(const ExportedHeap& heap, const ExportOptions& options);

void export_pprof(Output& output, const ExportedHeap& heap, const ExportOptions& options);

}  // namespace tracemalloc::analyze
