// SPDX-License-Identifier: MIT
#include "analyzer/cli/dump_search.h"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "analyzer/cli/output_pattern.h"
#include "analyzer/errors.h"
#include "analyzer/pipeline.h"

namespace tracemalloc::analyze {

namespace {

/// The clock of a file server may lag; the dump's own time decides in the end.
constexpr std::int64_t kClockSlackNs = 60'000'000'000;

std::int64_t nanoseconds(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

bool is_recent_file(const std::string& path, std::int64_t since) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           nanoseconds(status.st_mtim) >= since - kClockSlackNs;
}

}  // namespace

std::vector<SnapshotInfo> find_dumps(const std::string& pattern, std::int64_t since_unix_ns,
                                     const std::function<bool(const SnapshotInfo&)>& wanted) {
    std::vector<SnapshotInfo> dumps;
    for (const std::string& path : files_matching(pattern)) {
        if (!is_recent_file(path, since_unix_ns)) {
            continue;
        }
        try {
            SnapshotInfo info = load_info(path);
            if (info.unix_ns >= since_unix_ns && wanted(info)) {
                dumps.push_back(std::move(info));
            }
        } catch (const DumpError&) {
            continue;  // some other file
        }
    }
    std::sort(dumps.begin(), dumps.end(), [](const SnapshotInfo& a, const SnapshotInfo& b) {
        return a.unix_ns != b.unix_ns ? a.unix_ns > b.unix_ns : a.dump_path < b.dump_path;
    });
    return dumps;
}

std::int64_t now_unix_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now);
}

}  // namespace tracemalloc::analyze
