// SPDX-License-Identifier: MIT
#include "preload/snapshot/code_history.h"

#include <dlfcn.h>

#include <memory>
#include <string>

#include "preload/platform/attention.h"
#include "tests/support/catch.h"
#include "tests/unit/preload/store/interned_stack.h"

namespace tracemalloc::preload {

namespace {

std::uintptr_t own_code() {
    return reinterpret_cast<std::uintptr_t>(&own_code);
}

/// Loads the plugin; where its code is.
std::uintptr_t load(void*& handle) {
    handle = ::dlopen(TM_UNLOADED_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(handle != nullptr);
    return reinterpret_cast<std::uintptr_t>(::dlsym(handle, "plugin_function"));
}

int g_forgotten = 0;

std::uint32_t forget() noexcept {
    ++g_forgotten;
    return g_code_generation.fetch_add(1) + 1;
}

}  // namespace

TEST_CASE("unloading retires the stacks that ran through the object, and remembers it") {
    const auto stacks = std::make_unique<StackInterner>();
    CodeHistory history;
    void* handle = nullptr;
    const std::uintptr_t code = load(handle);
    const Frames through = {own_code() + 1, code + 2, own_code() + 3};
    const Frames beside = {own_code() + 1, own_code() + 3};
    const StackId retired = intern(*stacks, through);
    const StackId current = intern(*stacks, beside);
    const std::uint32_t generation = g_code_generation.load();

    history.before_unload();
    REQUIRE(::dlclose(handle) == 0);
    history.after_unload(*stacks, forget);
    CHECK(g_code_generation.load() == generation + 2);
    CHECK(g_forgotten == 2);
    CHECK(stacks->record(retired).retired == generation + 1);
    CHECK(stacks->record(current).retired == 0);
    REQUIRE(history.unloaded().size() == 1);
    const LoadedModule& gone = history.unloaded().front();
    CHECK(std::string(gone.path, gone.path_bytes) == TM_UNLOADED_PLUGIN);
    CHECK(gone.contains(code));
    CHECK(gone.unloaded_in == generation + 1);
    CHECK(gone.build_id_bytes == 20);
}

TEST_CASE("a dlclose that unloads nothing changes nothing") {
    const auto stacks = std::make_unique<StackInterner>();
    CodeHistory history;
    void* handle = nullptr;
    load(handle);
    void* again = nullptr;
    load(again);
    const std::uint32_t generation = g_code_generation.load();
    history.before_unload();
    REQUIRE(::dlclose(again) == 0);
    history.after_unload(*stacks, forget);
    CHECK(g_code_generation.load() == generation);
    CHECK(history.unloaded().empty());
    history.before_unload();
    REQUIRE(::dlclose(handle) == 0);
    history.after_unload(*stacks, forget);
    CHECK(g_code_generation.load() == generation + 2);
    CHECK(history.unloaded().size() == 1);
}

}  // namespace tracemalloc::preload
