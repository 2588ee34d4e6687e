// SPDX-License-Identifier: MIT
#include "analyzer/load/packed_rows.h"

#include <algorithm>
#include <limits>

#include "analyzer/load/rates_in_order.h"
#include "analyzer/load/row_cursor.h"

namespace tracemalloc::analyze {

using dump::SectionKind;

namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr auto kMax63Bits = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

}  // namespace

void decode_stacks(const DumpView& view, RawSnapshot& raw) {
    const PackedRows rows = view.stacks();
    const std::uint64_t address_count = view.addresses().size();
    RowCursor cursor(view, SectionKind::stacks, rows);
    raw.stacks.reserve(rows.count);
    RawStack previous;
    for (std::uint64_t row = 0; row < rows.count; ++row) {
        cursor.begin_row(row);
        const std::uint64_t flags = cursor.next();
        const std::uint64_t depth = cursor.next();
        const std::uint64_t shared = cursor.next();
        cursor.unless(depth <= kMaxDepth, "deeper than 512 frames");
        cursor.unless(shared <= depth && shared <= previous.depth,
                      "shares more frames than there are");
        auto& all = raw.stack_addresses;
        cursor.unless(all.size() + depth <= kMaxStackFrames,
                      "all stacks together have too many frames");
        const RawStack stack{all.size(), static_cast<std::uint32_t>(depth),
                             (flags & dump::kCutByLimit) != 0, (flags & dump::kCutByUnwinder) != 0};
        for (std::uint64_t i = shared; i < depth; ++i) {
            const std::uint64_t address = cursor.next();
            cursor.unless(address < address_count, "an address does not exist");
            all.push_back(static_cast<std::uint32_t>(address));
        }
        for (std::uint64_t i = previous.depth - shared; i < previous.depth; ++i) {
            all.push_back(all[previous.first + i]);
        }
        raw.stacks.push_back(stack);
        previous = stack;
    }
    cursor.finish();
}

void decode_blocks(const DumpView& view, RawSnapshot& raw) {
    const PackedRows rows = view.blocks();
    RowCursor cursor(view, SectionKind::blocks, rows);
    raw.traces.reserve(rows.count);
    std::uint64_t stack = 0;
    std::uint64_t size = 0;
    std::uint64_t size_sum = 0;
    std::uint64_t count_sum = 0;
    for (std::uint64_t row = 0; row < rows.count; ++row) {
        cursor.begin_row(row);
        const std::uint64_t stack_step = cursor.next();
        const std::uint64_t size_step = cursor.next();
        const std::uint64_t count = cursor.next();
        cursor.unless(stack_step < raw.stacks.size() - stack, "its stack does not exist");
        stack += stack_step;
        const bool is_same_stack = row > 0 && stack_step == 0;
        cursor.unless(!is_same_stack || size_step > 0, "repeats a stack and size");
        const std::uint64_t base = is_same_stack ? size : 0;
        cursor.unless(size_step <= kMax63Bits - base, "a size does not fit 63 bits");
        size = base + size_step;
        cursor.unless(count > 0, "stands for no block");
        cursor.unless(count <= kMax63Bits - count_sum, "the number of blocks does not fit 63 bits");
        cursor.unless(size == 0 || count <= (kMax63Bits - size_sum) / size,
                      "the sum of all sizes does not fit 63 bits");
        count_sum += count;
        size_sum += size * count;
        raw.traces.push_back({0, static_cast<std::uint32_t>(stack), size, count});
    }
    cursor.finish();
}

void decode_leaks(const DumpView& view, RawSnapshot& raw) {
    const PackedRows rows = view.leaks();
    RowCursor cursor(view, SectionKind::leaks, rows);
    std::uint64_t at = 0;
    for (std::uint64_t row = 0; row < rows.count; ++row) {
        cursor.begin_row(row);
        const std::uint64_t step = cursor.next();
        const std::uint64_t direct = cursor.next();
        const std::uint64_t indirect = cursor.next();
        cursor.unless(row == 0 || step > 0, "repeats a row of the blocks section");
        cursor.unless(step < raw.traces.size() - at,
                      "its row of the blocks section does not exist");
        at += step;
        Trace& trace = raw.traces[at];
        cursor.unless(direct > 0 || indirect > 0, "stands for no block");
        cursor.unless(direct <= trace.count && indirect <= trace.count - direct,
                      "more blocks are unreachable than there are");
        trace.unreachable_direct = direct;
        trace.unreachable_indirect = indirect;
    }
    cursor.finish();
}

namespace {

/// Samples of one size, behind smaller ones of the same stack.
bool are_samples(const Traffic& one, const Traffic* previous) {
    return one.size % one.count == 0 &&
           one.temporary_size == one.temporary_count * one.block_size() &&
           (previous == nullptr || previous->block_size() < one.block_size());
}

}  // namespace

void decode_traffic(const DumpView& view, RawSnapshot& raw) {
    if (!view.has(SectionKind::traffic)) {
        return;
    }
    const PackedRows rows = view.traffic();
    RowCursor cursor(view, SectionKind::traffic, rows);
    std::vector<Traffic>& traffic = raw.traffic.emplace();
    traffic.reserve(rows.count);
    std::uint64_t stack = 0;
    std::uint64_t count_sum = 0;
    std::uint64_t size_sum = 0;
    double estimate_sum = 0;
    RatesInOrder rates(view);
    for (std::uint64_t row = 0; row < rows.count; ++row) {
        cursor.begin_row(row);
        const std::uint64_t step = cursor.next();
        Traffic one;
        one.count = cursor.next();
        one.size = cursor.next();
        one.temporary_count = cursor.next();
        one.temporary_size = cursor.next();
        cursor.unless(step < raw.stacks.size() - stack, "its stack does not exist");
        stack += step;
        one.mean_bytes = rates.of(stack);
        const bool repeats = row > 0 && step == 0;
        cursor.unless(!repeats || one.mean_bytes != 0, "repeats a stack");
        cursor.unless(one.count > 0, "stands for no allocation");
        cursor.unless(one.count <= kMax63Bits - count_sum,
                      "the number of allocations does not fit 63 bits");
        cursor.unless(one.size <= kMax63Bits - size_sum,
                      "the sum of all sizes does not fit 63 bits");
        cursor.unless(one.temporary_count <= one.count && one.temporary_size <= one.size,
                      "more is temporary than there is");
        cursor.unless(one.temporary_count > 0 || one.temporary_size == 0,
                      "temporary bytes without an allocation");
        if (one.mean_bytes != 0) {
            cursor.unless(are_samples(one, repeats ? &traffic.back() : nullptr),
                          "not samples of one size, or not sorted by it");
            const double all = static_cast<double>(one.count) *
                               (1 + unseen_blocks(one.block_size(), one.mean_bytes));
            estimate_sum += all * std::max(1.0, static_cast<double>(one.block_size()));
        }
        cursor.unless(estimate_sum == 0 || estimate_sum + static_cast<double>(size_sum) < kTwoTo63,
                      "the estimated sum does not fit 63 bits");
        one.traceback = static_cast<std::uint32_t>(stack);
        count_sum += one.count;
        size_sum += one.size;
        traffic.push_back(one);
    }
    cursor.finish();
}

}  // namespace tracemalloc::analyze
