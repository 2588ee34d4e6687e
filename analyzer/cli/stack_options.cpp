// SPDX-License-Identifier: MIT
#include "analyzer/cli/stack_options.h"

#include <fmt/format.h>

#include "analyzer/cli/message.h"
#include "analyzer/cli/option_value.h"
#include "analyzer/errors.h"
#include "analyzer/render/human_number.h"

namespace tracemalloc::analyze {

void add_stack_options(OptionTable& table, ReadOptions& options, bool has_grouping) {
    StackOptions& stacks = options.report.stacks;
    table.value("--frame-limit", "N",
                "of a stack the N most recent frames, of -N the N oldest\n"
                "(default: all); frames set aside do not count and are hidden",
                [&](const std::string& text) {
                    stacks.frame_limit = parse_frame_limit("--frame-limit", text);
                });
    table.flag("--oldest-first", "stacks begin with the oldest frame",
               [&] { stacks.oldest_first = true; });
    table.flag("--source", "under each frame its line of the source, where that is here",
               [&] { options.source = true; });
    table.check([&options, &stacks, has_grouping] {
        if (stacks.frame_limit == 0 && !stacks.oldest_first && !options.source) {
            return;
        }
        const bool shows_stacks = !has_grouping || options.report.group_by == GroupBy::traceback;
        if (options.report.format != ReportFormat::text || !shows_stacks) {
            throw UsageError(fmt::format("--frame-limit, --oldest-first, --source: only with {}",
                                         shows_stacks ? "--format text" : "--group-by traceback"));
        }
    });
}

StackSources::StackSources(const ReadOptions& options, const SnapshotInfo& info,
                           ReportOptions& report) {
    if (options.source) {
        lines_.emplace(options.pipeline.symbolize.sysroot, info.unix_ns);
        report.stacks.source_line = [this](const Frame& frame) { return lines_->at(frame); };
    }
}

void StackSources::note_changed() const {
    if (lines_ && lines_->changed_files() > 0) {
        say_note(
            fmt::format("{} changed after the snapshot was taken, so no lines of them are shown",
                        format_quantity(lines_->changed_files(), "file was", "files were")));
    }
}

}  // namespace tracemalloc::analyze
