// SPDX-License-Identifier: MIT
//
// The epochs, births and block births sections: which of the blocks were born when. The first
// snapshot of a process that was not forked does without: all were born before it.
#pragma once

#include <cstdint>

#include "preload/snapshot/block_rows.h"
#include "preload/snapshot/dump_file.h"
#include "preload/snapshot/frozen_view.h"

namespace tracemalloc::preload {

inline void put_epochs(DumpFile& file, const FrozenView& view) noexcept {
    file.begin(dump::SectionKind::epochs);
    for (const dump::Epoch& epoch : view.epochs()) {
        file.put_record(epoch);
    }
    file.end(view.epochs().size());
}

inline void put_birth_rows(DumpFile& file, const FrozenView& view) noexcept {
    file.begin(dump::SectionKind::births);
    BirthRows rows(view);
    BirthRow last{};  // of no block: stack ids begin at 1
    std::uint64_t count = 0;
    for (BirthRow row{}; rows.next(row); ++count) {
        const bool is_new = !row.is_same_block_row(last);
        file.put_number(is_new && count != 0 ? 1 : 0);
        file.put_number(is_new ? row.epoch : row.epoch - last.epoch);
        file.put_number(row.count);
        last = row;
    }
    file.end(count);
}

inline void put_block_births(DumpFile& file, const FrozenView& view) noexcept {
    file.begin(dump::SectionKind::block_births);
    for (const Block& block : view.blocks()) {
        file.put_number(block.epoch);
    }
    file.end(view.blocks().size());
}

inline void put_births(DumpFile& file, const FrozenView& view, bool puts_addresses) noexcept {
    put_epochs(file, view);
    put_birth_rows(file, view);
    if (puts_addresses) {
        put_block_births(file, view);
    }
}

}  // namespace tracemalloc::preload
