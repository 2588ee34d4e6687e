// SPDX-License-Identifier: MIT
#include "preload/capture/unwinder.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>

#include "preload/capture/entry_points.h"
#include "preload/capture/libunwind_library.h"
#include "preload/capture/rule_learner.h"
#include "preload/platform/diagnostics.h"

namespace tracemalloc::preload {

constinit EntryPoints g_entry_points;
constinit LibunwindLibrary g_libunwind;

namespace unwinder {

namespace {

constexpr const char* kLibrary = "libunwind.so.8";

#define TM_TEXT_OF(name) #name
#define TM_TEXT(name) TM_TEXT_OF(name)

template <typename Function>
bool bind(void* library, const char* name, Function*& function) noexcept {
    function = reinterpret_cast<Function*>(dlsym(library, name));
    return function != nullptr;
}

/// The frames before `site` are ours: taken off by address, never by a fixed count.
std::size_t own_frames(const RawStack& stack, std::uintptr_t site_pc) noexcept {
    for (std::size_t at = 0; at < stack.depth && at < 12; ++at) {
        if (stack.frames[at] == site_pc) {
            return at;
        }
    }
    return 0;
}

/// Frames to ask for: one beyond the limit tells whether it cuts, the rest are taken off.
std::size_t room_for(std::size_t limit) noexcept {
    return limit + 16 < RawStack::kCapacity ? limit + 16 : RawStack::kCapacity;
}

/// Frames as libunwind gives them, newest first and with ours → the program's, oldest first.
void keep_program_frames(const CallSite& site, std::size_t limit, RawStack& stack) noexcept {
    std::size_t first = own_frames(stack, site.pc);
    while (first + 1 < stack.depth && g_entry_points.contain(stack.frames[first])) {
        ++first;
    }
    stack.depth -= first;
    if (stack.depth > limit) {
        stack.depth = limit;
        stack.flags = dump::kCutByLimit;
    }
    std::memmove(stack.frames, stack.frames + first, stack.depth * sizeof stack.frames[0]);
    std::reverse(stack.frames, stack.frames + stack.depth);
    if (stack.depth == 0) {
        stack.frames[0] = site.pc;
        stack.depth = 1;
        stack.flags = dump::kCutByUnwinder;
    }
}

}  // namespace

bool load() noexcept {
    void* const library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        diagnostics::Line line;
        line << "cannot load " << kLibrary
             << " (Debian package libunwind8); the program runs untraced";
        diagnostics::say(line.view());
        return false;
    }
    const bool is_complete =
        bind(library, "unw_backtrace", g_libunwind.backtrace) &&
        bind(library, TM_TEXT(unw_flush_cache), g_libunwind.flush_cache) &&
        bind(library, TM_TEXT(unw_set_caching_policy), g_libunwind.set_caching_policy) &&
        bind(library, TM_TEXT(unw_tdep_getcontext), g_libunwind.getcontext) &&
        bind(library, TM_TEXT(unw_init_local), g_libunwind.init_local) &&
        bind(library, TM_TEXT(unw_step), g_libunwind.step) &&
        bind(library, TM_TEXT(unw_get_reg), g_libunwind.get_reg) &&
        bind(library, TM_TEXT(unw_get_save_loc), g_libunwind.get_save_loc) &&
        bind(library, TM_TEXT(unw_get_proc_info), g_libunwind.get_proc_info) &&
        bind(library, TM_TEXT(unw_local_addr_space), g_libunwind.local_address_space);
    if (!is_complete) {
        diagnostics::say("libunwind.so.8 lacks a function; the program runs untraced");
        return false;
    }
    g_libunwind.set_caching_policy(*g_libunwind.local_address_space, UNW_CACHE_NONE);
    if (!rule_learner::prepare()) {
        diagnostics::say("no memory for the tracer; the program runs untraced");
        return false;
    }
    return true;
}

void warm_up() noexcept {
    void* frame = nullptr;
    g_libunwind.backtrace(&frame, 1);
}

void capture(const CallSite& site, std::size_t limit, RawStack& stack) noexcept {
    static_assert(sizeof(void*) == sizeof(stack.frames[0]));
    const int found = g_libunwind.backtrace(reinterpret_cast<void**>(stack.frames),
                                            static_cast<int>(room_for(limit)));
    stack.depth = found > 0 ? static_cast<std::size_t>(found) : 0;
    stack.flags = 0;
    keep_program_frames(site, limit, stack);
}

void step_by_step(const CallSite& site, std::size_t limit, RawStack& stack) noexcept {
    unw_context_t context;
    unw_cursor_t cursor;
    g_libunwind.getcontext(&context);
    stack.depth = 0;
    stack.flags = 0;
    if (g_libunwind.init_local(&cursor, &context) == 0) {
        int result = 1;
        while (result > 0 && stack.depth < room_for(limit)) {
            unw_proc_info_t procedure;
            if (g_libunwind.get_proc_info(&cursor, &procedure) != 0 ||
                procedure.unwind_info_size == 0) {
                stack.flags = dump::kCutByUnwinder;
                break;
            }
            result = g_libunwind.step(&cursor);
            unw_word_t pc = 0;
            if (result > 0 && g_libunwind.get_reg(&cursor, UNW_X86_64_RIP, &pc) == 0) {
                stack.frames[stack.depth++] = pc;
            }
        }
        stack.flags = result < 0 ? std::uint16_t{dump::kCutByUnwinder} : stack.flags;
    }
    keep_program_frames(site, limit, stack);
}

void forget_code() noexcept {
    g_libunwind.flush_cache(*g_libunwind.local_address_space, 0, 0);
}

}  // namespace unwinder
}  // namespace tracemalloc::preload
