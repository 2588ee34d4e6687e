// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "analyzer/model/domain.h"
#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_report.h"
#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

namespace {

/// What the program itself said of the blocks.
std::string label_text(std::uint32_t domain, Name tag) {
    return (domain == 0 ? "" : fmt::format(", domain {}", domain_name(domain))) +
           (tag.is_known() ? fmt::format(", tag {}", printable(tag.text())) : "");
}

}  // namespace

void TextReport::traces(const Snapshot& snapshot) {
    put_summary(output_, style(), snapshot, table_);
    output_.line("");
    const auto shown =
        largest_traces(snapshot.traces, shown_rows(snapshot.traces.size(), options_.limit));
    if (shown.empty()) {
        output_.line(options_.filtered ? "No block is let through by the filters."
                                       : "No block is live.");
    }
    for (std::size_t at = 0; at < shown.size(); ++at) {
        const Trace& trace = snapshot.traces[shown[at]];
        const Traceback& traceback = snapshot.tracebacks[trace.traceback];
        output_.line(fmt::format(
            "{:>4}  {} of {}, {} in all{}", fmt::format("#{}", at + 1),
            palette_.paint(Tone::strong, format_quantity(trace.count, "block", "blocks")),
            palette_.paint(Tone::strong, fmt::format("{} B", format_count(trace.size))),
            format_size(trace.size * trace.count), label_text(trace.domain, traceback.tag)));
        if (trace.mean_bytes != 0) {
            output_.line(palette_.paint(
                Tone::faint, fmt::format("      sampled, one for each {}: stands for {}",
                                         mean_text(trace.mean_bytes), total_text(trace.total()))));
        }
        stack(traceback, snapshot.info.nframe);
        output_.line("");
    }
    const std::size_t cut = snapshot.traces.size() - shown.size();
    if (cut > 0) {
        const Total rest = rest_of(snapshot, shown);
        output_.line(palette_.paint(
            Tone::faint, fmt::format("… {}: {}", format_quantity(cut, "more trace", "more traces"),
                                     total_text(rest))));
    }
    if (sampled_part(snapshot).any()) {
        output_.line(palette_.paint(
            Tone::faint, "Blocks are listed as they were recorded, by the size they stand for."));
        put_error_note(output_, style(), false);
    }
}

}  // namespace tracemalloc::analyze
