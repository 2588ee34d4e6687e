// SPDX-License-Identifier: MIT
#include "analyzer/save/dump_encoder.h"

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "analyzer/save/block_rows.h"
#include "analyzer/save/dump_file.h"
#include "common/varint.h"

namespace tracemalloc::analyze {

namespace {

using dump::SectionKind;

class Encoder {
public:
    explicit Encoder(const RawSnapshot& raw) : raw_(raw), rows_(row_order(raw)) {}

    std::string encode() {
        put_process();
        put_snapshot();
        put_memory();
        put_modules();
        put_addresses();
        put_stacks();
        put_rows(SectionKind::blocks, encode_blocks(raw_, rows_));
        put_births();
        if (raw_.info.leaks_known) {
            put_rows(SectionKind::leaks, encode_leaks(raw_, rows_));
        }
        put_losses();
        put_frames();
        put_sources();
        put_labels();
        put_traffic();
        put_calls();
        put_sampling();
        begin();
        section_ = std::move(strings_);
        end(SectionKind::strings, section_.size());
        return file_.finish();
    }

private:
    void begin() { section_.clear(); }

    void end(SectionKind kind, std::uint64_t count) {
        file_.add(static_cast<std::uint32_t>(kind), count, section_);
    }

    template <class Record>
    void put(const Record& record) {
        section_.append(reinterpret_cast<const char*>(&record), sizeof record);
    }

    void put_number(std::uint64_t value) {
        unsigned char bytes[kMaxVarintBytes];
        const unsigned char* const last = put_varint(bytes, value);
        section_.append(reinterpret_cast<const char*>(bytes),
                        static_cast<std::size_t>(last - bytes));
    }

    /// Each text once. An empty one is absent.
    dump::Text text(std::string_view value) {
        if (value.empty()) {
            return {dump::kNone, 0};
        }
        if (strings_.size() + value.size() >= dump::kNone) {
            throw std::length_error("more than 4 GiB of names");
        }
        const auto [entry, is_new] = texts_.try_emplace(
            std::string(value), dump::Text{static_cast<std::uint32_t>(strings_.size()),
                                           static_cast<std::uint32_t>(value.size())});
        if (is_new) {
            strings_ += value;
        }
        return entry->second;
    }

    template <class Record>
    void put_single(SectionKind kind, const Record& record) {
        begin();
        put(record);
        end(kind, 1);
    }

    void put_process() {
        const SnapshotInfo& info = raw_.info;
        std::string command_line;
        for (const std::string& argument : info.command_line) {
            command_line.append(argument).push_back('\0');
        }
        put_single(SectionKind::process,
                   dump::Process{info.pid, info.parent_pid, info.start_unix_ns, text(info.exe),
                                 text(command_line), text(info.host), text(info.session)});
    }

    void put_snapshot() {
        const SnapshotInfo& info = raw_.info;
        const std::uint32_t flags =
            (info.consistent ? dump::kFrozen : 0U) | (info.forked_child ? dump::kForkedChild : 0U);
        put_single(SectionKind::snapshot,
                   dump::SnapshotInfo{info.number, raw_.reason, info.unix_ns, info.monotonic_ns,
                                      info.nframe, flags, info.pause_ns});
    }

    void put_memory() {
        const SnapshotInfo& info = raw_.info;
        put_single(SectionKind::memory,
                   dump::MemoryInfo{info.traced_bytes, info.traced_blocks, info.peak_traced_bytes,
                                    info.own_bytes, info.rss_bytes, info.peak_rss_bytes,
                                    info.allocator_known ? 1U : 0U, info.allocator_heap_bytes,
                                    info.allocator_mmap_bytes, info.allocator_used_bytes,
                                    info.allocator_free_bytes});
    }

    void put_modules() {
        begin();
        for (const RawModule& module : raw_.modules) {
            put(dump::Module{text(module.path), text(module.build_id), module.load_bias,
                             module.start, module.end, module.kind, module.unloaded ? 1U : 0U});
        }
        end(SectionKind::modules, raw_.modules.size());
        begin();
        std::uint64_t count = 0;
        for (std::uint32_t index = 0; index < raw_.modules.size(); ++index) {
            for (const RawSegment& segment : raw_.modules[index].segments) {
                put(dump::Segment{index, segment.flags, segment.vaddr, segment.memory_bytes,
                                  segment.file_offset});
                ++count;
            }
        }
        end(SectionKind::segments, count);
    }

    void put_addresses() {
        begin();
        for (const RawAddress& address : raw_.addresses) {
            put(dump::Address{address.address, address.module,
                              address.exact ? static_cast<std::uint32_t>(dump::kExact) : 0U});
        }
        end(SectionKind::addresses, raw_.addresses.size());
    }

    void put_stacks() {
        begin();
        std::span<const std::uint32_t> previous;
        for (const RawStack& stack : raw_.stacks) {
            const auto frames = raw_.addresses_of(stack);
            std::size_t shared = 0;
            while (shared < std::min(frames.size(), previous.size()) &&
                   frames[frames.size() - 1 - shared] == previous[previous.size() - 1 - shared]) {
                ++shared;
            }
            put_number((stack.cut_by_limit ? dump::kCutByLimit : 0U) |
                       (stack.cut_by_unwinder ? dump::kCutByUnwinder : 0U));
            put_number(frames.size());
            put_number(shared);
            for (std::size_t at = 0; at + shared < frames.size(); ++at) {
                put_number(frames[at]);
            }
            previous = frames;
        }
        end(SectionKind::stacks, raw_.stacks.size());
    }

    void put_rows(SectionKind kind, const PackedSection& rows) {
        file_.add(static_cast<std::uint32_t>(kind), rows.count, rows.bytes);
    }

    void put_births() {
        if (!raw_.births.is_known()) {
            return;
        }
        begin();
        for (const Epoch& epoch : raw_.births.epochs) {
            put(dump::Epoch{epoch.snapshots,
                            epoch.inherited ? static_cast<std::uint32_t>(dump::kInherited) : 0U,
                            epoch.start_unix_ns});
        }
        end(SectionKind::epochs, raw_.births.epochs.size());
        put_rows(SectionKind::births, encode_births(raw_, rows_));
    }

    void put_losses() {
        begin();
        for (const RawLoss& loss : raw_.losses) {
            put(dump::Loss{loss.reason, 0, loss.count});
        }
        end(SectionKind::losses, raw_.losses.size());
    }

    void put_frames() {
        if (raw_.frames.empty()) {
            return;
        }
        const auto known = [&](std::uint32_t index) {
            return index == dump::kNone ? dump::Text{dump::kNone, 0}
                                        : text(raw_.frame_texts[index]);
        };
        begin();
        for (const RawSourceFrame& frame : raw_.frames) {
            put(dump::SourceFrame{frame.address, frame.inlined ? 1U : 0U, known(frame.function),
                                  known(frame.filename), frame.lineno, frame.hands_on ? 1U : 0U});
        }
        end(SectionKind::frames, raw_.frames.size());
    }

    void put_sources() {
        if (raw_.info.sources.empty()) {
            return;
        }
        begin();
        for (const SourceSnapshot& source : raw_.info.sources) {
            put(dump::SourceDump{source.pid, source.number, source.start_unix_ns, source.unix_ns,
                                 source.total.size, source.total.count, text(source.exe),
                                 text(source.host)});
        }
        end(SectionKind::sources, raw_.info.sources.size());
    }

    void put_labels() {
        if (raw_.labels.empty()) {
            return;
        }
        begin();
        for (const RawLabel& label : raw_.labels) {
            put(dump::StackLabel{label.stack, label.domain, text(label.tag)});
        }
        end(SectionKind::labels, raw_.labels.size());
    }

    void put_traffic() {
        if (!raw_.traffic) {
            return;
        }
        begin();
        std::uint32_t stack = 0;
        for (const Traffic& one : *raw_.traffic) {
            put_number(one.traceback - stack);
            put_number(one.count);
            put_number(one.size);
            put_number(one.temporary_count);
            put_number(one.temporary_size);
            stack = one.traceback;
        }
        end(SectionKind::traffic, raw_.traffic->size());
    }

    void put_calls() {
        if (raw_.calls.empty()) {
            return;
        }
        begin();
        for (const RawCalls& one : raw_.calls) {
            put(dump::FunctionCalls{one.function, 0, one.count});
        }
        end(SectionKind::calls, raw_.calls.size());
    }

    void put_sampling() {
        if (raw_.info.sampling) {
            const Sampling& sampling = *raw_.info.sampling;
            put_single(
                SectionKind::sampling,
                dump::SamplingInfo{
                    sampling.mean_bytes,
                    sampling.adaptive ? static_cast<std::uint32_t>(dump::kAdaptive) : 0U, 0});
        }
        if (raw_.rates.empty()) {
            return;
        }
        begin();
        for (const RawRate& rate : raw_.rates) {
            put(dump::StackRate{rate.stack, 0, rate.mean_bytes});
        }
        end(SectionKind::sample_rates, raw_.rates.size());
    }

    const RawSnapshot& raw_;
    const std::vector<std::uint32_t> rows_;  // of the blocks section
    DumpFile file_;
    std::string section_;
    std::string strings_;
    std::unordered_map<std::string, dump::Text> texts_;
};

}  // namespace

std::string encode_dump(const RawSnapshot& raw) {
    return Encoder(raw).encode();
}

}  // namespace tracemalloc::analyze
