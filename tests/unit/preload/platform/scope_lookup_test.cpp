// SPDX-License-Identifier: MIT
#include "preload/platform/scope_lookup.h"

#include <dlfcn.h>

#include <cstdint>
#include <string>
#include <utility>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

const int kHere = 0;

FoundFunction find_from(const void* place, const char* name) {
    std::pair<const char*, FoundFunction> question{name, {}};
    const bool is_known = in_scope_of(
        reinterpret_cast<std::uintptr_t>(place),
        [](const ObjectScope& scope, void* argument) noexcept {
            auto& asked = *static_cast<std::pair<const char*, FoundFunction>*>(argument);
            asked.second = find_function(scope, asked.first);
        },
        &question);
    CHECK(is_known);
    return question.second;
}

}  // namespace

TEST_CASE("a lookup in an object's scope finds what the loader finds") {
    for (const char* name : {"_Znwm", "_ZdlPv", "_ZdlPvm", "_ZnamSt11align_val_t", "malloc",
                             "printf", "pthread_create", "__cxa_throw"}) {
        CAPTURE(name);
        void* const expected = dlsym(RTLD_DEFAULT, name);
        const FoundFunction found = find_from(&kHere, name);
        CHECK(found.start == reinterpret_cast<std::uintptr_t>(expected));
        CHECK((found.bytes != 0 || expected == nullptr));
    }
    CHECK(find_from(&kHere, "no_such_function_anywhere").start == 0);
    CHECK(find_from(&kHere, "").start == 0);
}

TEST_CASE("the scope of a plugin is its own") {
    void* const plugin = dlopen(TM_UNLOADED_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(plugin != nullptr);
    void* const expected = dlsym(plugin, "plugin_function");
    REQUIRE(expected != nullptr);
    CHECK(find_from(expected, "plugin_function").start ==
          reinterpret_cast<std::uintptr_t>(expected));
    CHECK(find_from(&kHere, "plugin_function").start == 0);
    dlclose(plugin);
}

TEST_CASE("memory of no object has no scope") {
    const int local = 0;
    CHECK_FALSE(in_scope_of(
        reinterpret_cast<std::uintptr_t>(&local), [](const ObjectScope&, void*) noexcept {},
        nullptr));
}

}  // namespace tracemalloc::preload
