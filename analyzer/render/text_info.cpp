// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/metric_text.h"
#include "analyzer/render/moment.h"
#include "analyzer/render/symbol_gap.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_report.h"

namespace tracemalloc::analyze {

namespace {

class Facts {
public:
    Facts(Output& output, const Palette& palette) : output_(output), palette_(palette) {}

    void title(std::string_view text) { output_.line(palette_.paint(Tone::title, text)); }
    void fact(std::string_view name, std::string_view value, Tone tone = Tone::plain) {
        output_.line(value.empty() ? fmt::format("  {}", name)
                                   : fmt::format("  {:<22}{}", name, palette_.paint(tone, value)));
    }
    void size(std::string_view name, std::uint64_t bytes) { fact(name, exact_size(bytes)); }
    static std::string exact_size(std::uint64_t bytes) {
        return bytes < 10 * 1024
                   ? format_quantity(bytes, "byte", "bytes")
                   : fmt::format("{} ({} bytes)", format_size(bytes), format_count(bytes));
    }

private:
    Output& output_;
    const Palette& palette_;
};

void put_sources(Facts& facts, const SnapshotInfo& info) {
    constexpr std::size_t kShown = 10;
    facts.title("Processes");
    facts.fact("merged of", sources_text(info));
    for (std::size_t at = 0; at < std::min(kShown, info.sources.size()); ++at) {
        const SourceSnapshot& source = info.sources[at];
        facts.fact(fmt::format("pid {}", source.pid),
                   fmt::format("{} on {}, {}", printable(source.exe),
                               source.host.empty() ? "an unknown host" : printable(source.host),
                               total_text(source.total.size, source.total.count)));
    }
    if (info.sources.size() > kShown) {
        facts.fact("…", fmt::format("{} more", info.sources.size() - kShown));
    }
}

void put_process(Facts& facts, const SnapshotInfo& info) {
    if (!info.sources.empty()) {
        put_sources(facts, info);
        return;
    }
    facts.title("Process");
    facts.fact("program", printable(info.exe));
    facts.fact("command line", command_text(info));
    facts.fact("pid", fmt::format("{} (parent {}{})", info.pid, info.parent_pid,
                                  info.forked_child ? ", forked" : ""));
    facts.fact("host", info.host.empty() ? "unknown" : printable(info.host));
    facts.fact("recorded since", format_time(info.start_unix_ns));
    if (!info.session.empty()) {
        facts.fact("session", printable(info.session));
    }
}

void put_moment(Facts& facts, const SnapshotInfo& info) {
    facts.title("Snapshot");
    facts.fact("file", printable(info.dump_path));
    facts.fact("taken", moment_text(info));
    if (info.unix_ns > info.start_unix_ns) {
        facts.fact("after", format_duration(static_cast<std::uint64_t>(info.unix_ns) -
                                            static_cast<std::uint64_t>(info.start_unix_ns)));
    }
    facts.fact("threads",
               info.consistent ? "held still for " + format_duration(info.pause_ns)
                               : std::string("not held still: not one single moment"),
               info.consistent ? Tone::plain : Tone::warning);
}

void put_memory(Facts& facts, const SnapshotInfo& info, const Total& total) {
    facts.title("Memory");
    facts.fact("live", total.variance != Variance{}
                           ? total_text(total)
                           : fmt::format("{} in {}", Facts::exact_size(total.size),
                                         format_quantity(total.count, "block", "blocks")));
    if (info.inherited) {
        facts.fact("inherited at fork", inherited_text(info));
    }
    facts.size(info.sources.empty() ? "peak" : "peaks, added up", info.peak_traced_bytes);
    facts.size("resident", info.rss_bytes);
    facts.size("peak resident", info.peak_rss_bytes);
    facts.size("the tracer's own", info.own_bytes);
    if (info.allocator_known) {
        facts.size("allocator heap", info.allocator_heap_bytes);
        facts.size("allocator mmap", info.allocator_mmap_bytes);
        facts.size("allocator in use", info.allocator_used_bytes);
        facts.size("allocator free", info.allocator_free_bytes);
    } else {
        facts.fact("allocator", "no figures (they are taken at exit, from glibc's)");
    }
}

void put_stacks(Facts& facts, const Snapshot& snapshot, std::size_t modules) {
    const SnapshotInfo& info = snapshot.info;
    facts.title("Stacks");
    facts.fact("tracebacks", format_count(snapshot.tracebacks.size()));
    facts.fact("traces", format_quantity(snapshot.traces.size(), "(traceback, size) pair",
                                         "(traceback, size) pairs"));
    facts.fact("nframe", format_count(info.nframe));
    facts.fact("cut at nframe", format_count(info.cut_tracebacks));
    facts.fact("unfinished", format_count(info.unfinished_tracebacks));
    facts.fact("modules", format_count(modules));
}

void put_sampling(Facts& facts, const Snapshot& snapshot) {
    const SampledPart part = sampled_part(snapshot);
    if (!snapshot.info.sampling) {
        return;
    }
    const Sampling& sampling = *snapshot.info.sampling;
    facts.title("Sampling");
    facts.fact("rate now",
               (sampling.mean_bytes == 0
                    ? std::string("every block is recorded")
                    : "one block for each " + mean_text(sampling.mean_bytes) + " on average") +
                   (sampling.adaptive ? ", chosen by the tracer" : ""));
    if (part.any()) {
        facts.fact("figures", estimate_text(part));
        facts.fact("±", fmt::format("{} standard errors, about 95 of 100 cases", kErrorsShown));
    }
}

void put_traffic(Facts& facts, const Snapshot& snapshot) {
    facts.title("Allocations");
    if (snapshot.traffic) {
        const auto text_of = [](const Total& total) {
            return total.variance != Variance{}
                       ? total_text(total, Metric::allocated)
                       : fmt::format("{} in {}", Facts::exact_size(total.size),
                                     format_count(total.count));
        };
        facts.fact("since the start", text_of(snapshot.allocated()));
        facts.fact("temporary", text_of(snapshot.temporary()));
        if (const auto freed = snapshot.freed()) {
            facts.fact("freed", text_of(*freed));
        }
    }
    facts.fact("functions", calls_text(snapshot));
}

void put_losses(Facts& facts, const SnapshotInfo& info) {
    facts.title("Missed");
    if (info.losses.empty()) {
        facts.fact("nothing", "");
    }
    for (const auto& [what, count] : info.losses) {
        facts.fact(format_count(count), printable(what), Tone::warning);
    }
}

void put_coverage(Facts& facts, const SymbolCoverage& coverage) {
    std::uint64_t bytes = 0;
    for (const auto& rung : coverage.rungs) {
        bytes += rung.size;
    }
    facts.title("Symbols");
    for (const auto& rung : coverage.rungs) {
        facts.fact(rung.name, fmt::format("{} of the bytes, {}", format_share(rung.size, bytes),
                                          format_quantity(rung.addresses, "address", "addresses")));
    }
}

}  // namespace

void TextReport::info(const Snapshot& snapshot) {
    Facts facts(output_, palette_);
    put_process(facts, snapshot.info);
    put_moment(facts, snapshot.info);
    put_memory(facts, snapshot.info, snapshot.total());
    put_traffic(facts, snapshot);
    put_stacks(facts, snapshot, count_modules(snapshot, table_));
    put_sampling(facts, snapshot);
    put_losses(facts, snapshot.info);
    put_coverage(facts, snapshot.coverage);
}

}  // namespace tracemalloc::analyze
