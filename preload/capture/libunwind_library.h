// SPDX-License-Identifier: MIT
//
// The functions of libunwind that the tracer calls, bound at run time. Only files of this folder
// include it.
#pragma once

#define UNW_LOCAL_ONLY
#include <libunwind.h>

namespace tracemalloc::preload {

struct LibunwindLibrary {
    decltype(&unw_backtrace) backtrace = nullptr;
    decltype(&unw_flush_cache) flush_cache = nullptr;
    decltype(&unw_set_caching_policy) set_caching_policy = nullptr;
    decltype(&unw_tdep_getcontext) getcontext = nullptr;
    decltype(&unw_init_local) init_local = nullptr;
    decltype(&unw_step) step = nullptr;
    decltype(&unw_get_reg) get_reg = nullptr;
    decltype(&unw_get_save_loc) get_save_loc = nullptr;
    decltype(&unw_get_proc_info) get_proc_info = nullptr;
    unw_addr_space_t* local_address_space = nullptr;
};

extern LibunwindLibrary g_libunwind;

}  // namespace tracemalloc::preload
