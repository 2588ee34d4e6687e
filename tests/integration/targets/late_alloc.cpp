// SPDX-License-Identifier: MIT
// Allocations after main: atexit, on_exit, static destructors, destructors of thread-locals, and
// the last destructors of the program. What they free must be gone from the exit dump.
#include <pthread.h>

#include <cstdlib>
#include <thread>

#include "truth.h"

namespace {

void* to_free_late[4];

struct Static {
    ~Static() {
        LIVE(static_destructor, 401, std::malloc(opaque(401)));
        std::free(to_free_late[0]);
    }
} at_end;

struct PerThread {
    void* own = nullptr;
    ~PerThread() {
        LIVE(thread_local_destructor, 402, std::malloc(opaque(402)));
        std::free(own);
    }
};
thread_local PerThread per_thread;

pthread_key_t key;

void key_destructor(void* value) {
    std::free(value);
    LIVE(key_destructor, 403, std::malloc(opaque(403)));
}

void use_thread_state() {
    per_thread.own = TEMPORARY(std::malloc(opaque(5)));
    pthread_setspecific(key, std::malloc(opaque(6)));
}

}  // namespace

__attribute__((destructor(101))) static void last_of_all() {
    LIVE(destructor, 404, std::malloc(opaque(404)));
    std::free(to_free_late[1]);
}

int main() {
    pthread_key_create(&key, key_destructor);
    for (void*& block : to_free_late)
        block = TEMPORARY(std::malloc(opaque(7)));
    std::atexit([] {
        LIVE(atexit, 405, std::malloc(opaque(405)));
        std::free(to_free_late[2]);
    });
    on_exit(
        [](int, void*) {
            LIVE(on_exit, 406, std::malloc(opaque(406)));
            std::free(to_free_late[3]);
        },
        nullptr);
    std::thread(use_thread_state).join();
    per_thread.own = TEMPORARY(std::malloc(opaque(8)));
    return 0;
}
