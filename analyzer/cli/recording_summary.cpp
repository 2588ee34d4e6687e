// SPDX-License-Identifier: MIT
#include "analyzer/cli/recording_summary.h"

#include <errno.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "analyzer/cli/dump_search.h"
#include "analyzer/cli/message.h"
#include "analyzer/cli/output_pattern.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/cli/signal_name.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/errors.h"
#include "analyzer/query/overview.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/shell_word.h"
#include "analyzer/render/text_summary.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kProcessesShown = 10;
constexpr std::size_t kDumpsShown = 5;  // of each

using Dumps = std::vector<SnapshotInfo>;

/// Processes by their newest dump, each with its dumps newest first.
std::vector<Dumps> by_process(Dumps dumps) {
    std::vector<Dumps> groups;
    for (SnapshotInfo& dump : dumps) {
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const Dumps& known) {
            return known.front().pid == dump.pid &&
                   known.front().start_unix_ns == dump.start_unix_ns;
        });
        if (group == groups.end()) {
            groups.emplace_back();
            groups.back().push_back(std::move(dump));
        } else {
            group->push_back(std::move(dump));
        }
    }
    return groups;
}

std::string program_name(const SnapshotInfo& info) {
    return info.exe.substr(info.exe.rfind('/') + 1);
}

void say_process(const Dumps& dumps) {
    say_more(fmt::format("{} (pid {})", program_name(dumps.front()), dumps.front().pid));
    for (std::size_t at = 0; at < std::min(dumps.size(), kDumpsShown); ++at) {
        say_more(fmt::format("  {}  ({}, {})", dumps[at].dump_path, reason_text(dumps[at]),
                             recorded_text(dumps[at])));
    }
    if (dumps.size() > kDumpsShown) {
        say_more(fmt::format("  and {} older", dumps.size() - kDumpsShown));
    }
}

/// The program that was asked for comes first in what to type, whatever its children left.
const Dumps& main_process(const std::vector<Dumps>& processes, pid_t pid) {
    const auto found = std::find_if(processes.begin(), processes.end(), [&](const Dumps& dumps) {
        return dumps.front().pid == static_cast<std::uint32_t>(pid);
    });
    return found != processes.end() ? *found : processes.front();
}

std::string why_no_dump(const RecordingEnvironment& environment, const ChildEnd& end) {
    const std::string folder = fixed_folder(environment.pattern);
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        return fmt::format("the folder '{}' {}", folder,
                           errno == ENOENT ? "does not exist" : "cannot be written to");
    }
    if (end.signal != 0) {
        return fmt::format("{} ended the program before it could take its exit snapshot",
                           signal_name(end.signal));
    }
    if (!environment.exit_snapshot) {
        return "the exit snapshot is switched off and none was asked for by signal";
    }
    if (!environment.only.empty()) {
        return fmt::format("no program was called '{}' (--only, TRACEMALLOC_ONLY)",
                           environment.only);
    }
    return "the recording library was not active when the program ended (messages that begin with "
           "'tracemalloc:' say why; a program that replaces its environment ends recording)";
}

}  // namespace

std::optional<RecordedDumps> say_recording(const RecordingEnvironment& environment,
                                           const ChildEnd& end, std::int64_t started_unix_ns) {
    Dumps dumps = find_dumps(environment.pattern, started_unix_ns, [&](const SnapshotInfo& info) {
        return info.session == environment.session;
    });
    if (dumps.empty()) {
        say_note(fmt::format("no dump: {}", why_no_dump(environment, end)));
        return std::nullopt;
    }
    const std::size_t count = dumps.size();
    const std::vector<Dumps> processes = by_process(std::move(dumps));
    say_note(fmt::format("{} of {}:", format_quantity(count, "dump", "dumps"),
                         format_quantity(processes.size(), "process", "processes")));
    for (std::size_t at = 0; at < std::min(processes.size(), kProcessesShown); ++at) {
        say_process(processes[at]);
    }
    if (processes.size() > kProcessesShown) {
        say_more(fmt::format(
            "and {} in {}",
            format_quantity(processes.size() - kProcessesShown, "other process", "other processes"),
            fixed_folder(environment.pattern)));
    }
    const Dumps& main = main_process(processes, end.pid);
    return RecordedDumps{main.front().dump_path, main.back().dump_path};
}

void say_summary(const std::string& dump) {
    ReadOptions read;
    try {
        FrameTable table;
        const Snapshot snapshot = read_snapshot(dump, table, read);
        ReportOptions options = report_options(read);
        options.width = report_width(STDERR_FILENO);
        options.colour = use_colour(ColourChoice::automatic, STDERR_FILENO);
        Output output(stderr);
        output.line("");
        make_report(output, table, options)
            ->overview(snapshot, make_overview(snapshot, table, read.pipeline.view));
    } catch (const Error& error) {
        say_warning(error.what());  // the program's end is what counts
    }
}

void say_next_commands(const RecordedDumps& dumps) {
    const std::string self = shell_word(program_invocation_name);
    const std::string newest = shell_word(dumps.newest);
    say_note("next:");
    say_more(fmt::format("{} stats {}", self, newest));
    if (dumps.oldest != dumps.newest) {
        say_more(fmt::format("{} diff {} {}", self, shell_word(dumps.oldest), newest));
    }
}

}  // namespace tracemalloc::analyze
