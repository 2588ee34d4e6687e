// SPDX-License-Identifier: MIT
#include "analyzer/save/block_rows.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/varint.h"

namespace tracemalloc::analyze {

namespace {

void put_number(PackedSection& section, std::uint64_t value) {
    unsigned char bytes[kMaxVarintBytes];
    const unsigned char* const last = put_varint(bytes, value);
    section.bytes.append(reinterpret_cast<const char*>(bytes),
                         static_cast<std::size_t>(last - bytes));
}

}  // namespace

std::vector<std::uint32_t> row_order(const RawSnapshot& raw) {
    const std::vector<Trace>& traces = raw.traces;
    std::vector<std::uint32_t> order(traces.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(traces[a].traceback, traces[a].size) <
               std::pair(traces[b].traceback, traces[b].size);
    });
    return order;
}

PackedSection encode_blocks(const RawSnapshot& raw, const std::vector<std::uint32_t>& order) {
    PackedSection section;
    std::uint32_t stack = 0;
    std::uint64_t size = 0;
    for (const std::uint32_t trace : order) {
        const Trace& row = raw.traces[trace];
        const bool is_same_stack = section.count > 0 && row.traceback == stack;
        put_number(section, row.traceback - stack);
        put_number(section, is_same_stack ? row.size - size : row.size);
        put_number(section, row.count);
        stack = row.traceback;
        size = row.size;
        ++section.count;
    }
    return section;
}

PackedSection encode_births(const RawSnapshot& raw, const std::vector<std::uint32_t>& order) {
    PackedSection section;
    const std::vector<Birth>& births = raw.births.rows;
    std::uint32_t row = 0;
    std::uint32_t last_row = 0;
    for (const std::uint32_t trace : order) {
        auto birth = std::lower_bound(
            births.begin(), births.end(), trace,
            [](const Birth& one, std::uint32_t wanted) { return one.trace < wanted; });
        std::uint32_t epoch = 0;
        for (; birth != births.end() && birth->trace == trace; ++birth) {
            put_number(section, row - last_row);
            put_number(section, birth->epoch - epoch);
            put_number(section, birth->count);
            last_row = row;
            epoch = birth->epoch;
            ++section.count;
        }
        ++row;
    }
    return section;
}

PackedSection encode_leaks(const RawSnapshot& raw, const std::vector<std::uint32_t>& order) {
    PackedSection section;
    std::uint32_t row = 0;
    std::uint32_t last_row = 0;
    for (const std::uint32_t trace : order) {
        const Trace& blocks = raw.traces[trace];
        if (blocks.unreachable_direct + blocks.unreachable_indirect != 0) {
            put_number(section, row - last_row);
            put_number(section, blocks.unreachable_direct);
            put_number(section, blocks.unreachable_indirect);
            last_row = row;
            ++section.count;
        }
        ++row;
    }
    return section;
}

}  // namespace tracemalloc::analyze
