// SPDX-License-Identifier: MIT
// A C++ plugin of a C program: throws, and says whose unwinder serves its exceptions.
#include <dlfcn.h>
#include <unwind.h>

#include <stdexcept>
#include <string>

#include "truth.h"

TM_NOINLINE static void throw_deep(int depth) {
    std::string text(static_cast<std::size_t>(depth) + 40, 'x');
    if (depth == 0)
        throw std::runtime_error(text);
    throw_deep(depth - 1);
    hold(text.data());
}

extern "C" int plugin_throw(int times) {
    int caught = 0;
    for (int index = 0; index < times; ++index) {
        try {
            throw_deep(index % 8);
        } catch (const std::runtime_error& error) {
            caught += error.what()[0] == 'x';
        }
    }
    return caught;
}

extern "C" const char* plugin_unwinder() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<void*>(&_Unwind_RaiseException), &info) == 0)
        return "unknown";
    return info.dli_fname;
}
