// SPDX-License-Identifier: MIT
#include "analyzer/export/pprof.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analyzer/export/gzip.h"
#include "analyzer/export/pprof_encoder.h"
#include "analyzer/export/pprof_mappings.h"
#include "analyzer/query/report_order.h"
#include "analyzer/render/error_figures.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_summary.h"
#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

namespace {

std::vector<PprofType> types_of(Metric metric) {
    switch (metric) {
        case Metric::allocated:
        case Metric::calls:
            return {{"alloc_objects", "count"}, {"alloc_space", "bytes"}};
        case Metric::temporary:
            return {{"temporary_objects", "count"}, {"temporary_space", "bytes"}};
        default:
            return {{"inuse_objects", "count"}, {"inuse_space", "bytes"}};
    }
}

/// Beside the live blocks, on every side.
bool holds_traffic(const ExportedHeap& heap) {
    const Snapshot& snapshot = heap.snapshot();
    return !is_traffic(snapshot.metric) && snapshot.traffic &&
           (heap.base == nullptr || heap.base->traffic);
}

class PprofBuilder {
public:
    PprofBuilder(const ExportedHeap& heap, const ExportOptions& options, PprofProfile& profile)
        : table_(heap.table),
          options_(options),
          profile_(profile),
          mappings_(heap, profile.mappings),
          with_traffic_(holds_traffic(heap)),
          by_size_(!with_traffic_ && !is_traffic(heap.snapshot().metric)) {
        profile.types = types_of(heap.snapshot().metric);
        if (with_traffic_) {
            const std::vector<PprofType> all = types_of(Metric::allocated);
            profile.types.insert(profile.types.begin(), all.begin(), all.end());
        }
        const std::size_t count = profile.types.size() - 2;
        profile.shown_first = ranks_by_count(heap.snapshot().metric) ? count : count + 1;
    }

    void add(const Snapshot& side, std::int64_t sign) {
        std::vector<std::size_t> stacks(side.tracebacks.size(), kUnseen);
        const auto add_to = [&](std::uint32_t traceback, std::uint64_t size, std::size_t type,
                                const Total& total) {
            std::size_t& stack = stacks[traceback];
            if (stack == kUnseen) {
                stack = stack_of(side, side.tracebacks[traceback]);
            }
            Amount* const sums = sums_of(stack, size, side.tracebacks[traceback].domain) + type;
            if (sign > 0) {
                sums[0] += total.count;
                sums[1] += total.size;
            } else {
                sums[0] -= total.count;
                sums[1] -= total.size;
            }
        };
        const std::size_t shown = profile_.types.size() - 2;
        for (const Trace& trace : side.traces) {
            add_to(trace.traceback, by_size_ ? trace.size : 0, shown, trace.total());
        }
        if (with_traffic_) {
            for (const Traffic& one : *side.traffic) {
                add_to(one.traceback, 0, 0, one.total());
            }
        }
    }

    void finish() {
        std::vector<CarriedRounding> rounded(profile_.types.size());
        for (std::size_t at = 0; at < sums_.size(); ++at) {
            for (std::size_t type = 0; type < rounded.size(); ++type) {
                profile_.samples[at].values.push_back(
                    static_cast<std::int64_t>(rounded[type](sums_[at][type])));
            }
        }
        std::erase_if(profile_.samples, [](const PprofSample& sample) {
            return std::all_of(sample.values.begin(), sample.values.end(),
                               [](std::int64_t value) { return value == 0; });
        });
        for (PprofSample& sample : profile_.samples) {
            if (!by_size_ && sample.values[0] != 0) {
                sample.block_size =
                    static_cast<std::uint64_t>(std::abs(sample.values[1] / sample.values[0]));
            }
        }
    }

private:
    static constexpr std::size_t kUnseen = static_cast<std::size_t>(-1);

    /// One for each type.
    Amount* sums_of(std::size_t stack, std::uint64_t size, std::uint32_t domain) {
        const auto [entry, is_new] =
            samples_.try_emplace(std::tuple(stack, size, domain), profile_.samples.size());
        if (is_new) {
            PprofSample& sample = profile_.samples.emplace_back();
            sample.locations = *stack_locations_[stack];
            sample.block_size = size;
            sample.domain = domain;
            sums_.emplace_back(profile_.types.size());
        }
        return sums_[entry->second].data();
    }

    std::size_t stack_of(const Snapshot& side, const Traceback& traceback) {
        std::vector<std::size_t> locations;
        const FrameSpan frames(traceback.frames);
        const std::size_t hidden =
            frames.size() - visible_frames(traceback, options_.attributed).size();
        std::size_t at = 0;
        for (const std::uint32_t index : traceback.addresses) {
            const CodeAddress& address = side.addresses[index];
            const std::size_t begin = std::max(at, hidden);
            at += address.frame_count;
            if (begin < at) {
                locations.push_back(location_of(side, address, frames.subspan(begin, at - begin)));
            }
        }
        const auto [entry, is_new] = stacks_.try_emplace(std::move(locations), stacks_.size());
        if (is_new) {
            stack_locations_.push_back(&entry->first);
        }
        return entry->second;
    }

    /// `chain`: the frames of the address, innermost first, without those that are left out.
    std::size_t location_of(const Snapshot& side, const CodeAddress& code, FrameSpan chain) {
        const auto [mapping, address] = mappings_.place(side, code);
        const auto [entry, is_new] = locations_.try_emplace(
            std::tuple(mapping, address, std::vector<FrameId>(chain.begin(), chain.end())),
            profile_.locations.size());
        if (is_new) {
            add_location(mapping, address, chain);
        }
        return entry->second;
    }

    void add_location(std::size_t mapping, std::uint64_t address, FrameSpan chain) {
        PprofLocation& location = profile_.locations.emplace_back();
        location.mapping = mapping;
        location.address = address;
        PprofMapping& facts = profile_.mappings[mapping];
        facts.has_inlined |= chain.size() > 1;
        for (const FrameId id : chain) {
            const Frame& frame = table_[id];
            if (frame.function.is_known() || frame.filename.is_known()) {
                location.lines.push_back({function_of(frame), frame.lineno});
            }
            facts.has_functions |= frame.function.is_known();
            facts.has_filenames |= frame.filename.is_known();
            facts.has_lines |= frame.lineno != 0;
        }
    }

    std::size_t function_of(const Frame& frame) {
        const auto [entry, is_new] = functions_.try_emplace(
            std::pair(frame.function.id(), frame.filename.id()), profile_.functions.size());
        if (is_new) {
            profile_.functions.push_back(
                {printable(frame.function.text()), printable(frame.filename.text())});
        }
        return entry->second;
    }

    const FrameTable& table_;
    const ExportOptions& options_;
    PprofProfile& profile_;
    PprofMappings mappings_;
    bool with_traffic_;
    bool by_size_;  ///< blocks of another size are another sample
    std::map<std::tuple<std::size_t, std::uint64_t, std::vector<FrameId>>, std::size_t> locations_;
    std::map<std::pair<const void*, const void*>, std::size_t> functions_;
    std::map<std::vector<std::size_t>, std::size_t> stacks_;
    std::vector<const std::vector<std::size_t>*> stack_locations_;  ///< keys of stacks_, by number
    std::map<std::tuple<std::size_t, std::uint64_t, std::uint32_t>, std::size_t> samples_;
    std::vector<std::vector<Amount>> sums_;  ///< by sample and type
};

constexpr std::size_t kCommentWidth = 1000;

std::vector<std::string> comments_of(const Snapshot& snapshot, const ExportOptions& options) {
    const SnapshotInfo& info = snapshot.info;
    std::vector<std::string> comments{
        std::string(options.tool), "process: " + process_text(info, kCommentWidth),
        "taken: " + moment_text(info),
        fmt::format("frames: up to {} each, {} tracebacks cut", info.nframe, info.cut_tracebacks)};
    for (const auto& [reason, count] : info.losses) {
        comments.push_back(fmt::format("missed: {} {}", count, reason));
    }
    if (const SampledPart part = sampled_part(snapshot); part.any()) {
        comments.push_back(estimate_text(part));
    }
    return comments;
}

}  // namespace

PprofProfile make_pprof(const ExportedHeap& heap, const ExportOptions& options) {
    PprofProfile profile;
    PprofBuilder builder(heap, options, profile);
    builder.add(heap.snapshot(), 1);
    if (heap.base != nullptr) {
        builder.add(*heap.base, -1);
    }
    builder.finish();
    const SnapshotInfo& info = heap.snapshot().info;
    profile.comments = comments_of(heap.snapshot(), options);
    if (heap.base != nullptr) {
        profile.comments.push_back("base: " + printable(heap.base->info.dump_path));
    }
    profile.time_unix_ns = info.unix_ns;
    const std::int64_t begin = heap.base != nullptr ? heap.base->info.unix_ns : info.start_unix_ns;
    profile.duration_ns = std::max<std::int64_t>(0, info.unix_ns - begin);
    return profile;
}

void export_pprof(Output& output, const ExportedHeap& heap, const ExportOptions& options) {
    output.put(gzip(encode_pprof(make_pprof(heap, options))));
}

}  // namespace tracemalloc::analyze
