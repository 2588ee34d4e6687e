// SPDX-License-Identifier: MIT
#include "preload/hook/new_family.h"

#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <utility>

#include "preload/capture/entry_points.h"
#include "preload/hook/next_functions.h"
#include "preload/platform/loaded_object.h"
#include "preload/platform/scope_lookup.h"
#include "preload/platform/signal_mask.h"
#include "preload/platform/spin_lock.h"

namespace tracemalloc::preload {

constinit NewFamily g_new_family;

namespace {

constinit bool g_counts_calls = false;

bool is_ours(const void* function) noexcept {
    return object_of(function) == object_of(reinterpret_cast<const void*>(&find_new_family));
}

/// What the program as a whole would have reached, behind us.
struct NextInProgram {
    FoundFunction operator()(const char* name) const noexcept {
        void* const found = dlsym(RTLD_NEXT, name);
        Dl_info info{};
        const ElfW(Sym)* symbol = nullptr;
        if (found == nullptr ||
            dladdr1(found, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)),
                    RTLD_DL_SYMENT) == 0 ||
            symbol == nullptr) {
            return {reinterpret_cast<std::uintptr_t>(found), 0};
        }
        return {reinterpret_cast<std::uintptr_t>(found), symbol->st_size};
    }
};

struct NextInScope {
    const ObjectScope& scope;
    FoundFunction operator()(const char* name) const noexcept { return find_function(scope, name); }
};

template <typename Find, typename Function>
void look_up(const Find& find, Function*& function, const char* name) noexcept {
    const FoundFunction found = find(name);
    if (found.start != 0 && !is_ours(reinterpret_cast<const void*>(found.start))) {
        function = reinterpret_cast<Function*>(found.start);
        if (!g_entry_points.contain(found.start + 1)) {
            g_entry_points.add(found.start, found.bytes);
        }
    }
}

template <typename Find>
NewFamily find_in(const Find& scope) noexcept {
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
    family.calls_malloc =
        family.plain == nullptr || object_of(reinterpret_cast<const void*>(family.plain)) !=
                                       object_of(reinterpret_cast<const void*>(g_next.malloc));
    family.passes_on = family.calls_malloc && !g_counts_calls;
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
    Caller caller;
    if (_dl_find_object(reinterpret_cast<void*>(return_address), &object) == 0 &&
        in_scope_of(
            return_address,
            [](const ObjectScope& scope, void* family) noexcept {
                *static_cast<NewFamily*>(family) = find_in(NextInScope{scope});
            },
            &caller.family)) {
        caller.start = reinterpret_cast<std::uintptr_t>(object.dlfo_map_start);
        caller.end = reinterpret_cast<std::uintptr_t>(object.dlfo_map_end);
    }
    return caller;
}

}  // namespace

void find_new_family(bool counts_calls) noexcept {
    g_counts_calls = counts_calls;
    g_new_family = find_in(NextInProgram{});
    forget_failed_lookups();
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
    const Caller caller = known < kMostCallers ? find_caller(return_address) : Caller{};
    if (caller.start == 0) {
        return g_stand_in;
    }
    const AllSignalsBlocked no_signals;  // a handler may come here, too
    const SpinGuard guard(g_callers_lock);
    const std::size_t count = g_caller_count.load(std::memory_order_relaxed);
    if (count == kMostCallers) {
        return g_stand_in;
    }
    g_callers[count] = caller;
    g_caller_count.store(count + 1, std::memory_order_release);
    return g_callers[count].family;
}

void adopt_callers_in_child() noexcept {
    g_callers_lock.reset();
}

void forget_callers() noexcept {
    g_caller_count.store(0, std::memory_order_release);
}

}  // namespace tracemalloc::preload
