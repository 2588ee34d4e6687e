// SPDX-License-Identifier: MIT
#define UNW_LOCAL_ONLY
#include "preload/capture/unwinder.h"

#include <libunwind.h>

#include <algorithm>
#include <cstring>

#include "preload/capture/entry_points.h"
#include "preload/capture/frame_rule.h"
#include "preload/capture/private_library.h"
#include "preload/capture/rule_learner.h"

namespace tracemalloc::preload::unwinder {

namespace {

struct Libunwind {
    decltype(&unw_tdep_getcontext) getcontext = nullptr;
    decltype(&unw_init_local) init_local = nullptr;
    decltype(&unw_step) step = nullptr;
    decltype(&unw_get_reg) get_reg = nullptr;
    decltype(&unw_get_proc_info) get_proc_info = nullptr;
    decltype(&unw_is_signal_frame) is_signal_frame = nullptr;
    decltype(&unw_flush_cache) flush_cache = nullptr;
    unw_addr_space_t* local_address_space = nullptr;
};

constinit Libunwind g_libunwind;

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
    PrivateLibrary library;
    return library.load("libunwind.so.8") &&
           library.bind(TM_SYMBOL(unw_tdep_getcontext), g_libunwind.getcontext) &&
           library.bind(TM_SYMBOL(unw_init_local), g_libunwind.init_local) &&
           library.bind(TM_SYMBOL(unw_step), g_libunwind.step) &&
           library.bind(TM_SYMBOL(unw_get_reg), g_libunwind.get_reg) &&
           library.bind(TM_SYMBOL(unw_get_proc_info), g_libunwind.get_proc_info) &&
           library.bind(TM_SYMBOL(unw_is_signal_frame), g_libunwind.is_signal_frame) &&
           library.bind(TM_SYMBOL(unw_flush_cache), g_libunwind.flush_cache) &&
           library.bind(TM_SYMBOL(unw_local_addr_space), g_libunwind.local_address_space);
}

void capture(const CallSite& site, std::size_t limit, RawStack& stack) noexcept {
    unw_context_t context;
    unw_cursor_t cursor;
    g_libunwind.getcontext(&context);
    stack.depth = 0;
    stack.flags = 0;
    if (g_libunwind.init_local(&cursor, &context) == 0) {
        int result = 1;
        while (result > 0 && stack.depth < room_for(limit)) {
            unw_proc_info_t procedure;
            const bool has_table = g_libunwind.get_proc_info(&cursor, &procedure) == 0 &&
                                   procedure.unwind_info_size != 0;
            if (!has_table && g_libunwind.is_signal_frame(&cursor) <= 0) {
                unw_word_t pc = 0;
                g_libunwind.get_reg(&cursor, UNW_X86_64_RIP, &pc);
                stack.flags = rule_learner::learn(pc).kind() == FrameRule::Kind::outermost
                                  ? std::uint16_t{0}
                                  : std::uint16_t{dump::kCutByUnwinder};
                break;
            }
            result = g_libunwind.step(&cursor);
            unw_word_t pc = 0;
            if (result > 0 && g_libunwind.get_reg(&cursor, UNW_X86_64_RIP, &pc) == 0) {
                if (pc == 0) {
                    break;  // nothing called it
                }
                stack.frames[stack.depth++] = pc;
            }
        }
        stack.flags = result < 0 ? std::uint16_t{dump::kCutByUnwinder} : stack.flags;
    }
    keep_program_frames(site, limit, stack);
}

void forget_code() noexcept {
    if (g_libunwind.flush_cache != nullptr) {
        g_libunwind.flush_cache(*g_libunwind.local_address_space, 0, 0);
    }
}

}  // namespace tracemalloc::preload::unwinder
