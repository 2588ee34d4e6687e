// SPDX-License-Identifier: MIT
#include "analyzer/merge/dump_merge.h"

#include <algorithm>
#include <utility>

#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

SourceSnapshot source_of(const SnapshotInfo& info) {
    return {info.pid,
            info.number,
            info.start_unix_ns,
            info.unix_ns,
            info.exe,
            info.host,
            {info.traced_bytes, info.traced_blocks}};
}

template <class Value>
void keep_common(Value& ours, const Value& theirs) {
    if (ours != theirs) {
        ours = Value();
    }
}

bool comes_before(const Trace& a, const Trace& b) noexcept {
    return a.traceback != b.traceback ? a.traceback < b.traceback : a.size < b.size;
}

}  // namespace

void DumpMerge::add(const RawSnapshot& raw) {
    add_sources(raw.info);
    add_facts(raw.info);
    const std::vector<std::uint32_t> addresses = code_.add(raw);
    const std::vector<std::uint32_t> stacks = stacks_.add(raw, addresses);
    add_births(raw, stacks);
    add_traces(raw, stacks);
    add_traffic(raw, stacks);
    add_frames(raw, addresses);
    add_losses(raw);
}

RawSnapshot DumpMerge::take() {
    sum_.reason = dump::SnapshotReason::merged;
    sum_.info.reason = "merged";
    sum_.info.number = 1;
    take_code();
    sum_traces();
    take_births();
    take_frames();
    take_traffic();
    take_losses();
    return std::move(sum_);
}

void DumpMerge::add_sources(const SnapshotInfo& info) {
    if (info.sources.empty()) {
        add_source(source_of(info), info.dump_path);
    }
    for (const SourceSnapshot& source : info.sources) {
        add_source(source, info.dump_path);
    }
}

void DumpMerge::add_source(const SourceSnapshot& source, const std::string& path) {
    if (!processes_.emplace(source.host, source.pid, source.start_unix_ns).second) {
        throw OperationError(path + ": a second snapshot of process " + std::to_string(source.pid) +
                             (source.host.empty() ? "" : " on " + source.host) +
                             " (its blocks would count twice: merge one of each process)");
    }
    sum_.info.sources.push_back(source);
}

void DumpMerge::add_facts(const SnapshotInfo& info) {
    SnapshotInfo& sum = sum_.info;
    if (!std::exchange(has_facts_, true)) {
        sum.exe = info.exe;
        sum.command_line = info.command_line;
        sum.host = info.host;
        sum.session = info.session;
        sum.start_unix_ns = info.start_unix_ns;
        sum.unix_ns = info.unix_ns;
        sum.allocator_known = true;
        sum.leaks_known = true;
    }
    keep_common(sum.exe, info.exe);
    keep_common(sum.command_line, info.command_line);
    keep_common(sum.host, info.host);
    keep_common(sum.session, info.session);
    sum.start_unix_ns = std::min(sum.start_unix_ns, info.start_unix_ns);
    sum.unix_ns = std::max(sum.unix_ns, info.unix_ns);
    sum.nframe = std::max(sum.nframe, info.nframe);
    sum.consistent = sum.consistent && info.consistent;
    sum.forked_child = sum.forked_child || info.forked_child;
    sum.pause_ns = std::max(sum.pause_ns, info.pause_ns);
    sum.allocator_known = sum.allocator_known && info.allocator_known;
    sum.leaks_known = sum.leaks_known && info.leaks_known;
    if (info.sampling) {
        Sampling& rate = sum.sampling ? *sum.sampling : sum.sampling.emplace();
        rate.mean_bytes = std::max(rate.mean_bytes, info.sampling->mean_bytes);
        rate.adaptive = rate.adaptive || info.sampling->adaptive;
    }
    for (const auto member :
         {&SnapshotInfo::traced_bytes, &SnapshotInfo::traced_blocks,
          &SnapshotInfo::peak_traced_bytes, &SnapshotInfo::own_bytes, &SnapshotInfo::rss_bytes,
          &SnapshotInfo::peak_rss_bytes, &SnapshotInfo::allocator_heap_bytes,
          &SnapshotInfo::allocator_mmap_bytes, &SnapshotInfo::allocator_used_bytes,
          &SnapshotInfo::allocator_free_bytes}) {
        sum.*member += info.*member;
    }
}

void DumpMerge::add_traces(const RawSnapshot& raw, const std::vector<std::uint32_t>& stacks) {
    for (Trace trace : raw.traces) {
        trace.traceback = stacks[trace.traceback];
        sum_.traces.push_back(trace);
    }
    if (sum_.traces.size() > 2 * summed_) {
        sum_traces();
    }
}

void DumpMerge::add_births(const RawSnapshot& raw, const std::vector<std::uint32_t>& stacks) {
    has_births_ = has_births_ && (!raw.info.forked_child || raw.births.is_known());
    for (const Birth& birth : raw.births.rows) {
        const Epoch& epoch = raw.births.epochs[birth.epoch];
        if (epoch.inherited) {
            const Trace& trace = raw.traces[birth.trace];
            inherited_[{stacks[trace.traceback], trace.size}] += birth.count;
            inherited_since_ =
                std::min(inherited_since_.value_or(epoch.start_unix_ns), epoch.start_unix_ns);
        }
    }
}

/// A sum of which a part was not counted would pass for the whole.
void DumpMerge::add_traffic(const RawSnapshot& raw, const std::vector<std::uint32_t>& stacks) {
    has_traffic_ = has_traffic_ && raw.traffic;
    if (!has_traffic_) {
        traffic_.clear();
        calls_.clear();
        return;
    }
    for (const Traffic& one : *raw.traffic) {
        Traffic& sum =
            traffic_[{stacks[one.traceback], one.mean_bytes != 0 ? one.block_size() : 0}];
        sum.mean_bytes = one.mean_bytes;
        sum.count += one.count;
        sum.size += one.size;
        sum.temporary_count += one.temporary_count;
        sum.temporary_size += one.temporary_size;
    }
    for (const RawCalls& one : raw.calls) {
        calls_[one.function] += one.count;
    }
}

void DumpMerge::sum_traces() {
    std::vector<Trace>& traces = sum_.traces;
    std::sort(traces.begin(), traces.end(), comes_before);
    std::size_t kept = 0;
    for (const Trace& trace : traces) {
        const bool is_same = kept > 0 && traces[kept - 1].traceback == trace.traceback &&
                             traces[kept - 1].size == trace.size;
        if (is_same) {
            traces[kept - 1].count += trace.count;
            traces[kept - 1].unreachable_direct += trace.unreachable_direct;
            traces[kept - 1].unreachable_indirect += trace.unreachable_indirect;
        } else {
            traces[kept++] = trace;
        }
    }
    traces.resize(kept);
    summed_ = kept;
}

/// An address that several dumps carry frames of has those of the first: it is the same code.
void DumpMerge::add_frames(const RawSnapshot& raw, const std::vector<std::uint32_t>& addresses) {
    frames_.resize(code_.addresses.size());
    for (std::size_t first = 0; first < raw.frames.size();) {
        std::vector<RawSourceFrame> chain;
        std::size_t at = first;
        for (; at < raw.frames.size() && raw.frames[at].address == raw.frames[first].address;
             ++at) {
            RawSourceFrame frame = raw.frames[at];
            frame.address = addresses[frame.address];
            frame.function = add_text(raw, frame.function);
            frame.filename = add_text(raw, frame.filename);
            chain.push_back(frame);
        }
        first = at;
        std::vector<RawSourceFrame>& place = frames_[chain.front().address];
        if (place.empty()) {
            place = std::move(chain);
        }
    }
}

std::uint32_t DumpMerge::add_text(const RawSnapshot& raw, std::uint32_t index) {
    if (index == dump::kNone) {
        return dump::kNone;
    }
    const auto [entry, is_new] = texts_.try_emplace(
        raw.frame_texts[index], static_cast<std::uint32_t>(sum_.frame_texts.size()));
    if (is_new) {
        sum_.frame_texts.push_back(raw.frame_texts[index]);
    }
    return entry->second;
}

void DumpMerge::add_losses(const RawSnapshot& raw) {
    for (const RawLoss& loss : raw.losses) {
        losses_[loss.reason] += loss.count;
    }
}

void DumpMerge::take_code() {
    sum_.modules = std::move(code_.modules);
    sum_.addresses = std::move(code_.addresses);
    sum_.stacks = std::move(stacks_.stacks);
    sum_.stack_addresses = std::move(stacks_.addresses);
    sum_.labels = std::move(stacks_.labels);
    sum_.rates = std::move(stacks_.rates);
}

void DumpMerge::take_frames() {
    for (const std::vector<RawSourceFrame>& chain : frames_) {
        sum_.frames.insert(sum_.frames.end(), chain.begin(), chain.end());
    }
}

void DumpMerge::take_losses() {
    for (const auto& [reason, count] : losses_) {
        sum_.losses.push_back({reason, count});
    }
}

void DumpMerge::take_births() {
    if (!has_births_ || !sum_.info.forked_child) {
        return;
    }
    const std::int64_t start = sum_.info.start_unix_ns;
    sum_.births.epochs = {{0, true, inherited_since_.value_or(start)}, {0, false, start}};
    for (std::uint32_t at = 0; at < sum_.traces.size(); ++at) {
        const Trace& trace = sum_.traces[at];
        const auto found = inherited_.find({trace.traceback, trace.size});
        const std::uint64_t inherited = found != inherited_.end() ? found->second : 0;
        if (inherited > 0) {
            sum_.births.rows.push_back({at, 0, inherited});
        }
        if (inherited < trace.count) {
            sum_.births.rows.push_back({at, 1, trace.count - inherited});
        }
    }
}

void DumpMerge::take_traffic() {
    if (has_traffic_) {
        std::vector<Traffic>& traffic = sum_.traffic.emplace();
        for (auto& [key, sum] : traffic_) {
            sum.traceback = key.first;
            traffic.push_back(sum);
        }
    }
    for (const auto& [function, count] : calls_) {
        sum_.calls.push_back({function, count});
    }
}

}  // namespace tracemalloc::analyze
