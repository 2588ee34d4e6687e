// SPDX-License-Identifier: MIT
#include "analyzer/cli/recording_options.h"

#include "analyzer/cli/option_value.h"

namespace tracemalloc::analyze {

namespace {

/// Snapshots that nobody asks for.
void add_series_options(OptionTable& options, RecordingOptions& recording) {
    options.value("--interval", "SECONDS", "a snapshot each SECONDS, while the program allocates",
                  [&](const std::string& text) {
                      recording.set("INTERVAL", parse_interval("--interval", text));
                  });
    options.value("--grow", "PERCENT",
                  "a snapshot whenever the live blocks have grown by PERCENT;\n"
                  "rss:PERCENT, cgroup:PERCENT: resident memory, or that of the cgroup",
                  [&](const std::string& text) {
                      recording.set("GROW", parse_growth_trigger("--grow", text));
                  });
    options.value("--autosave", "SECONDS[,PERCENT]",
                  "always keep one dump that is at most so old, against SIGKILL; a newer\n"
                  "one when resident memory has grown by PERCENT",
                  [&](const std::string& text) {
                      recording.set("AUTOSAVE", parse_autosave("--autosave", text));
                  });
}

}  // namespace

void add_recording_options(OptionTable& options, RecordingOptions& recording) {
    options.value(
        "--nframe", "N", "frames kept of each traceback, 1 to 512 (default 32)",
        [&](const std::string& text) {
            recording.set("NFRAME", std::to_string(parse_number("--nframe", text, {1, 512})));
        });
    options.value("--output", "PATTERN",
                  "where dumps go: %p pid, %e program, %n number from 1, %r reason,\n"
                  "%h host, %t unix time, %% a percent sign\n(default tracemalloc.%e.%p.%n.bin)",
                  [&](const std::string& text) {
                      recording.output = parse_output_pattern("--output", text);
                  });
    options.value("--signal", "SIGNAL",
                  "the signal that takes a snapshot: a name or number, or none\n(default USR1)",
                  [&](const std::string& text) {
                      recording.set("SIGNAL", parse_snapshot_signal("--signal", text));
                  });
    options.flag("--no-exit-snapshot", "take no snapshot when a process exits",
                 [&] { recording.set("EXIT", "0"); });
    options.flag("--no-crash-snapshot", "take no snapshot when a signal ends a process",
                 [&] { recording.set("CRASH", "0"); });
    options.flag("--peak", "keep the blocks of the highest moment, in a dump beside the last one",
                 [&] { recording.set("PEAK", "1"); });
    options.flag("--blocks", "keep the address of each block in the dump, for tmtool who",
                 [&] { recording.set("BLOCKS", "1"); });
    options.flag("--leaks", "look at exit for blocks that nothing leads to, for tmtool leaks",
                 [&] { recording.set("LEAKS", "1"); });
    options.flag("--mmap", "also record memory that the program maps itself, as domain mmap",
                 [&] { recording.set("MMAP", "1"); });
    options.flag("--traffic", "count all allocations too, for --metric allocated, calls, temporary",
                 [&] { recording.set("TRAFFIC", "1"); });
    options.value("--only", "GLOBS", "record only programs of these names, such as 'python3*:node'",
                  [&](const std::string& text) {
                      recording.set("ONLY", parse_program_names("--only", text));
                  });
    options.flag("--no-follow", "record the program alone, without its children",
                 [&] { recording.set("FOLLOW", "0"); });
    options.value(
        "--sample", "BYTES",
        "record one block for about each BYTES allocated (such as 512KiB), or\n"
        "auto: as many as 1 % of the CPU time allows (default: every block)",
        [&](const std::string& text) { recording.set("SAMPLE", parse_sample("--sample", text)); });
    add_series_options(options, recording);
}

}  // namespace tracemalloc::analyze
