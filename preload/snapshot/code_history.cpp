// SPDX-License-Identifier: MIT
#include "preload/snapshot/code_history.h"

#include <link.h>

#include <string_view>

namespace tracemalloc::preload {

namespace {

struct LoaderCounts {
    std::uint64_t loads = 0;
    std::uint64_t unloads = 0;
};

/// How often the loader mapped and unmapped objects: tells at the price of one call whether a list
/// is still right.
LoaderCounts loader_counts() noexcept {
    LoaderCounts counts;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* out) {
            *static_cast<LoaderCounts*>(out) = {info->dlpi_adds, info->dlpi_subs};
            return 1;
        },
        &counts);
    return counts;
}

bool is_mapped(const ModuleList& list, const LoadedModule& module) noexcept {
    for (const LoadedModule& other : list.view()) {
        if (other.start == module.start && std::string_view(other.path, other.path_bytes) ==
                                               std::string_view(module.path, module.path_bytes)) {
            return true;
        }
    }
    return false;
}

}  // namespace

void CodeHistory::before_unload() noexcept {
    const LoaderCounts now = loader_counts();
    const SpinGuard guard(lock_);
    if (now.loads != seen_loads_ || now.unloads != seen_unloads_) {
        mapped_.read();
        seen_loads_ = now.loads;
        seen_unloads_ = now.unloads;
    }
}

void CodeHistory::after_unload(StackInterner& stacks, std::uint32_t (*forget)() noexcept) noexcept {
    const LoaderCounts now = loader_counts();
    const SpinGuard guard(lock_);
    if (now.unloads == seen_unloads_) {
        return;
    }
    const std::uint32_t generation = forget();
    ScopedModuleList current;
    if (!current.read()) {
        return;
    }
    const std::size_t known = unloaded_.view().size();
    for (const LoadedModule& module : mapped_.view()) {
        if (module.kind == dump::ModuleKind::file && !is_mapped(current, module)) {
            if (LoadedModule* const gone = unloaded_.append()) {
                *gone = module;
                gone->unloaded_in = generation;
            }
        }
    }
    const auto fresh = unloaded_.view().subspan(known);
    stacks.retire(generation, [&](std::uintptr_t address) {
        for (const LoadedModule& module : fresh) {
            if (module.contains(address)) {
                return true;
            }
        }
        return false;
    });
    forget();
    mapped_.swap(current);
    seen_loads_ = now.loads;
    seen_unloads_ = now.unloads;
}

}  // namespace tracemalloc::preload
