// SPDX-License-Identifier: MIT
//
// What a name means to a loaded object, without the loader's lock. dlsym() takes that lock, and a
// thread that holds it, in the constructor of a plugin, may be waiting for the thread that asks.
// The lists are read under the lock of dl_iterate_phdr(), which is held only while objects come and
// go.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tracemalloc::preload {

/// A function of a loaded object; `start` is 0 when there is none.
struct FoundFunction {
    std::uintptr_t start = 0;
    std::size_t bytes = 0;
};

/// The objects that a lookup by one object goes through, behind the global ones: itself and,
/// breadth first, what it needs. Only to be used inside in_scope_of().
class ObjectScope;

/// Calls use(scope, argument) for the object that holds `address`; false when there is none.
bool in_scope_of(std::uintptr_t address, void (*use)(const ObjectScope&, void*) noexcept,
                 void* argument) noexcept;

/// The first definition in the scope.
FoundFunction find_function(const ObjectScope& scope, const char* name) noexcept;

}  // namespace tracemalloc::preload
