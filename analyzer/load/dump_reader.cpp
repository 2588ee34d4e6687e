// SPDX-License-Identifier: MIT
#include "analyzer/load/dump_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/load/birth_rows.h"
#include "analyzer/load/block_addresses.h"
#include "analyzer/load/dump_error.h"
#include "analyzer/load/packed_rows.h"
#include "analyzer/load/sample_rates.h"
#include "analyzer/signal_name.h"
#include "common/allocation_function.h"
#include "common/loss_reason.h"
#include "common/snapshot_reason.h"

namespace tracemalloc::analyze {

namespace {

std::vector<std::string> split_arguments(std::string_view line) {
    std::vector<std::string> arguments;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find('\0'), line.size());
        arguments.emplace_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return arguments;
}

std::string reason_text(dump::SnapshotReason reason) {
    const std::string_view name = snapshot_reason_name(reason);
    return name.empty() ? "reason " + std::to_string(static_cast<std::uint32_t>(reason))
                        : std::string(name);
}

void read_process(const DumpView& view, SnapshotInfo& info) {
    const dump::Process& process = view.process();
    info.pid = process.pid;
    info.parent_pid = process.parent_pid;
    info.start_unix_ns = process.start_unix_ns;
    info.exe = view.text(process.exe);
    info.command_line = split_arguments(view.text(process.command_line));
    info.host = view.text(process.host);
    info.session = view.text(process.session);
}

void read_moment(const DumpView& view, SnapshotInfo& info) {
    const dump::SnapshotInfo& snapshot = view.snapshot();
    info.number = snapshot.number;
    info.reason = reason_text(snapshot.reason);
    info.unix_ns = snapshot.unix_ns;
    info.monotonic_ns = snapshot.monotonic_ns;
    info.nframe = snapshot.nframe;
    info.consistent = (snapshot.flags & dump::kFrozen) != 0;
    info.forked_child = (snapshot.flags & dump::kForkedChild) != 0;
    info.pause_ns = snapshot.pause_ns;
}

void read_crash(const DumpView& view, SnapshotInfo& info) {
    const dump::CrashFacts* const facts = view.crash();
    if (facts == nullptr) {
        return;
    }
    Crash& crash = info.crash.emplace();
    crash.signal = signal_name(static_cast<int>(facts->signal));
    crash.number = facts->signal;
    crash.code = facts->code;
    crash.thread = facts->thread;
    if ((facts->flags & dump::kHasAddress) != 0) {
        crash.address = facts->address;
    }
    if ((facts->flags & dump::kHasSender) != 0) {
        crash.sender = facts->sender;
    }
}

void read_memory(const DumpView& view, SnapshotInfo& info) {
    const dump::MemoryInfo& memory = view.memory();
    info.traced_bytes = memory.traced_bytes;
    info.traced_blocks = memory.traced_blocks;
    info.peak_traced_bytes = memory.peak_traced_bytes;
    info.own_bytes = memory.own_bytes;
    info.rss_bytes = memory.rss_bytes;
    info.peak_rss_bytes = memory.peak_rss_bytes;
    info.allocator_known = memory.allocator_known != 0;
    info.allocator_heap_bytes = memory.allocator_heap_bytes;
    info.allocator_mmap_bytes = memory.allocator_mmap_bytes;
    info.allocator_used_bytes = memory.allocator_used_bytes;
    info.allocator_free_bytes = memory.allocator_free_bytes;
}

void read_sources(const DumpView& view, SnapshotInfo& info) {
    for (const dump::SourceDump& source : view.sources()) {
        info.sources.push_back({source.pid,
                                source.number,
                                source.start_unix_ns,
                                source.unix_ns,
                                std::string(view.text(source.exe)),
                                std::string(view.text(source.host)),
                                {source.traced_bytes, source.traced_blocks}});
    }
}

void read_sampling(const DumpView& view, SnapshotInfo& info) {
    if (const dump::SamplingInfo* const sampling = view.sampling()) {
        info.sampling = {sampling->mean_bytes, (sampling->flags & dump::kAdaptive) != 0};
    }
}

SnapshotInfo make_info(const DumpView& view, const std::vector<RawStack>& stacks) {
    SnapshotInfo info;
    info.dump_path = view.path();
    read_process(view, info);
    read_moment(view, info);
    read_memory(view, info);
    read_sources(view, info);
    read_crash(view, info);
    read_sampling(view, info);
    for (const RawStack& stack : stacks) {
        info.cut_tracebacks += stack.cut_by_limit ? 1 : 0;
        info.unfinished_tracebacks += stack.cut_by_unwinder ? 1 : 0;
    }
    for (const dump::Loss& loss : view.losses()) {
        const char* const known = loss_text(loss.reason);
        info.losses.emplace_back(
            known != nullptr ? known : "losses of reason " + std::to_string(loss.reason),
            loss.count);
    }
    info.leaks_known = view.has(dump::SectionKind::leaks);
    for (const dump::FunctionCalls& one : view.calls()) {
        const char* const known = allocation_function_name(one.function);
        info.calls.emplace_back(
            known != nullptr ? known : "function " + std::to_string(one.function), one.count);
    }
    return info;
}

std::vector<RawModule> read_modules(const DumpView& view) {
    std::vector<RawModule> modules;
    modules.reserve(view.modules().size());
    for (const dump::Module& module : view.modules()) {
        RawModule& raw = modules.emplace_back();
        raw.path = view.text(module.path);
        raw.build_id = view.text(module.build_id);
        raw.load_bias = module.load_bias;
        raw.start = module.start;
        raw.end = module.end;
        raw.kind = module.kind;
        raw.unloaded = module.unloaded != 0;
    }
    for (const dump::Segment& segment : view.segments()) {
        modules[segment.module].segments.push_back(
            {segment.vaddr, segment.memory_bytes, segment.file_offset, segment.flags});
    }
    return modules;
}

/// Each text once, so that a snapshot holds no more text than its dump.
class TextTable {
public:
    TextTable(const DumpView& view, std::vector<std::string>& texts) : view_(view), texts_(texts) {}

    std::uint32_t index_of(dump::Text text) {
        if (text.offset == dump::kNone) {
            return dump::kNone;
        }
        const auto [entry, is_new] = indexes_.try_emplace(
            std::pair(text.offset, text.bytes), static_cast<std::uint32_t>(texts_.size()));
        if (is_new) {
            bytes_ += text.bytes;
            if (bytes_ > view_.strings_bytes()) {
                fail_dump(view_.path(), dump::SectionKind::frames, "its texts overlap");
            }
            texts_.emplace_back(view_.text(text));
        }
        return entry->second;
    }

private:
    const DumpView& view_;
    std::vector<std::string>& texts_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> indexes_;
    std::uint64_t bytes_ = 0;
};

void read_frames(const DumpView& view, RawSnapshot& raw) {
    TextTable texts(view, raw.frame_texts);
    raw.frames.reserve(view.frames().size());
    for (const dump::SourceFrame& frame : view.frames()) {
        raw.frames.push_back({frame.address, texts.index_of(frame.function),
                              texts.index_of(frame.filename), frame.lineno, frame.inlined != 0,
                              frame.hands_on != 0});
    }
}

/// Texts may be shared, so they are no more than the labels' own limit times their number.
void read_labels(const DumpView& view, RawSnapshot& raw) {
    raw.labels.reserve(view.labels().size());
    for (const dump::StackLabel& label : view.labels()) {
        raw.labels.push_back({label.stack, label.domain, std::string(view.text(label.tag))});
    }
    auto label = raw.labels.begin();
    for (Trace& trace : raw.traces) {
        while (label != raw.labels.end() && label->stack < trace.traceback) {
            ++label;
        }
        if (label != raw.labels.end() && label->stack == trace.traceback) {
            trace.domain = label->domain;
        }
    }
}

void read_inherited(RawSnapshot& raw) {
    if (!raw.info.forked_child || !raw.births.is_known()) {
        return;
    }
    Total& inherited = raw.info.inherited.emplace();
    for (const Birth& birth : raw.births.rows) {
        if (raw.births.epochs[birth.epoch].inherited) {
            Trace part = raw.traces[birth.trace];
            part.count = birth.count;
            inherited += part.total();
        }
    }
}

}  // namespace

RawSnapshot read_dump(const DumpView& view) {
    RawSnapshot raw;
    decode_stacks(view, raw);
    decode_blocks(view, raw);
    decode_births(view, raw);
    decode_block_addresses(view, raw, [](const RawBlock&) {});
    decode_leaks(view, raw);
    decode_traffic(view, raw);
    raw.info = make_info(view, raw.stacks);
    raw.reason = view.snapshot().reason;
    for (const dump::Loss& loss : view.losses()) {
        raw.losses.push_back({loss.reason, loss.count});
    }
    for (const dump::FunctionCalls& one : view.calls()) {
        raw.calls.push_back({one.function, one.count});
    }
    raw.modules = read_modules(view);
    raw.addresses.reserve(view.addresses().size());
    for (const dump::Address& address : view.addresses()) {
        raw.addresses.push_back(
            {address.address, address.module, (address.flags & dump::kExact) != 0});
    }
    read_frames(view, raw);
    read_labels(view, raw);
    read_rates(view, raw);
    read_inherited(raw);
    return raw;
}

SnapshotInfo read_info(const DumpView& view) {
    RawSnapshot raw;
    decode_stacks(view, raw);
    return make_info(view, raw.stacks);
}

}  // namespace tracemalloc::analyze
