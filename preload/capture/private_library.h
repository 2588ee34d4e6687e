// SPDX-License-Identifier: MIT
//
// A shared library that only the tracer sees: it is not a dependency of ours, so its symbols take
// over nothing of the program's.
#pragma once

#include <dlfcn.h>

#include <cstdint>

#include "preload/platform/diagnostics.h"
#include "preload/platform/loaded_object.h"

namespace tracemalloc::preload {

class PrivateLibrary {
public:
    /// False when it is not to be had; that has been said then.
    [[nodiscard]] bool load(const char* name) noexcept {
        name_ = name;
        handle_ = dlopen(name, RTLD_NOW | RTLD_LOCAL);
        if (handle_ == nullptr) {
            say("cannot load ", " (Debian package libunwind8); the program runs untraced");
        }
        return handle_ != nullptr;
    }

    /// False, once and for all, when the library lacks a function.
    template <typename Function>
    bool bind(const char* symbol, Function*& function) noexcept {
        void* const found = dlsym(handle_, symbol);
        function = reinterpret_cast<Function*>(found);
        keep_object(object_of(found));
        if (function == nullptr) {
            say("a function is missing in ", "; the program runs untraced");
        }
        return function != nullptr;
    }

    /// Whether code at this address belongs to such a library: what it does is the tracer's.
    [[nodiscard]] static bool holds(std::uintptr_t pc) noexcept {
        const void* const object = object_of(reinterpret_cast<const void*>(pc));
        return object != nullptr && (object == objects_[0] || object == objects_[1]);
    }

private:
    static void keep_object(const void* object) noexcept {
        for (const void*& known : objects_) {
            if (known == nullptr || known == object) {
                known = object;
                return;
            }
        }
    }
    void say(const char* before, const char* after) const noexcept {
        diagnostics::Line line;
        line << before << name_ << after;
        diagnostics::say(line.view());
    }

    const char* name_ = nullptr;
    void* handle_ = nullptr;
    static inline constinit const void* objects_[2] = {};  // libunwind is two libraries
};

// The name that a macro of libunwind.h stands for, as text.
#define TM_SYMBOL_TEXT(name) #name
#define TM_SYMBOL(name) TM_SYMBOL_TEXT(name)

}  // namespace tracemalloc::preload
