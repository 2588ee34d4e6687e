// SPDX-License-Identifier: MIT
#include "analyzer/render/text_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/metric_text.h"
#include "analyzer/render/moment.h"
#include "analyzer/render/shell_word.h"
#include "analyzer/render/symbol_gap.h"
#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kNameColumns = 12;
constexpr std::size_t kModulesNamed = 4;

std::string amount_text(const Snapshot& snapshot, bool filtered) {
    const SnapshotInfo& info = snapshot.info;
    const std::string amount = total_text(snapshot.total(), snapshot.metric);
    const std::string state = std::string(" ") + state_text(snapshot.metric);
    if (!filtered) {
        return amount + state;
    }
    constexpr const char* kFiltered = " let through by the filters";
    return is_traffic(snapshot.metric)
               ? amount + state + kFiltered
               : amount + kFiltered +
                     fmt::format(", of {} in {} live", format_size(info.traced_bytes),
                                 format_count(info.traced_blocks));
}

}  // namespace

std::string name_modules(const std::vector<std::string>& modules) {
    std::string text;
    for (std::size_t at = 0; at < modules.size() && at < kModulesNamed; ++at) {
        text += (at == 0 ? "" : ", ") + modules[at];
    }
    if (modules.size() > kModulesNamed) {
        text += fmt::format(" and {} more", modules.size() - kModulesNamed);
    }
    return text;
}

std::string total_text(std::uint64_t size, std::uint64_t count) {
    return total_text(Total{size, count}, Metric::live);
}

std::string inherited_text(const SnapshotInfo& info) {
    return info.inherited->count == 0 ? "nothing that is still there"
                                      : total_text(info.inherited->size, info.inherited->count);
}

/// A server that writes its title over its arguments leaves empty ones behind it.
std::string command_text(const SnapshotInfo& info) {
    const auto last = std::find_if(info.command_line.rbegin(), info.command_line.rend(),
                                   [](const std::string& argument) { return !argument.empty(); });
    std::string text;
    for (auto argument = info.command_line.begin(); argument != last.base(); ++argument) {
        text += (text.empty() ? "" : " ") + shell_word(*argument);
    }
    return printable(text.empty() ? info.exe : text);
}

std::string process_text(const SnapshotInfo& info, std::size_t width) {
    if (!info.sources.empty()) {
        return shorten_end("merged of " + sources_text(info), width);
    }
    std::string tail = fmt::format(" (pid {}", info.pid);
    tail += info.host.empty() ? ")" : " on " + printable(info.host) + ")";
    const std::size_t taken = display_width(tail);
    return shorten_end(command_text(info), width > taken + 8 ? width - taken : 8) + tail;
}

std::string sources_text(const SnapshotInfo& info) {
    std::set<std::string_view> hosts;
    for (const SourceSnapshot& source : info.sources) {
        hosts.insert(source.host);
    }
    return fmt::format("{} on {}{}", format_quantity(info.sources.size(), "process", "processes"),
                       format_quantity(hosts.size(), "host", "hosts"),
                       info.exe.empty() ? "" : ": " + command_text(info));
}

std::string recorded_text(const SnapshotInfo& info) {
    return info.sampling
               ? fmt::format("{} in {}", format_size(info.traced_bytes),
                             format_quantity(info.traced_blocks, "sampled block", "sampled blocks"))
               : total_text(info.traced_bytes, info.traced_blocks);
}

std::string reason_text(const SnapshotInfo& info) {
    if (info.crash) {
        const Crash& crash = *info.crash;
        if (crash.address) {
            return fmt::format("killed by {} at {:#x}", crash.signal, *crash.address);
        }
        return fmt::format("killed by {}", crash.signal) +
               (crash.sender && *crash.sender != info.pid
                    ? fmt::format(" from process {}", *crash.sender)
                    : "");
    }
    constexpr std::pair<std::string_view, std::string_view> kTexts[] = {
        {"exit", "at exit"},
        {"signal", "on a signal"},
        {"peak", "at the peak"},
        {"call", "asked for by the program"},
        {"interval", "on schedule"},
        {"growth", "because it grew"},
        {"autosave", "as a safeguard"},
    };
    for (const auto& [reason, text] : kTexts) {
        if (info.reason == reason) {
            return std::string(text);
        }
    }
    return "reason: " + printable(info.reason);
}

std::string moment_text(const SnapshotInfo& info) {
    if (!info.sources.empty()) {
        return "the last on " + format_time(info.unix_ns);
    }
    return format_time(info.unix_ns) + fmt::format(", snapshot {}, ", info.number) +
           reason_text(info);
}

void put_fact(Output& output, const SummaryStyle& style, std::string_view name,
              std::string_view value, Tone tone) {
    output.line(
        fmt::format("  {:<{}}{}", name, kNameColumns - 2, style.palette.paint(tone, value)));
}

void put_identity(Output& output, const SummaryStyle& style, const Snapshot& snapshot) {
    const SnapshotInfo& info = snapshot.info;
    output.line(style.palette.paint(Tone::strong, amount_text(snapshot, style.options.filtered)) +
                (is_traffic(snapshot.metric)
                     ? relation_text(snapshot)
                     : fmt::format(" ({} {})", info.sources.empty() ? "peak" : "peaks add up to",
                                   format_size(info.peak_traced_bytes))));
    const std::size_t width = style.options.width - std::min(style.options.width, kNameColumns);
    put_estimate(output, style, snapshot);
    put_fact(output, style, "process", process_text(info, width));
    put_fact(output, style, "taken", moment_text(info));
}

void put_estimate(Output& output, const SummaryStyle& style, const Snapshot& snapshot) {
    const SampledPart part = sampled_part(snapshot);
    if (part.any()) {
        put_fact(output, style, "sampled", estimate_text(part));
    }
}

void put_error_note(Output& output, const SummaryStyle& style, bool compared) {
    output.line(style.palette.paint(
        Tone::faint,
        fmt::format("± is {} standard errors: the truth lies within it in about 95 of 100 cases.{}",
                    kErrorsShown,
                    compared ? "\nA change that is smaller than its ± is marked noise." : "")));
}

void put_summary(Output& output, const SummaryStyle& style, const Snapshot& snapshot,
                 const FrameTable& table) {
    put_identity(output, style, snapshot);
    put_limits(output, style, snapshot);
    put_symbol_gap(output, style, snapshot, table);
}

void put_limits(Output& output, const SummaryStyle& style, const Snapshot& snapshot) {
    const SnapshotInfo& info = snapshot.info;
    put_fact(output, style, "stacks",
             fmt::format("{}, up to {} each; cut at that limit: {}",
                         format_quantity(snapshot.tracebacks.size(), "traceback", "tracebacks"),
                         format_quantity(info.nframe, "frame", "frames"),
                         format_count(info.cut_tracebacks)));
    if (info.unfinished_tracebacks > 0) {
        put_fact(
            output, style, "missed",
            fmt::format("{} could not be followed to the outermost frame",
                        format_quantity(info.unfinished_tracebacks, "traceback", "tracebacks")),
            Tone::warning);
    }
    for (const auto& [what, count] : info.losses) {
        put_fact(output, style, "missed",
                 fmt::format("{} {}", format_count(count), printable(what)), Tone::warning);
    }
    if (!info.consistent) {
        put_fact(output, style, "note", "the threads were not held still: not one single moment",
                 Tone::warning);
    }
    if (info.forked_child) {
        put_fact(output, style, "note",
                 info.inherited ? "inherited from the parent at fork: " + inherited_text(info)
                                : "forked: blocks that the parent allocated are among these");
    }
}

std::string calls_text(const Snapshot& snapshot) {
    std::string text;
    for (const auto& [function, count] : snapshot.info.calls) {
        text += (text.empty() ? "" : ", ") + function + " " + format_count(count);
    }
    if (text.empty()) {
        return sampled_part(snapshot).any() ? "not counted where blocks are sampled"
                                            : "not counted (tmtool run --traffic)";
    }
    return text;
}

void put_symbol_gap(Output& output, const SummaryStyle& style, const Snapshot& snapshot,
                    const FrameTable& table) {
    const SymbolGap gap = find_symbol_gap(snapshot, table, style.options.attributed);
    if (gap.is_noteworthy()) {
        const std::size_t width = style.options.width - std::min(style.options.width, kNameColumns);
        put_fact(
            output, style, "symbols",
            shorten_end(fmt::format("{} of the bytes have no line information: {}",
                                    format_share(gap.size, gap.total), name_modules(gap.modules)),
                        width),
            Tone::warning);
    }
}

}  // namespace tracemalloc::analyze
