// SPDX-License-Identifier: MIT
// A C++ plugin whose constructor waits for a thread that it starts: the loader's lock is held all
// the while, and the first `new` of the whole program is that thread's.
#include <pthread.h>

#include "truth.h"

namespace {

void* allocate(void*) {
    void* const block = hold(::operator new(opaque(4201)));
    say("truth plugin_new 4201 1 %d", __LINE__ - 1);
    ::operator delete(TEMPORARY(::operator new(opaque(4202))));
    return block;
}

__attribute__((constructor)) void on_load() {
    pthread_t thread{};
    pthread_create(&thread, nullptr, allocate, nullptr);
    pthread_join(thread, nullptr);
}

}  // namespace

extern "C" void* plugin_allocate() {
    return LIVE(plugin_new, 4203, ::operator new(opaque(4203)));
}
