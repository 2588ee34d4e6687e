// SPDX-License-Identifier: MIT
#include "analyzer/render/symbol_gap.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "analyzer/render/terminal_text.h"
#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

namespace {

std::string file_name(Name module) {
    if (!module.is_known()) {
        return "unknown memory";
    }
    const std::string_view path = module.text();
    const std::size_t slash = path.rfind('/');
    return printable(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

}  // namespace

std::size_t count_modules(const Snapshot& snapshot, const FrameTable& table) {
    std::unordered_set<const void*> modules;
    for (const Traceback& traceback : snapshot.tracebacks) {
        for (const FrameId frame : traceback.frames) {
            modules.insert(table[frame].module.id());
        }
    }
    modules.erase(nullptr);
    return modules.size();
}

SymbolGap find_symbol_gap(const Snapshot& snapshot, const FrameTable& table, bool attributed) {
    SymbolGap gap;
    std::unordered_map<const void*, std::pair<Name, std::uint64_t>> by_module;
    for (const Trace& trace : snapshot.traces) {
        const Amount size = trace.total().size;
        gap.total += size;
        const auto frames = visible_frames(snapshot.tracebacks[trace.traceback], attributed);
        if (frames.empty() || table[frames.front()].lineno != 0) {
            continue;
        }
        const Name module = table[frames.front()].module;
        auto& entry = by_module[module.id()];
        entry.first = module;
        entry.second += size;
        gap.size += size;
    }
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [id, entry] : by_module) {
        if (entry.second > 0) {
            order.emplace_back(entry.second, file_name(entry.first));
        }
    }
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (auto& [size, name] : order) {
        gap.modules.push_back(std::move(name));
    }
    return gap;
}

}  // namespace tracemalloc::analyze
