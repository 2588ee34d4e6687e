// SPDX-License-Identifier: MIT
//
// Small snapshots made by hand, and what a report prints of them.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze::sample {

inline Frame frame(FrameTable& table, std::string_view file, std::uint32_t line,
                   std::string_view function, std::string_view module = "/opt/program") {
    Frame frame;
    frame.filename = file.empty() ? Name() : table.name(file);
    frame.lineno = line;
    frame.function = function.empty() ? Name() : table.name(function);
    frame.module = module.empty() ? Name() : table.name(module);
    return frame;
}

/// Adds one trace with a traceback of its own; returns the traceback to change it further.
inline Traceback& add(Snapshot& snapshot, FrameTable& table, const std::vector<Frame>& frames,
                      std::uint64_t size, std::uint64_t count) {
    Traceback traceback;
    for (const Frame& one : frames) {
        traceback.frames.push_back(table.intern(one));
    }
    traceback.total_nframe = static_cast<std::uint32_t>(frames.size());
    snapshot.traces.push_back(
        {0, static_cast<std::uint32_t>(snapshot.tracebacks.size()), size, count});
    snapshot.tracebacks.push_back(traceback);
    return snapshot.tracebacks.back();
}

/// What `use(report)` prints.
template <class Use>
std::string printed(const FrameTable& table, const ReportOptions& options, Use use) {
    char* text = nullptr;
    std::size_t bytes = 0;
    std::FILE* stream = ::open_memstream(&text, &bytes);
    Output output(stream);
    use(*make_report(output, table, options));
    std::fclose(stream);
    std::string result(text, bytes);
    std::free(text);
    return result;
}

}  // namespace tracemalloc::analyze::sample
