// SPDX-License-Identifier: MIT
// A C++ plugin with an operator new of its own, which has to go on being the one that is called.
#include <cstdlib>
#include <new>

#include "truth.h"

static int own_calls;

void* operator new(std::size_t size) {
    ++own_calls;
    void* const block = std::malloc(size);
    if (block == nullptr)
        throw std::bad_alloc();
    return block;
}
void operator delete(void* block) noexcept {
    ++own_calls;
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
    ++own_calls;
    std::free(block);
}

extern "C" void* plugin_allocate() {
    delete static_cast<int*>(hold(new int(3)));
    void* const block = LIVE(plugin_new, 4401, ::operator new(opaque(4401)));
    say("result own calls %d", own_calls);
    return block;
}
