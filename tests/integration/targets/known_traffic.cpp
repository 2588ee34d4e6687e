// SPDX-License-Identifier: MIT
//
// Allocations of known number, size and length of life, by every function that allocates. Lines on
// standard output:
//   traffic COUNT SIZE TEMPORARY TEMPORARY_SIZE LINE   all that LINE of this file allocated
//   calls FUNCTION COUNT                               where no library calls it, too
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <initializer_list>
#include <new>

#include "truth.h"

namespace {

void* volatile sink;

/// Seen by nobody but us, and not optimised away.
void* kept(void* block) {
    sink = block;
    return sink;
}

#define TM_TELL(count, size, temporary, temporary_size, line)                \
    say("traffic %zu %zu %zu %zu %d", std::size_t{count}, std::size_t{size}, \
        std::size_t{temporary}, std::size_t{temporary_size}, line)

void malloc_and_free() {
    for (std::size_t at = 0; at < 1000; ++at) {
        free(kept(malloc(opaque(at))));
    }
    TM_TELL(1000, 999 * 1000 / 2, 1000, 999 * 1000 / 2, __LINE__ - 2);
    void* held[100];
    for (void*& block : held) {
        block = kept(malloc(opaque(32)));
    }
    TM_TELL(100, 3200, 1, 32, __LINE__ - 2);
    free(held[99]);  // the last one: nothing was allocated since
    free(held[98]);
}

void resize() {
    void* block = kept(calloc(3, opaque(10)));
    TM_TELL(1, 30, 0, 0, __LINE__ - 1);
    for (std::size_t size = 100; size <= 300; size += 100) {
        block = kept(realloc(block, opaque(size)));
    }
    TM_TELL(3, 600, 1, 300, __LINE__ - 2);
    free(block);
    void* const same = realloc(kept(malloc(opaque(11))), opaque(static_cast<std::size_t>(1) << 62));
    TM_TELL(1, 11, 1, 11, __LINE__ - 1);  // the resize fails, and the block lives on
    free(same == nullptr ? sink : same);
    say("calls realloc 3");
}

void aligned() {
    void* block = nullptr;
    if (posix_memalign(&block, 64, opaque(100)) == 0) {
        free(kept(block));
    }
    TM_TELL(1, 100, 1, 100, __LINE__ - 3);
    free(kept(aligned_alloc(32, opaque(64))));
    TM_TELL(1, 64, 1, 64, __LINE__ - 1);
    free(kept(memalign(32, opaque(65))));
    TM_TELL(1, 65, 1, 65, __LINE__ - 1);
    free(kept(valloc(opaque(66))));
    TM_TELL(1, 66, 1, 66, __LINE__ - 1);
    free(kept(pvalloc(opaque(67))));
    TM_TELL(1, 67, 1, 67, __LINE__ - 1);
    for (const char* name : {"posix_memalign", "aligned_alloc", "memalign", "valloc", "pvalloc"}) {
        say("calls %s 1", name);
    }
}

struct alignas(64) Wide {
    char bytes[65];
};

void operators() {
    for (int at = 0; at < 10; ++at) {
        operator delete(kept(operator new(opaque(40))));
    }
    TM_TELL(10, 400, 10, 400, __LINE__ - 2);
    for (int at = 0; at < 20; ++at) {
        operator delete[](kept(operator new[](opaque(7))));
    }
    TM_TELL(20, 140, 20, 140, __LINE__ - 2);
    operator delete(kept(operator new(opaque(0))));  // of one byte, below
    TM_TELL(1, 0, 1, 0, __LINE__ - 1);
    operator delete (kept(operator new (opaque(70), std::align_val_t{64})), std::align_val_t{64});
    TM_TELL(1, 70, 1, 70, __LINE__ - 1);  // rounded up to 128, below
    operator delete[](kept(operator new[](opaque(9), std::nothrow)), std::nothrow);
    TM_TELL(1, 9, 1, 9, __LINE__ - 1);
    void* const none = operator new(opaque(static_cast<std::size_t>(1) << 62), std::nothrow);
    kept(none);
    say("calls operator_new 12");
    say("calls operator_new_array 21");
}

int thread_line;

void* of_another_thread(void*) {
    thread_line = __LINE__ + 1;
    return kept(malloc(opaque(500)));
}

void threads() {
    for (int at = 0; at < 50; ++at) {
        pthread_t thread;
        void* block = nullptr;
        if (pthread_create(&thread, nullptr, of_another_thread, nullptr) == 0) {
            pthread_join(thread, &block);
            free(block);  // by a thread that did not make it
        }
    }
    TM_TELL(50, 25000, 0, 0, thread_line);
}

/// What the child did not allocate is not its traffic.
void fork_child() {
    const pid_t child = fork();
    if (child == 0) {
        hold(malloc(opaque(77)));
        say("child %d %d", static_cast<int>(getpid()), __LINE__ - 1);
        exit(0);
    }
    waitpid(child, nullptr, 0);
}

}  // namespace

int main() {
    malloc_and_free();
    resize();
    aligned();
    operators();
    threads();
    fork_child();
    return 0;
}
