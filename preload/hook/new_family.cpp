// SPDX-License-Identifier: MIT
#include "preload/hook/new_family.h"

#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <utility>

#include "preload/capture/entry_points.h"
#include "preload/hook/next_functions.h"
#include "preload/platform/spin_lock.h"

namespace tracemalloc::preload {

constinit NewFamily g_new_family;

namespace {

bool is_ours(const void* function) noexcept {
    return object_of(function) == object_of(reinterpret_cast<const void*>(&find_new_family));
}

template <typename Function>
void look_up(void* scope, Function*& function, const char* name) noexcept {
    void* const found = dlsym(scope, name);
    if (found == nullptr || is_ours(found)) {
        return;
    }
    function = reinterpret_cast<Function*>(found);
    Dl_info info{};
    const ElfW(Sym)* symbol = nullptr;
    if (dladdr1(found, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)),
                RTLD_DL_SYMENT) != 0 &&
        symbol != nullptr) {
        g_entry_points.add(reinterpret_cast<std::uintptr_t>(found), symbol->st_size);
    }
}

NewFamily find_in(void* scope) noexcept {
    NewFamily family;
    look_up(scope, family.plain, "_Znwm");
    look_up(scope, family.array, "_Znam");
    look_up(scope, family.plain_nothrow, "_ZnwmRKSt9nothrow_t");
    look_up(scope, family.array_nothrow, "_ZnamRKSt9nothrow_t");
    look_up(scope, family.plain_aligned, "_ZnwmSt11align_val_t");
    look_up(scope, family.array_aligned, "_ZnamSt11align_val_t");
    look_up(scope, family.plain_aligned_nothrow, "_ZnwmSt11align_val_tRKSt9nothrow_t");
    look_up(scope, family.array_aligned_nothrow, "_ZnamSt11align_val_tRKSt9nothrow_t");
    look_up(scope, family.free_plain, "_ZdlPv");
    look_up(scope, family.free_array, "_ZdaPv");
    look_up(scope, family.free_plain_sized, "_ZdlPvm");
    look_up(scope, family.free_array_sized, "_ZdaPvm");
    look_up(scope, family.free_plain_nothrow, "_ZdlPvRKSt9nothrow_t");
    look_up(scope, family.free_array_nothrow, "_ZdaPvRKSt9nothrow_t");
    look_up(scope, family.free_plain_aligned, "_ZdlPvSt11align_val_t");
    look_up(scope, family.free_array_aligned, "_ZdaPvSt11align_val_t");
    look_up(scope, family.free_plain_sized_aligned, "_ZdlPvmSt11align_val_t");
    look_up(scope, family.free_array_sized_aligned, "_ZdaPvmSt11align_val_t");
    look_up(scope, family.free_plain_aligned_nothrow, "_ZdlPvSt11align_val_tRKSt9nothrow_t");
    look_up(scope, family.free_array_aligned_nothrow, "_ZdaPvSt11align_val_tRKSt9nothrow_t");
    dlerror();
    family.calls_malloc =
        family.plain == nullptr || object_of(reinterpret_cast<const void*>(family.plain)) !=
                                       object_of(reinterpret_cast<const void*>(g_next.malloc));
    return family;
}

/// An object that called, and what it would have reached.
struct Caller {
    std::uintptr_t start = 0;
    std::uintptr_t end = 0;
    NewFamily family;
};

constexpr std::size_t kMostCallers = 64;
constinit Caller g_callers[kMostCallers];
constinit std::atomic<std::size_t> g_caller_count{0};
constinit SpinLock g_callers_lock;
constinit NewFamily g_stand_in;  // nothing found: malloc and free

Caller find_caller(std::uintptr_t return_address) noexcept {
    dl_find_object object{};
    Dl_info info{};
    Caller caller;
    if (_dl_find_object(reinterpret_cast<void*>(return_address), &object) != 0 ||
        dladdr(reinterpret_cast<void*>(return_address), &info) == 0 || info.dli_fname == nullptr) {
        return caller;
    }
    void* const scope = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    if (scope != nullptr) {
        caller.family = find_in(scope);
        caller.start = reinterpret_cast<std::uintptr_t>(object.dlfo_map_start);
        caller.end = reinterpret_cast<std::uintptr_t>(object.dlfo_map_end);
        g_next.dlclose(scope);
    }
    dlerror();
    return caller;
}

}  // namespace

void find_new_family() noexcept {
    g_new_family = find_in(RTLD_NEXT);
    // Our own functions stand between the program and the next one where they do not tail-call it.
    dl_find_object ours{};
    if (_dl_find_object(reinterpret_cast<void*>(&find_new_family), &ours) == 0) {
        const auto start = reinterpret_cast<std::uintptr_t>(ours.dlfo_map_start);
        g_entry_points.add(start, reinterpret_cast<std::uintptr_t>(ours.dlfo_map_end) - start);
    }
}

const NewFamily& new_family_of_caller(std::uintptr_t return_address) noexcept {
    const std::size_t known = g_caller_count.load(std::memory_order_acquire);
    for (std::size_t at = 0; at < known; ++at) {
        if (return_address >= g_callers[at].start && return_address < g_callers[at].end) {
            return g_callers[at].family;
        }
    }
    const Caller caller = find_caller(return_address);
    const SpinGuard guard(g_callers_lock);
    const std::size_t count = g_caller_count.load(std::memory_order_relaxed);
    if (caller.start == 0 || count == kMostCallers) {
        return g_stand_in;
    }
    g_callers[count] = caller;
    g_caller_count.store(count + 1, std::memory_order_release);
    return g_callers[count].family;
}

void forget_callers() noexcept {
    g_caller_count.store(0, std::memory_order_release);
}

}  // namespace tracemalloc::preload
