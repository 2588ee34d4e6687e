// SPDX-License-Identifier: MIT
#include "analyzer/cli/dump_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "analyzer/cli/reading.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

/// The file behind a name; of one that is not there, the name, which reading tells about.
std::string file_of(const std::string& path) {
    std::error_code error;
    const std::filesystem::path file = std::filesystem::canonical(path, error);
    return error ? path : file.string();
}

void check_for_repeated(const std::vector<std::string>& dumps) {
    std::vector<std::string> files;
    for (const std::string& dump : dumps) {
        files.push_back(file_of(dump));
        if (std::count(files.begin(), files.end(), files.back()) > 1) {
            throw UsageError(fmt::format("DUMP: {} is named twice (each snapshot once)", dump));
        }
    }
}

}  // namespace

std::deque<Snapshot> read_series(const std::vector<std::string>& dumps, FrameTable& table,
                                 const ReadOptions& options) {
    check_for_repeated(dumps);
    std::deque<Snapshot> series;
    for (const std::string& dump : dumps) {
        series.push_back(read_snapshot(dump, table, options));
    }
    std::stable_sort(series.begin(), series.end(), [](const Snapshot& a, const Snapshot& b) {
        return a.info.unix_ns < b.info.unix_ns;
    });
    return series;
}

}  // namespace tracemalloc::analyze
