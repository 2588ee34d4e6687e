// SPDX-License-Identifier: MIT
#include "analyzer/load/block_addresses.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "analyzer/load/dump_error.h"
#include "analyzer/load/row_cursor.h"

namespace tracemalloc::analyze {

using dump::SectionKind;

namespace {

constexpr auto kMaxAddress = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

/// How many blocks of each kind are still to come.
template <class Key>
class Remaining {
public:
    void add(const Key& key, std::uint64_t count) { left_[key] = count; }
    /// False when there is none of this kind left.
    bool take(const Key& key) {
        const auto found = left_.find(key);
        return found != left_.end() && found->second-- > 0;
    }
    [[nodiscard]] bool is_empty() const {
        return std::all_of(left_.begin(), left_.end(),
                           [](const auto& entry) { return entry.second == 0; });
    }

private:
    std::map<Key, std::uint64_t> left_;
};

using BlockKind = std::pair<std::uint32_t, std::uint64_t>;  // stack and size
using BirthKind = std::pair<BlockKind, std::uint32_t>;      // and epoch

BlockKind kind_of(const Trace& trace) {
    return {trace.traceback, trace.size};
}

}  // namespace

void decode_block_addresses(const DumpView& view, const RawSnapshot& raw,
                            const std::function<void(const RawBlock&)>& visit) {
    const bool tells_births = view.has(SectionKind::block_births);
    Remaining<BlockKind> left;
    Remaining<BirthKind> unborn;
    if (view.has(SectionKind::block_addresses)) {
        for (const Trace& trace : raw.traces) {
            left.add(kind_of(trace), trace.count);
        }
        for (const Birth& birth : raw.births.rows) {
            unborn.add({kind_of(raw.traces[birth.trace]), birth.epoch}, birth.count);
        }
    }
    RowCursor cursor(view, SectionKind::block_addresses, view.block_addresses());
    RowCursor births(view, SectionKind::block_births, view.block_births());
    RawBlock block;
    for (std::uint64_t row = 0; row < view.block_addresses().count; ++row) {
        cursor.begin_row(row);
        const std::uint64_t step = cursor.next();
        const std::uint64_t stack = cursor.next();
        block.size = cursor.next();
        cursor.unless(step <= kMaxAddress - block.address, "its address does not fit 63 bits");
        block.address += step;
        cursor.unless(stack < raw.stacks.size(), "its stack does not exist");
        block.stack = static_cast<std::uint32_t>(stack);
        cursor.unless(left.take({block.stack, block.size}), "is not among the blocks");
        if (tells_births) {
            births.begin_row(row);
            const std::uint64_t epoch = births.next();
            births.unless(epoch < raw.births.epochs.size(), "its epoch does not exist");
            block.epoch = static_cast<std::uint32_t>(epoch);
            births.unless(unborn.take({{block.stack, block.size}, *block.epoch}),
                          "is not among the births");
        }
        visit(block);
    }
    cursor.finish();
    births.finish();
    if (!left.is_empty()) {
        fail_dump(view.path(), SectionKind::block_addresses, "does not hold all blocks");
    }
}

}  // namespace tracemalloc::analyze
