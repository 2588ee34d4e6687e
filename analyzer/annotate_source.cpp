// SPDX-License-Identifier: MIT
#include "analyzer/annotate_source.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "analyzer/query/file_use.h"

namespace tracemalloc::analyze {

namespace {

namespace fs = std::filesystem;

/// No compiler takes a larger one; what claims to be is no source.
constexpr std::uintmax_t kMostBytes = std::uintmax_t{64} << 20;

std::optional<SourceText> read_source(const std::string& path, std::string& problem) {
    std::error_code error;
    if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kMostBytes) {
        problem = error ? error.message() : "not a source file";
        return std::nullopt;
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        problem = std::strerror(errno);
        return std::nullopt;
    }
    SourceText source;
    source.path = path;
    for (std::string line; std::getline(file, line);) {
        source.lines.push_back(line);
    }
    return source;
}

std::optional<SourceText> find_source(const std::string& filename, const std::string& sysroot,
                                      std::string& problem) {
    if (!sysroot.empty()) {
        if (auto source = read_source(sysroot + "/" + filename, problem)) {
            return source;
        }
    }
    return read_source(filename, problem);
}

/// A binary that was built before the text was changed has its old lines.
std::string age_remark(const SourceText& source, const FileUse& use, const SnapshotInfo& info,
                       const std::string& sysroot) {
    std::error_code error;
    const fs::file_time_type changed = fs::last_write_time(source.path, error);
    if (error) {
        return {};
    }
    for (const Name module : use.modules) {
        const std::string path = sysroot + std::string(module.text());
        const fs::file_time_type built = fs::last_write_time(path, error);
        if (!error && changed > built) {
            return "the source was changed after " + path +
                   " was built: lines may not be those of the figures";
        }
    }
    const auto system_time = std::chrono::file_clock::to_sys(changed).time_since_epoch();
    const auto since_1970 = std::chrono::duration_cast<std::chrono::nanoseconds>(system_time);
    return since_1970.count() > info.unix_ns
               ? "the source was changed after the snapshot was taken: lines may not be those of "
                 "the figures"
               : std::string();
}

}  // namespace

Annotation annotate_source(const Snapshot& snapshot, const FrameTable& table, Name filename,
                           FrameView view, const SymbolizeOptions& options) {
    Annotation annotation;
    annotation.use = use_of_file(snapshot, table, filename, view);
    if (annotation.use.lines.empty() && view == FrameView::attributed) {
        annotation.remarks.push_back(
            "no block counts for it: its frames only pass allocations on, or filters left it out "
            "(--frames raw counts them)");
    }
    std::string problem;
    const std::string path(filename.text());
    annotation.source = find_source(path, options.sysroot, problem);
    if (!annotation.source) {
        annotation.remarks.push_back("the source is not shown: " + path + ": " + problem +
                                     " (--path-map FROM=TO tells where it is)");
        return annotation;
    }
    const std::string age =
        age_remark(*annotation.source, annotation.use, snapshot.info, options.sysroot);
    if (!age.empty()) {
        annotation.remarks.push_back(age);
    }
    const auto& lines = annotation.use.lines;
    const std::size_t there = annotation.source->lines.size();
    if (!lines.empty() && lines.back().lineno > there) {
        annotation.remarks.push_back(
            "the source has only " + std::to_string(there) + " lines, the figures reach to line " +
            std::to_string(lines.back().lineno) + ": it is not the text that was built");
    }
    return annotation;
}

}  // namespace tracemalloc::analyze
