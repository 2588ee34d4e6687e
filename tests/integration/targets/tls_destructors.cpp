// SPDX-License-Identifier: MIT
// Destructors of thread-locals and of thread keys that allocate and free in every round, for keys
// that are older than any other (early_handlers.c) and newer.
#include <limits.h>
#include <pthread.h>

#include <cstdlib>

#include "truth.h"

extern "C" void early_use_key();

namespace {

pthread_key_t late_key;
constexpr int kThreads = 20;

struct PerThread {
    void* own = std::malloc(opaque(10));
    ~PerThread() {
        std::free(own);
        std::free(TEMPORARY(std::malloc(opaque(11))));
    }
};
thread_local PerThread per_thread;

void on_thread_end(void* round) {
    std::free(TEMPORARY(std::malloc(opaque(12))));
    const auto number = reinterpret_cast<std::size_t>(round);
    if (number < PTHREAD_DESTRUCTOR_ITERATIONS)
        pthread_setspecific(late_key, reinterpret_cast<void*>(number + 1));
    else
        hold(std::malloc(opaque(5201)));
}
constexpr int kLine = __LINE__ - 2;

void* live(void*) {
    early_use_key();
    hold(per_thread.own);
    pthread_setspecific(late_key, reinterpret_cast<void*>(std::size_t{1}));
    return nullptr;
}

}  // namespace

int main() {
    pthread_key_create(&late_key, on_thread_end);
    for (int index = 0; index < kThreads; ++index) {
        pthread_t thread{};
        pthread_create(&thread, nullptr, live, nullptr);
        pthread_join(thread, nullptr);
    }
    say("truth last_round 5201 %d %d", kThreads, kLine);
    return 0;
}
