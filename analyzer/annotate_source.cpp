// SPDX-License-Identifier: MIT
#include "analyzer/annotate_source.h"

#include <cstdint>
#include <optional>

#include "analyzer/query/file_use.h"
#include "analyzer/source_file.h"

namespace tracemalloc::analyze {

namespace {

/// A binary that was built before the text was changed has its old lines.
std::string age_remark(const SourceText& source, const FileUse& use, const SnapshotInfo& info,
                       const std::string& sysroot) {
    const std::optional<std::int64_t> changed = change_time(source.path);
    if (!changed) {
        return {};
    }
    for (const Name module : use.modules) {
        const std::string path = sysroot + std::string(module.text());
        const std::optional<std::int64_t> built = change_time(path);
        if (built && *changed > *built) {
            return "the source was changed after " + path +
                   " was built: lines may not be those of the figures";
        }
    }
    return *changed > info.unix_ns
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
