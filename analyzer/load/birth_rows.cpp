// SPDX-License-Identifier: MIT
#include "analyzer/load/birth_rows.h"

#include "analyzer/load/dump_error.h"
#include "analyzer/load/row_cursor.h"

namespace tracemalloc::analyze {

using dump::SectionKind;

namespace {

void read_epochs(const DumpView& view, Births& births) {
    births.epochs.reserve(view.epochs().size());
    for (const dump::Epoch& epoch : view.epochs()) {
        births.epochs.push_back(
            {epoch.snapshots, (epoch.flags & dump::kInherited) != 0, epoch.start_unix_ns});
    }
}

}  // namespace

void decode_births(const DumpView& view, RawSnapshot& raw) {
    if (!view.has(SectionKind::births)) {
        return;
    }
    read_epochs(view, raw.births);
    const PackedRows rows = view.births();
    RowCursor cursor(view, SectionKind::births, rows);
    raw.births.rows.reserve(rows.count);
    Birth birth;
    std::uint64_t left = 0;  // blocks of this block row that are in none of the rows so far
    for (std::uint64_t row = 0; row < rows.count; ++row) {
        cursor.begin_row(row);
        const std::uint64_t step = cursor.next();
        const std::uint64_t epoch_step = cursor.next();
        birth.count = cursor.next();
        const bool is_same_row = row > 0 && step == 0;
        cursor.unless(is_same_row || left == 0, "the block row before has more blocks");
        cursor.unless(step == (row > 0 && !is_same_row ? 1U : 0U), "leaves a block row out");
        if (!is_same_row) {
            birth.trace += static_cast<std::uint32_t>(step);
            cursor.unless(birth.trace < raw.traces.size(), "its block row does not exist");
            left = raw.traces[birth.trace].count;
            birth.epoch = 0;
        }
        cursor.unless(!is_same_row || epoch_step > 0, "repeats a block row and epoch");
        cursor.unless(epoch_step < raw.births.epochs.size() - birth.epoch,
                      "its epoch does not exist");
        birth.epoch += static_cast<std::uint32_t>(epoch_step);
        cursor.unless(birth.count > 0, "stands for no block");
        cursor.unless(birth.count <= left, "its block row has fewer blocks");
        left -= birth.count;
        raw.births.rows.push_back(birth);
    }
    cursor.finish();
    const std::uint64_t told = rows.count > 0 ? std::uint64_t{birth.trace} + 1 : 0;
    if (left > 0 || told != raw.traces.size()) {
        fail_dump(view.path(), SectionKind::births, "does not hold all blocks");
    }
}

Births births_of(const RawSnapshot& raw) {
    Births births = raw.births;
    if (!births.is_known() && raw.info.number <= 1 && !raw.info.forked_child) {
        births.epochs.push_back({0, false, raw.info.start_unix_ns});
    }
    return births;
}

}  // namespace tracemalloc::analyze
