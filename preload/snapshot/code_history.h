// SPDX-License-Identifier: MIT
//
// What code the process had: when dlclose unloads an object, the object is remembered and the
// stacks that ran through it are retired, so that their addresses are never read as those of
// whatever is mapped there next.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "preload/platform/spin_lock.h"
#include "preload/snapshot/module_list.h"
#include "preload/store/stack_interner.h"

namespace tracemalloc::preload {

class CodeHistory {
public:
    /// Before and after the loader may unload something. Inside a hook, so that no signal handler
    /// takes a snapshot of half a list.
    void before_unload() noexcept;
    /// `forget` begins a code generation, in which nothing is learned yet, if something was
    /// unloaded. Called twice: at once, for another thread may already load something at the same
    /// addresses, and when the stacks are retired, which it may have found until then.
    void after_unload(StackInterner& stacks, std::uint32_t (*forget)() noexcept) noexcept;

    [[nodiscard]] std::span<const LoadedModule> unloaded() const noexcept {
        return unloaded_.view();
    }
    /// Held while a dump reads unloaded().
    SpinLock& lock() noexcept { return lock_; }

private:
    SpinLock lock_;
    std::uint64_t seen_loads_ = 0;
    std::uint64_t seen_unloads_ = 0;
    ModuleList mapped_;
    ModuleList unloaded_;
};

}  // namespace tracemalloc::preload
