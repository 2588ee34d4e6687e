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

std::string stack_key(const RawStack& stack, const std::vector<std::uint32_t>& addresses) {
    std::string key(
        1, static_cast<char>((stack.cut_by_limit ? 1 : 0) | (stack.cut_by_unwinder ? 2 : 0)));
    key.append(reinterpret_cast<const char*>(addresses.data()),
               addresses.size() * sizeof(std::uint32_t));
    return key;
}

bool comes_before(const Trace& a, const Trace& b) noexcept {
    return a.traceback != b.traceback ? a.traceback < b.traceback : a.size < b.size;
}

}  // namespace

void DumpMerge::add(const RawSnapshot& raw) {
    if (!raw.labels.empty()) {
        throw OperationError(raw.info.dump_path +
                             ": has domains or tags, which a merged dump does not hold");
    }
    if (raw.info.sources.empty()) {
        add_source(source_of(raw.info), raw.info.dump_path);
    }
    for (const SourceSnapshot& source : raw.info.sources) {
        add_source(source, raw.info.dump_path);
    }
    add_facts(raw.info);
    const std::vector<std::uint32_t> addresses = code_.add(raw);
    add_traces(raw, add_stacks(raw, addresses));
    add_frames(raw, addresses);
    for (const RawLoss& loss : raw.losses) {
        losses_[loss.reason] += loss.count;
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
    for (const auto member :
         {&SnapshotInfo::traced_bytes, &SnapshotInfo::traced_blocks,
          &SnapshotInfo::peak_traced_bytes, &SnapshotInfo::own_bytes, &SnapshotInfo::rss_bytes,
          &SnapshotInfo::peak_rss_bytes, &SnapshotInfo::allocator_heap_bytes,
          &SnapshotInfo::allocator_mmap_bytes, &SnapshotInfo::allocator_used_bytes,
          &SnapshotInfo::allocator_free_bytes}) {
        sum.*member += info.*member;
    }
}

std::vector<std::uint32_t> DumpMerge::add_stacks(const RawSnapshot& raw,
                                                 const std::vector<std::uint32_t>& addresses) {
    std::vector<std::uint32_t> indexes;
    indexes.reserve(raw.stacks.size());
    std::vector<std::uint32_t> merged;
    for (const RawStack& stack : raw.stacks) {
        merged.clear();
        for (const std::uint32_t address : raw.addresses_of(stack)) {
            merged.push_back(addresses[address]);
        }
        const auto [entry, is_new] = stacks_.try_emplace(
            stack_key(stack, merged), static_cast<std::uint32_t>(sum_.stacks.size()));
        if (is_new) {
            sum_.stacks.push_back({sum_.stack_addresses.size(), stack.depth, stack.cut_by_limit,
                                   stack.cut_by_unwinder});
            sum_.stack_addresses.insert(sum_.stack_addresses.end(), merged.begin(), merged.end());
        }
        indexes.push_back(entry->second);
    }
    return indexes;
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

void DumpMerge::sum_traces() {
    std::vector<Trace>& traces = sum_.traces;
    std::sort(traces.begin(), traces.end(), comes_before);
    std::size_t kept = 0;
    for (const Trace& trace : traces) {
        const bool is_same = kept > 0 && traces[kept - 1].traceback == trace.traceback &&
                             traces[kept - 1].size == trace.size;
        if (is_same) {
            traces[kept - 1].count += trace.count;
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

RawSnapshot DumpMerge::take() {
    sum_traces();
    sum_.reason = dump::SnapshotReason::merged;
    sum_.info.reason = "merged";
    sum_.info.number = 1;
    sum_.modules = std::move(code_.modules);
    sum_.addresses = std::move(code_.addresses);
    for (const std::vector<RawSourceFrame>& chain : frames_) {
        sum_.frames.insert(sum_.frames.end(), chain.begin(), chain.end());
    }
    for (const auto& [reason, count] : losses_) {
        sum_.losses.push_back({reason, count});
    }
    std::sort(sum_.losses.begin(), sum_.losses.end(),
              [](const RawLoss& a, const RawLoss& b) { return a.reason < b.reason; });
    return std::move(sum_);
}

}  // namespace tracemalloc::analyze
