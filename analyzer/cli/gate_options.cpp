// SPDX-License-Identifier: MIT
#include "analyzer/cli/gate_options.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "analyzer/cli/option_value.h"
#include "analyzer/cli/output_file.h"
#include "analyzer/cli/reading.h"
#include "analyzer/errors.h"
#include "analyzer/render/gate_report.h"

namespace tracemalloc::analyze {

namespace {

constexpr double kMostPercent = 1'000'000;

}  // namespace

GateLimit parse_size_limit(const std::string& option, const std::string& text) {
    const std::optional<std::uint64_t> amount = size_of(text);
    if (!amount) {
        throw UsageError(
            fmt::format("{}: '{}' is not a size (bytes, or a whole number with KiB, MiB or GiB)",
                        option, text));
    }
    GateLimit limit;
    limit.amount = *amount;
    limit.text = text;
    return limit;
}

GateLimit parse_growth_limit(const std::string& option, const std::string& text) {
    if (text.empty() || text.back() != '%') {
        return parse_size_limit(option, text);
    }
    GateLimit limit;
    limit.is_percent = true;
    limit.text = text;
    const char* const last = text.data() + text.size() - 1;
    const auto [end, error] = std::from_chars(text.data(), last, limit.percent);
    if (error != std::errc() || end != last || !(limit.percent >= 0) ||
        limit.percent > kMostPercent) {
        throw UsageError(
            fmt::format("{}: '{}' is not a percentage (such as 5% or 0.5%)", option, text));
    }
    return limit;
}

GateLimit parse_count_limit(const std::string& option, const std::string& text) {
    GateLimit limit;
    limit.amount = parse_number(option, text, {0, std::numeric_limits<std::int64_t>::max()});
    limit.text = text;
    return limit;
}

void add_gate_options(OptionTable& table, GateOutput& output) {
    table.value(
        "--annotations", "WHERE", "github: also print the verdict as annotations of GitHub's log",
        [&](const std::string& text) {
            if (text != "github") {
                throw UsageError(fmt::format("--annotations: '{}' is not one of github", text));
            }
            output.annotate = true;
        });
    table.value("--junit", "FILE", "write the verdict as JUnit XML; FILE is replaced",
                [&](const std::string& text) { output.junit = text; });
}

int conclude(const std::vector<GateCheck>& checks, const GateOutput& gate, const FrameTable& table,
             const ReportOptions& report, const char* command) {
    const bool is_text = report.format == ReportFormat::text;
    Output output(is_text ? stdout : stderr);
    const Palette palette(report.colour && is_text);
    put_verdict(output, checks, table, {palette, report.width, report.limit});
    if (gate.annotate) {
        put_annotations(output, checks, table, report.limit);
    }
    finish(output);
    if (gate.junit) {
        OutputFile file(*gate.junit, OutputFile::Content::text, true);
        put_junit(file.output(), checks, table, command);
        file.finish();
    }
    return passed(checks) ? 0 : 1;
}

}  // namespace tracemalloc::analyze
