// SPDX-License-Identifier: MIT
#include "analyzer/render/gate_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/place.h"
#include "analyzer/render/report.h"
#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

bool is_growth(const GateCheck& check) noexcept {
    return check.kind == GateKind::growth || check.kind == GateKind::row_growth;
}

/// " ±1.2 MiB", or nothing for exact figures.
std::string error_text(const GateCheck& check) {
    const Variance variance{check.error * check.error, check.error * check.error};
    return check.error == 0 ? ""
                            : " " + (check.kind == GateKind::live_blocks
                                         ? count_error_text(variance)
                                         : size_error_text(variance, magnitude(check.found)));
}

/// "live size 5.3 MiB, allowed 1MiB"
std::string figures_of(const GateCheck& check) {
    const auto amount = static_cast<std::uint64_t>(std::max<std::int64_t>(0, check.found));
    const std::string error = error_text(check);
    switch (check.kind) {
        case GateKind::live_size:
            return fmt::format("live size {}{}, allowed {}", format_size(amount), error,
                               check.limit.text);
        case GateKind::live_blocks:
            return fmt::format("live blocks {}{}, allowed {}", format_count(amount), error,
                               check.limit.text);
        case GateKind::leak_size:
            return fmt::format("not freed and not suppressed {}{}, allowed {}", format_size(amount),
                               error, check.limit.text);
        case GateKind::row_growth:
            return fmt::format("{} grew by more than {}", format_quantity(amount, "row", "rows"),
                               check.limit.text);
        case GateKind::growth:
            break;
    }
    return fmt::format("total growth {}{}, allowed {}", format_size_change(check.found), error,
                       check.limit.text);
}

std::string summary_of(const GateCheck& check) {
    return figures_of(check) +
           (check.in_doubt ? "; in doubt: what is above may be the luck of sampling" : "");
}

std::string row_text(const GateCheck& check, const StatisticDiff& row) {
    const std::string now = total_text({row.size, row.count, row.variance});
    const std::string error =
        row.diff_variance != Variance{}
            ? " " + size_error_text(row.diff_variance, magnitude(row.size_diff))
            : std::string();
    return is_growth(check)
               ? fmt::format("{}{}, now {}", format_size_change(row.size_diff), error, now)
               : now;
}

std::string key_text(const StatisticDiff& row, const FrameTable& table) {
    std::string text;
    for (const FrameId id : row.traceback) {
        text += (text.empty() ? "" : " <- ") + full_place(table[id]);
    }
    return text;
}

/// What a line of a workflow command may not hold; a property may not hold `:` and `,` either.
std::string github_text(std::string_view text, bool is_property) {
    std::string out;
    for (const char byte : text) {
        const bool is_special = byte == '%' || byte == '\r' || byte == '\n' ||
                                (is_property && (byte == ':' || byte == ','));
        out += is_special ? fmt::format("%{:02X}", static_cast<unsigned char>(byte))
                          : std::string(1, byte);
    }
    return out;
}

std::string xml_text(std::string_view text) {
    std::string out;
    for (const char byte : printable(text)) {
        switch (byte) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += byte;
        }
    }
    return out;
}

const char* name_of(GateKind kind) noexcept {
    switch (kind) {
        case GateKind::live_size:
            return "live size";
        case GateKind::live_blocks:
            return "live blocks";
        case GateKind::leak_size:
            return "leaks";
        case GateKind::row_growth:
            return "growth of each row";
        case GateKind::growth:
            break;
    }
    return "growth of the total";
}

}  // namespace

bool passed(const std::vector<GateCheck>& checks) noexcept {
    return std::all_of(checks.begin(), checks.end(),
                       [](const GateCheck& check) { return check.passed; });
}

void put_verdict(Output& output, const std::vector<GateCheck>& checks, const FrameTable& table,
                 const GateStyle& style) {
    constexpr std::size_t kIndent = 6;
    for (const GateCheck& check : checks) {
        output.line(style.palette.paint(check.passed ? Tone::shrink : Tone::warning,
                                        check.passed ? "ok  " : "FAIL") +
                    "  " + summary_of(check));
        const std::size_t shown = shown_rows(check.rows.size(), style.limit);
        std::size_t column = 0;
        for (std::size_t at = 0; at < shown; ++at) {
            column = std::max(column, display_width(row_text(check, check.rows[at])));
        }
        for (std::size_t at = 0; at < shown; ++at) {
            const StatisticDiff& row = check.rows[at];
            const std::size_t taken = kIndent + column + 2;
            const Place place = place_of(table[row.traceback.front()], GroupBy::traceback);
            output.line(fmt::format(
                "{:{}}{:<{}}  {}", "", kIndent, row_text(check, row), column,
                fit_place(place, style.width - std::min(style.width, taken), style.palette)));
        }
        if (shown < check.rows.size()) {
            output.line(fmt::format("{:{}}… {} more", "", kIndent, check.rows.size() - shown));
        }
    }
}

void put_annotations(Output& output, const std::vector<GateCheck>& checks, const FrameTable& table,
                     std::size_t limit) {
    for (const GateCheck& check : checks) {
        if (check.passed) {
            continue;
        }
        const std::string title = "tmtool: " + std::string(name_of(check.kind));
        output.line(fmt::format("::error title={}::{}", github_text(title, true),
                                github_text(summary_of(check), false)));
        for (std::size_t at = 0; at < shown_rows(check.rows.size(), limit); ++at) {
            const StatisticDiff& row = check.rows[at];
            const Frame& frame = table[row.traceback.front()];
            std::string where;
            if (frame.filename.is_known()) {
                where = "file=" + github_text(frame.filename.text(), true) + ",";
                where += frame.lineno != 0 ? fmt::format("line={},", frame.lineno) : "";
            }
            output.line(fmt::format(
                "::error {}title={}::{}", where, github_text(title, true),
                github_text(row_text(check, row) + " at " + printable(key_text(row, table)),
                            false)));
        }
    }
}

void put_junit(Output& output, const std::vector<GateCheck>& checks, const FrameTable& table,
               std::string_view command) {
    const auto failures = std::count_if(checks.begin(), checks.end(),
                                        [](const GateCheck& check) { return !check.passed; });
    output.line(R"(<?xml version="1.0" encoding="UTF-8"?>)");
    output.line(fmt::format(R"(<testsuite name="{}" tests="{}" failures="{}">)", xml_text(command),
                            checks.size(), failures));
    for (const GateCheck& check : checks) {
        output.put(fmt::format(R"(  <testcase classname="{}" name="{}")", xml_text(command),
                               xml_text(name_of(check.kind))));
        if (check.passed) {
            output.line("/>");
            continue;
        }
        output.line(">");
        output.line(fmt::format(R"(    <failure message="{}">)", xml_text(summary_of(check))));
        for (const StatisticDiff& row : check.rows) {
            output.line(xml_text(row_text(check, row) + "  " + key_text(row, table)));
        }
        output.line("    </failure>\n  </testcase>");
    }
    output.line("</testsuite>");
}

}  // namespace tracemalloc::analyze
