// SPDX-License-Identifier: MIT
#include "analyzer/block_search.h"

#include <cstdio>
#include <map>
#include <optional>
#include <utility>

#include "analyzer/attribution/attribute.h"
#include "analyzer/errors.h"
#include "analyzer/frame_source.h"
#include "analyzer/load/birth_rows.h"
#include "analyzer/load/block_addresses.h"
#include "analyzer/load/dump_reader.h"
#include "analyzer/load/dump_view.h"
#include "analyzer/load/mapped_file.h"
#include "analyzer/symbol_coverage.h"
#include "analyzer/traceback_builder.h"

namespace tracemalloc::analyze {

namespace {

std::string hexadecimal(std::uint64_t number) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
    return text;
}

/// The blocks around an address: the last one that begins at or below it, and the next one.
struct Neighbours {
    std::optional<RawBlock> below;
    std::optional<RawBlock> above;
};

Neighbours neighbours_of(const DumpView& view, const RawSnapshot& raw, std::uint64_t address) {
    Neighbours found;
    decode_block_addresses(view, raw, [&](const RawBlock& block) {
        if (block.address <= address) {
            found.below = block;
        } else if (!found.above) {
            found.above = block;
        }
    });
    return found;
}

/// A block of no bytes is still at its address.
bool holds(const RawBlock& block, std::uint64_t address) {
    return address == block.address || address - block.address < block.size;
}

[[noreturn]] void fail(const std::string& path, std::uint64_t address, const Neighbours& near) {
    std::string text = hexadecimal(address) + " is in no block of '" + path + "'";
    if (near.below) {
        const std::uint64_t end = near.below->address + near.below->size;
        text += "; a block of " + std::to_string(near.below->size) + " B ends " +
                std::to_string(address - end) + " B below it";
    }
    if (near.above) {
        text += "; one of " + std::to_string(near.above->size) + " B begins " +
                std::to_string(near.above->address - address) + " B above it";
    }
    throw OperationError(text);
}

/// The epoch of a block; also where all blocks of its row were born in one.
std::optional<std::uint32_t> epoch_of(const RawSnapshot& raw, const Births& births,
                                      const RawBlock& block) {
    if (block.epoch || !births.is_known()) {
        return block.epoch;
    }
    if (births.rows.empty()) {
        return 0;
    }
    std::optional<std::uint32_t> epoch;
    for (const Birth& birth : births.rows) {
        const Trace& trace = raw.traces[birth.trace];
        if (trace.traceback == block.stack && trace.size == block.size) {
            if (epoch) {
                return std::nullopt;
            }
            epoch = birth.epoch;
        }
    }
    return epoch;
}

void tell_birth(const RawSnapshot& raw, const RawBlock& block, FoundBlock& found) {
    const Births births = births_of(raw);
    const std::optional<std::uint32_t> epoch = epoch_of(raw, births, block);
    if (!epoch) {
        return;
    }
    found.born = births.epochs[*epoch];
    const bool is_last = *epoch + 1 == births.epochs.size();
    found.next_snapshot = is_last ? raw.info.number : births.epochs[*epoch + 1].snapshots;
}

/// A snapshot of that stack and its addresses alone.
RawSnapshot stack_alone(RawSnapshot raw, const RawBlock& block) {
    RawSnapshot one;
    std::map<std::uint32_t, std::uint32_t> indexes;
    for (const std::uint32_t address : raw.addresses_of(raw.stacks[block.stack])) {
        const auto [entry, is_new] =
            indexes.try_emplace(address, static_cast<std::uint32_t>(one.addresses.size()));
        if (is_new) {
            one.addresses.push_back(raw.addresses[address]);
        }
        one.stack_addresses.push_back(entry->second);
    }
    for (RawSourceFrame frame : raw.frames) {
        if (const auto entry = indexes.find(frame.address); entry != indexes.end()) {
            frame.address = entry->second;
            one.frames.push_back(frame);
        }
    }
    one.stacks.push_back(raw.stacks[block.stack]);
    one.stacks.front().first = 0;
    one.traces.push_back({0, 0, block.size, 1});
    one.info = std::move(raw.info);
    one.modules = std::move(raw.modules);
    one.frame_texts = std::move(raw.frame_texts);
    return one;
}

}  // namespace

FoundBlock find_block(const std::string& path, std::uint64_t address, FrameTable& table,
                      const PipelineOptions& options) {
    const MappedFile file(path);
    const DumpView view(path, file.bytes());
    RawSnapshot raw = read_dump(view);
    if (view.has(dump::SectionKind::sources)) {
        throw OperationError("'" + path +
                             "' is a merged dump, and addresses belong to one process (ask one of "
                             "the dumps that it was made of)");
    }
    if (!view.has(dump::SectionKind::block_addresses)) {
        throw OperationError("'" + path +
                             "' does not hold the addresses of its blocks (record with tmtool run "
                             "--blocks, or TRACEMALLOC_BLOCKS=1)");
    }
    const Neighbours near = neighbours_of(view, raw, address);
    if (!near.below || !holds(*near.below, address)) {
        fail(path, address, near);
    }
    FoundBlock found{.asked = address, .address = near.below->address, .size = near.below->size};
    tell_birth(raw, *near.below, found);
    RawSnapshot one = stack_alone(std::move(raw), *near.below);
    const Symbolization symbols = find_frames(one, table, options.symbolize);
    found.snapshot.tracebacks = build_tracebacks(one, symbols, table);
    found.snapshot.info = std::move(one.info);
    found.snapshot.traces = std::move(one.traces);
    attribute(found.snapshot.tracebacks, table, wrapper_rules(options.wrappers));
    found.snapshot.coverage = measure_coverage(one, symbols, found.snapshot, options.view);
    return found;
}

}  // namespace tracemalloc::analyze
