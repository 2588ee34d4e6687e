// SPDX-License-Identifier: MIT
//
// Frozen view + stacks + modules → a dump file.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/dump_format.h"
#include "preload/snapshot/code_history.h"
#include "preload/snapshot/frozen_view.h"
#include "preload/snapshot/leak_scan.h"
#include "preload/snapshot/raw_file.h"
#include "preload/store/label_table.h"
#include "preload/store/stack_interner.h"

namespace tracemalloc::preload {

struct AllocatorStatistics {
    bool is_known = false;
    std::uint64_t heap_bytes = 0;
    std::uint64_t mmap_bytes = 0;
    std::uint64_t used_bytes = 0;
    std::uint64_t free_bytes = 0;
};

struct DumpContent {
    const FrozenView& view;
    const StackInterner& stacks;
    const LabelTable& labels;
    std::span<const LoadedModule> modules;  ///< mapped now
    const CodeHistory& code;                ///< and before
    AllocatorStatistics allocator;
    std::uint64_t peak_bytes;
    std::uint64_t own_bytes;
    std::string_view session;
    std::int64_t start_unix_ns;
    std::uint32_t number;
    dump::SnapshotReason reason;
    std::uint32_t nframe;
    bool is_forked_child;
    std::uint64_t failed_dumps;
    std::uint64_t sample_mean = 0;            ///< bytes between two samples now; 0: every block
    std::uint32_t sampling_flags = 0;         ///< dump::SamplingFlag
    bool is_sampled = false;                  ///< now, or in the past
    bool puts_addresses = false;              ///< of blocks; the view has them
    const LeakScan* leaks = nullptr;          ///< null: not looked for
    const dump::CrashFacts* crash = nullptr;  ///< null: no signal ends the process
};

/// 0, or the errno of what failed; no file is left then. `published`, if given: what it became.
int write_dump(std::string_view path, const DumpContent& content,
               PublishedFile* published = nullptr) noexcept;

}  // namespace tracemalloc::preload
