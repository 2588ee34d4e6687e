// SPDX-License-Identifier: MIT
#include "analyzer/cli/read_options.h"

#include <limits>

#include "analyzer/cli/option_value.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

using Texts = std::vector<std::string>;

/// An option with one value; the last one given counts.
template <class Use>
CLI::Option* add_value(CLI::App& app, const char* name, const char* placeholder, const char* text,
                       Use use) {
    return app.add_option_function<std::string>(name, use, text)
        ->type_name(placeholder)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

/// An option that may be given again, each time with one value.
template <class Use>
CLI::Option* add_list(CLI::App& app, const char* name, const char* placeholder, const char* text,
                      Use use) {
    const auto use_all = [use](const Texts& values) {
        for (const std::string& value : values) {
            use(value);
        }
    };
    return app.add_option_function<Texts>(name, use_all, text)
        ->type_name(placeholder)
        ->allow_extra_args(false);
}

}  // namespace

void add_output_options(CLI::App& app, ReadOptions& options) {
    add_value(app, "--format", "FORMAT", "text, json or csv (default text)",
              [&](const std::string& text) { options.report.format = parse_format(text); });
    add_value(app, "--color", "WHEN",
              "auto, always or never\n(default auto: on a terminal, unless NO_COLOR is set)",
              [&](const std::string& text) { options.colour = parse_colour(text); });
    add_value(app, "--width", "COLUMNS",
              "columns of text output, 40 to 10000\n"
              "(default: the terminal's; in a pipe $COLUMNS, else 100)",
              [&](const std::string& text) {
                  options.width = parse_number("--width", text, {kLeastWidth, kMostWidth});
              });
}

void add_symbol_options(CLI::App& app, ReadOptions& options) {
    SymbolizeOptions& symbolize = options.pipeline.symbolize;
    add_list(app, "--debug-dir", "DIR",
             "folder with debug files, searched before /usr/lib/debug\n(repeatable)",
             [&](const std::string& text) {
                 symbolize.debug_dirs.push_back(parse_folder("--debug-dir", text));
             });
    add_value(
        app, "--sysroot", "DIR", "folder that holds the recorded machine's files",
        [&](const std::string& text) { symbolize.sysroot = parse_folder("--sysroot", text); });
    add_list(app, "--path-map", "FROM=TO",
             "source paths that begin with FROM are shown with TO (repeatable)",
             [&](const std::string& text) { symbolize.path_map.push_back(parse_path_map(text)); });
    app.add_flag("--force-mismatch", symbolize.force_mismatch,
                 "use binaries whose build-id is not the recorded one");
}

void add_row_options(CLI::App& app, ReadOptions& options) {
    add_value(app, "--limit", "N",
              "rows shown (default 10; 0: all); the rest is summed in the last line",
              [&](const std::string& text) {
                  options.report.limit =
                      parse_number("--limit", text, {0, std::numeric_limits<std::uint32_t>::max()});
              });
    for (const bool inclusive : {true, false}) {
        const char* name = inclusive ? "--include" : "--exclude";
        add_list(app, name, "PATTERN[:LINE]",
                 inclusive
                     ? "only blocks whose most recent frame is in a file that matches, by the\n"
                       "rules of Python's fnmatch (repeatable: any of them)"
                     : "no blocks whose most recent frame is in a file that matches\n"
                       "(repeatable: none of them)",
                 [&options, name, inclusive](const std::string& text) {
                     options.pipeline.filters.push_back(parse_filter(name, text, inclusive));
                 });
    }
    add_value(app, "--frames", "VIEW",
              "attributed (default): frames that only pass an allocation on,\n"
              "as in std::vector or xmalloc, are set aside when choosing\n"
              "the most recent frame (dimmed, with a dot); raw: they count",
              [&](const std::string& text) { options.pipeline.view = parse_frame_view(text); });
    add_list(app, "--wrapper", "PATTERN",
             "further functions that only pass allocations on, by the rules\n"
             "of Python's fnmatch (repeatable)",
             [&](const std::string& text) {
                 if (text.empty()) {
                     throw UsageError("--wrapper: '' is not a function pattern");
                 }
                 options.pipeline.wrappers.push_back(text);
             });
}

void add_grouping_options(CLI::App& app, ReadOptions& options) {
    add_value(app, "--group-by", "KEY",
              "filename, lineno, traceback, function or module (default lineno)",
              [&](const std::string& text) { options.report.group_by = parse_group_by(text); });
    app.add_flag_callback(
        "--cumulative", [&] { options.report.cumulative = Cumulative::yes; },
        "count a block for every frame of its traceback, not only the\n"
        "most recent one; once for each time a recursive frame occurs\n"
        "(not with --group-by traceback)");
}

void complete(ReadOptions& options, bool all_frames) {
    if (options.report.cumulative == Cumulative::yes &&
        options.report.group_by == GroupBy::traceback) {
        throw UsageError(
            "--cumulative: not with --group-by traceback (only filename, lineno, function, "
            "module)");
    }
    for (Filter& filter : options.pipeline.filters) {
        filter.all_frames = all_frames;
    }
}

}  // namespace tracemalloc::analyze
