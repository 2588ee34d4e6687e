// SPDX-License-Identifier: MIT
// A library that registers fork handlers and a thread key before anything has allocated, so that
// its handlers run inside those of whoever comes later: in the middle of everything.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

int early_asks_for_snapshots;
int early_takes_its_lock;
static pthread_mutex_t early_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t early_key;
static void* volatile kept;

static void allocate(void) {
    free(kept);
    kept = malloc(77);
}

static void before_fork(void) {
    if (early_takes_its_lock)
        pthread_mutex_lock(&early_lock);
    allocate();
    if (early_asks_for_snapshots)
        raise(SIGUSR1);
}

static void after_fork(void) {
    allocate();
    if (early_takes_its_lock)
        pthread_mutex_unlock(&early_lock);
}

static void on_thread_end(void* block) {
    free(block);
    free(malloc(88));
}

__attribute__((constructor(101))) static void register_early(void) {
    pthread_key_create(&early_key, on_thread_end);
    pthread_atfork(before_fork, after_fork, after_fork);
}

void early_use_key(void) {
    pthread_setspecific(early_key, malloc(99));
}

void early_allocate_with_lock(void) {
    pthread_mutex_lock(&early_lock);
    free(malloc(66));
    pthread_mutex_unlock(&early_lock);
}

void early_forget(void) {
    free(kept);
    kept = NULL;
}
