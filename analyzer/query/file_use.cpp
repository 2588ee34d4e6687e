// SPDX-License-Identifier: MIT
#include "analyzer/query/file_use.h"

#include <algorithm>
#include <map>
#include <set>

namespace tracemalloc::analyze {

namespace {

bool ends_with_path(std::string_view path, std::string_view end) {
    if (path.size() < end.size() || path.substr(path.size() - end.size()) != end) {
        return false;
    }
    return path.size() == end.size() || end.front() == '/' ||
           path[path.size() - end.size() - 1] == '/';
}

/// Lines of the file on one traceback, each once.
std::vector<std::uint32_t> lines_on(std::span<const FrameId> frames, const FrameTable& table,
                                    Name filename) {
    std::vector<std::uint32_t> lines;
    for (const FrameId id : frames) {
        if (table[id].filename == filename) {
            lines.push_back(table[id].lineno);
        }
    }
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    return lines;
}

}  // namespace

std::vector<Name> find_source_files(const Snapshot& snapshot, const FrameTable& table,
                                    std::string_view wanted) {
    while (wanted.substr(0, 2) == "./") {
        wanted.remove_prefix(2);
    }
    std::set<Name> found;
    if (wanted.empty()) {
        return {};
    }
    for (const Traceback& traceback : snapshot.tracebacks) {
        for (const FrameId id : traceback.frames) {
            const Name filename = table[id].filename;
            if (filename.is_known() && ends_with_path(filename.text(), wanted)) {
                found.insert(filename);
            }
        }
    }
    const auto exact =
        std::find_if(found.begin(), found.end(), [&](Name name) { return name.text() == wanted; });
    return exact != found.end() ? std::vector<Name>{*exact}
                                : std::vector<Name>(found.begin(), found.end());
}

FileUse use_of_file(const Snapshot& snapshot, const FrameTable& table, Name filename,
                    FrameView view) {
    FileUse use;
    use.filename = filename;
    std::map<std::uint32_t, LineUse> lines;
    std::set<Name> modules;
    const std::vector<Total> sums = sum_by_traceback(snapshot);
    for (std::size_t at = 0; at < sums.size(); ++at) {
        const Traceback& traceback = snapshot.tracebacks[at];
        const auto frames = frames_of(traceback, view);
        const std::vector<std::uint32_t> on = lines_on(frames, table, filename);
        if (sums[at].count == 0 || on.empty()) {
            continue;
        }
        use.cumulative += sums[at];
        for (const std::uint32_t line : on) {
            lines[line].cumulative += sums[at];
        }
        if (table[frames.front()].filename == filename) {
            use.own += sums[at];
            lines[table[frames.front()].lineno].own += sums[at];
        }
        for (const FrameId id : frames) {
            if (table[id].filename == filename) {
                modules.insert(table[id].module);
            }
        }
    }
    for (auto& [number, line] : lines) {
        line.lineno = number;
        use.lines.push_back(line);
    }
    use.modules.assign(modules.begin(), modules.end());
    return use;
}

}  // namespace tracemalloc::analyze
