// SPDX-License-Identifier: MIT
//
// The ELF objects of the process, those that are mapped and those that were unloaded while stacks
// that ran through them still matter.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <span>

#include "common/dump_format.h"
#include "preload/platform/spin_lock.h"

namespace tracemalloc::preload {

struct LoadedSegment {
    std::uint32_t flags;
    std::uint64_t vaddr;
    std::uint64_t memory_bytes;
    std::uint64_t file_offset;
};

struct LoadedModule {
    static constexpr std::size_t kMostSegments = 12;
    static constexpr std::size_t kMostBuildIdBytes = 32;

    std::uintptr_t start;
    std::uintptr_t end;
    std::uint64_t load_bias;
    dump::ModuleKind kind;
    std::uint32_t unloaded_in;  ///< code generation that ended it; 0: mapped
    std::uint32_t path_bytes;
    std::uint32_t build_id_bytes;
    std::uint32_t segment_count;
    LoadedSegment segments[kMostSegments];
    unsigned char build_id[kMostBuildIdBytes];
    char path[PATH_MAX];

    [[nodiscard]] bool contains(std::uintptr_t address) const noexcept {
        return address >= start && address < end;
    }
};

/// A growable array of modules in memory of our own. No destructor gives that back: the lists that
/// live as long as the process are read by its last snapshot, which is taken after all destructors.
class ModuleList {
public:
    ModuleList() = default;
    ModuleList(const ModuleList&) = delete;
    ModuleList& operator=(const ModuleList&) = delete;

    /// Replaces the content by what is mapped now. False when /proc is not to be had.
    bool read() noexcept;
    /// Null when there is no memory.
    LoadedModule* append() noexcept;
    void swap(ModuleList& other) noexcept;
    void clear() noexcept { count_ = 0; }
    void release() noexcept;

    [[nodiscard]] std::span<const LoadedModule> view() const noexcept { return {modules_, count_}; }

private:
    LoadedModule* modules_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t count_ = 0;
};

/// One that a function reads and is done with.
struct ScopedModuleList : ModuleList {
    ScopedModuleList() = default;
    ~ScopedModuleList() { release(); }
    ScopedModuleList(const ScopedModuleList&) = delete;
    ScopedModuleList& operator=(const ScopedModuleList&) = delete;
};

}  // namespace tracemalloc::preload
