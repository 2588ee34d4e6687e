// SPDX-License-Identifier: MIT
#include "analyzer/cli/read_options.h"

#include <fmt/format.h>

#include <limits>
#include <memory>

#include "analyzer/cli/option_value.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

void add_binary_options(OptionTable& table, ReadOptions& options) {
    SymbolizeOptions& symbolize = options.pipeline.symbolize;
    table.list("--debug-dir", "DIR",
               "folder with debug files, searched before /usr/lib/debug\n(repeatable)",
               [&](const std::string& text) {
                   symbolize.debug_dirs.push_back(parse_folder("--debug-dir", text));
               });
    table.value(
        "--sysroot", "DIR", "folder that holds the recorded machine's files",
        [&](const std::string& text) { symbolize.sysroot = parse_folder("--sysroot", text); });
    table.flag("--debuginfod",
               "ask the servers of DEBUGINFOD_URLS for debug files that are not\n"
               "here (otherwise no network is used)",
               [&] { symbolize.debuginfod = std::make_shared<Debuginfod>(); });
    table.settings({"--debug-dir", "--sysroot", "--debuginfod"});
}

void add_output_options(OptionTable& table, ReadOptions& options) {
    table
        .value("--format", "FORMAT", "text, json or csv (default text)",
               [&](const std::string& text) { options.report.format = parse_format(text); })
        .choices = names_of(kReportFormats);
    add_text_options(table, options);
}

void add_text_options(OptionTable& table, ReadOptions& options) {
    add_colour_option(table, options);
    table.value("--width", "COLUMNS",
                "columns of text output, 40 to 10000\n"
                "(default: the terminal's; in a pipe $COLUMNS, else 100)",
                [&](const std::string& text) {
                    options.width = parse_number("--width", text, {kLeastWidth, kMostWidth});
                });
    table.settings({"--width"});
}

void add_colour_option(OptionTable& table, ReadOptions& options) {
    table
        .value("--color", "WHEN",
               "auto, always or never\n(default auto: on a terminal, unless NO_COLOR is set)",
               [&](const std::string& text) { options.colour = parse_colour(text); })
        .choices = names_of(kColourChoices);
    table.settings({"--color"});
}

void add_symbol_options(OptionTable& table, ReadOptions& options) {
    add_binary_options(table, options);
    table.list("--path-map", "FROM=TO",
               "source paths that begin with FROM are shown with TO (repeatable)",
               [&](const std::string& text) {
                   options.pipeline.symbolize.path_map.push_back(parse_path_map(text));
               });
    table.flag("--force-mismatch", "use binaries whose build-id is not the recorded one",
               [&] { options.pipeline.symbolize.force_mismatch = true; });
    table.settings({"--path-map"});
    table.config();
}

namespace {

/// Python's DomainFilter, and the same for tags.
void add_label_filters(OptionTable& table, ReadOptions& options) {
    std::vector<Filter>& filters = options.pipeline.filters;
    for (const bool inclusive : {true, false}) {
        const char* name = inclusive ? "--domain" : "--exclude-domain";
        table.list(name, "N",
                   inclusive ? "also blocks of this domain (tracemalloc.h); 0 is the heap,\n"
                               "mmap what the program mapped itself"
                             : "no blocks of this domain",
                   [&filters, name, inclusive](const std::string& text) {
                       Filter& filter = filters.emplace_back();
                       filter.inclusive = inclusive;
                       filter.domain = parse_domain(name, text);
                   });
    }
    for (const bool inclusive : {true, false}) {
        table.list(inclusive ? "--tag" : "--exclude-tag", "PATTERN",
                   inclusive ? "also blocks whose tag (tracemalloc.h) matches; of several\n"
                               "including filters a block has to match one"
                             : "no blocks whose tag matches; '' is a block without one",
                   [&filters, inclusive](const std::string& text) {
                       Filter& filter = filters.emplace_back();
                       filter.inclusive = inclusive;
                       filter.tag_pattern = text;
                   });
    }
}

void add_birth_filters(OptionTable& table, ReadOptions& options) {
    const auto number = [](const char* name, const std::string& text) {
        return static_cast<std::uint32_t>(
            parse_number(name, text, {0, std::numeric_limits<std::uint32_t>::max()}));
    };
    BirthFilter& births = options.pipeline.births;
    table.value("--born-after", "N",
                "only blocks allocated after snapshot N of their process;\n"
                "0: by the process itself, not by the parent it was forked from",
                [&births, number](const std::string& text) {
                    births.after = number("--born-after", text);
                });
    table.value("--born-before", "N",
                "only blocks allocated before snapshot N of their process;\n"
                "0: by the parent, before the fork",
                [&births, number](const std::string& text) {
                    births.before = number("--born-before", text);
                });
    table.check([&births] {
        if (births.after && births.before && *births.before <= *births.after) {
            throw UsageError(fmt::format("--born-before: {} is not after --born-after {}",
                                         *births.before, *births.after));
        }
    });
}

}  // namespace

void add_view_options(OptionTable& table, ReadOptions& options) {
    table
        .value("--frames", "VIEW",
               "attributed or raw (default attributed): frames that only pass an\n"
               "allocation on, as in std::vector or xmalloc, are set aside when\n"
               "choosing the most recent frame (dimmed, with a dot); raw: they count",
               [&](const std::string& text) { options.pipeline.view = parse_frame_view(text); })
        .choices = names_of(kFrameViews);
    table.list("--wrapper", "PATTERN",
               "further functions that only pass allocations on, by the rules\n"
               "of Python's fnmatch (repeatable)",
               [&](const std::string& text) {
                   if (text.empty()) {
                       throw UsageError("--wrapper: '' is not a function pattern");
                   }
                   options.pipeline.wrappers.push_back(text);
               });
    table.settings({"--frames", "--wrapper"});
}

void add_row_options(OptionTable& table, ReadOptions& options) {
    table.value(
        "--limit", "N", "rows shown (default 10; 0: all); the rest is summed in the last line",
        [&](const std::string& text) {
            options.report.limit =
                parse_number("--limit", text, {0, std::numeric_limits<std::uint32_t>::max()});
        });
    table.settings({"--limit"});
    add_filter_options(table, options);
}

void add_filter_options(OptionTable& table, ReadOptions& options) {
    for (const bool inclusive : {true, false}) {
        const char* name = inclusive ? "--include" : "--exclude";
        table.list(name, "PATTERN[:LINE][@DOMAIN]",
                   inclusive
                       ? "only blocks whose most recent frame is in a file that matches, by the\n"
                         "rules of Python's fnmatch (repeatable: any of them)"
                       : "no blocks whose most recent frame is in a file that matches\n"
                         "(repeatable: none of them)",
                   [&options, name, inclusive](const std::string& text) {
                       options.pipeline.filters.push_back(parse_filter(name, text, inclusive));
                   });
    }
    add_label_filters(table, options);
    add_birth_filters(table, options);
    add_view_options(table, options);
    table.flag("--all-frames", "--include and --exclude look at every frame of a traceback",
               [&] { options.all_frames = true; });
    table.check([&] {
        for (Filter& filter : options.pipeline.filters) {
            filter.all_frames = options.all_frames;
        }
    });
}

void add_metric_option(OptionTable& table, ReadOptions& options) {
    table
        .value("--metric", "METRIC",
               "live (default), peak, allocated, calls or temporary: blocks that are\n"
               "live, or were at the peak; all allocations since recording began, by\n"
               "bytes or by number; those that were freed before the next one",
               [&](const std::string& text) { options.pipeline.metric = parse_metric(text); })
        .choices = names_of(kMetrics);
}

void add_grouping_options(OptionTable& table, ReadOptions& options) {
    table
        .value("--group-by", "KEY",
               "filename, lineno, traceback, function, module, domain or tag\n"
               "(default lineno)",
               [&](const std::string& text) { options.report.group_by = parse_group_by(text); })
        .choices = names_of(kGroupings);
    table.flag("--cumulative",
               "count a block for every frame of its traceback, not only the\n"
               "most recent one; once for each time a recursive frame occurs\n"
               "(with filename, lineno, function and module)",
               [&] { options.report.cumulative = Cumulative::yes; });
    table.settings({"--group-by"});
    table.check([&] {
        if (options.report.cumulative == Cumulative::yes &&
            (options.report.group_by == GroupBy::traceback ||
             options.report.group_by == GroupBy::domain ||
             options.report.group_by == GroupBy::tag)) {
            throw UsageError(fmt::format(
                "--cumulative: not with --group-by {} (only filename, lineno, function, module)",
                name_of(options.report.group_by)));
        }
    });
}

}  // namespace tracemalloc::analyze
