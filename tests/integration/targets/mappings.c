// SPDX-License-Identifier: MIT
//
// Memory that a program maps itself, in every way that it can come and go. What stays is said as it
// is: a range that was cut in two is two blocks.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "truth.h"

enum { kPage = 4096 };

static char* map_file(size_t bytes, int flags, char* wanted, int file) {
    return mmap(wanted, bytes, PROT_READ, flags, file, 0);
}

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define MAP(bytes) mmap(NULL, (bytes), PROT_READ | PROT_WRITE, ANON, -1, 0)
#define MAP_AT(where, bytes) mmap((where), (bytes), PROT_READ | PROT_WRITE, ANON | MAP_FIXED, -1, 0)
/// Says what the line before mapped.
#define TRUTH(size) say("truth mmap %zu 1 %d", (size_t)(size), __LINE__ - 1)
/// The mapping that is made at this line is cut by what follows.
#define TRUTH_OF(size, line) say("truth mmap %zu 1 %d", (size_t)(size), (line))

static void whole_mappings(void) {
    char* kept = MAP(3 * kPage);
    TRUTH(3 * kPage);
    char* odd = MAP(5000);
    TRUTH(2 * kPage);
    char* shared = mmap(NULL, kPage, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    TRUTH(kPage);
    char* wide = mmap64(NULL, kPage, PROT_READ, ANON, -1, 0);
    TRUTH(kPage);
    char* gone = MAP(7 * kPage);
    kept[0] = odd[0] = 1;
    say("result munmap %d", munmap(gone, 7 * kPage));
    hold(kept), hold(odd), hold(shared), hold(wide);
}

static void pieces(void) {
    int line = __LINE__ + 1;
    char* middle = MAP(9 * kPage);
    munmap(middle + 2 * kPage, 3 * kPage - 10);  // the rest of a page goes too
    TRUTH_OF(2 * kPage, line), TRUTH_OF(4 * kPage, line);
    line = __LINE__ + 1;
    char* front = MAP(6 * kPage);
    munmap(front, 4 * kPage);
    TRUTH_OF(2 * kPage, line);
    line = __LINE__ + 1;
    char* back = MAP(6 * kPage);
    munmap(back + kPage, 5 * kPage);
    TRUTH_OF(kPage, line);
    hold(middle), hold(front + 4 * kPage), hold(back);
}

static void many_at_once(void) {
    char* place = MAP(16 * kPage);
    int line = __LINE__ + 2;
    for (int at = 0; at < 16; ++at)
        MAP_AT(place + at * kPage, kPage);
    munmap(place + 3 * kPage, 10 * kPage);
    for (int left = 0; left < 6; ++left)
        TRUTH_OF(kPage, line);
    // What lies over it takes its place: a file, which is not recorded, and other memory.
    int file = open("/proc/self/exe", O_RDONLY);
    line = __LINE__ + 1;
    char* covered = MAP(8 * kPage);
    map_file(kPage, MAP_PRIVATE | MAP_FIXED, covered, file);
    MAP_AT(covered + 4 * kPage, kPage);
    TRUTH(kPage);
    TRUTH_OF(3 * kPage, line), TRUTH_OF(3 * kPage, line);
    char* of_file = map_file(2 * kPage, MAP_PRIVATE, NULL, file);
    say("result file %d", munmap(of_file, 2 * kPage));
    hold(covered), hold(place);
    close(file);
}

static void moves(void) {
    char* smaller = MAP(8 * kPage);
    smaller = mremap(smaller, 8 * kPage, 3 * kPage, 0);
    TRUTH(3 * kPage);
    char* larger = MAP(2 * kPage);
    larger = mremap(larger, 2 * kPage, 500 * kPage, MREMAP_MAYMOVE);
    TRUTH(500 * kPage);
    larger[499 * kPage] = 1;
    char* place = MAP(4 * kPage);
    int line = __LINE__ + 1;
    char* part = MAP(6 * kPage);
    part = mremap(part + kPage, 2 * kPage, 2 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, place);
    TRUTH(2 * kPage);
    TRUTH_OF(kPage, line), TRUTH_OF(3 * kPage, line);
    munmap(place + 2 * kPage, 2 * kPage);
    hold(smaller), hold(larger), hold(part);
}

static void reservations(void) {
    char* all = mmap(NULL, 1000 * kPage, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
    mprotect(all + 10 * kPage, 30 * kPage, PROT_READ | PROT_WRITE);
    int line = __LINE__ - 1;
    mprotect(all + 38 * kPage, 4 * kPage, PROT_READ | PROT_WRITE);
    TRUTH(2 * kPage);
    mprotect(all + 15 * kPage, 3 * kPage, PROT_READ);  // it stays memory
    mprotect(all + 20 * kPage, 5 * kPage, PROT_NONE);
    TRUTH_OF(10 * kPage, line), TRUTH_OF(15 * kPage, line);
    MAP_AT(all + 100 * kPage, 7 * kPage);
    TRUTH(7 * kPage);
    line = __LINE__ + 1;
    char* given_back = MAP(6 * kPage);
    mprotect(given_back, 2 * kPage, PROT_NONE);
    TRUTH_OF(4 * kPage, line);
    errno = 0;
    say("result mprotect %d", mprotect(all + 1, kPage, PROT_READ));
    say("result errno %d", errno);
    hold(all), hold(given_back);
}

static void failures(void) {
    int line = __LINE__ + 1;
    char* kept = MAP(2 * kPage);
    errno = 0;
    say("result munmap odd %d", munmap(kept + 1, kPage));
    say("result errno %d", errno);
    say("result munmap nothing %d", munmap(kept, 0));
    say("result errno %d", errno);
    void* moved = mremap(kept, 2 * kPage, opaque((size_t)1 << 60), MREMAP_MAYMOVE);
    say("result mremap %d errno %d", moved == MAP_FAILED, errno);
    void* none = MAP(opaque(0));
    say("result mmap %d errno %d", none == MAP_FAILED, errno);
    none = MAP(opaque((size_t)1 << 62));
    say("result mmap %d errno %d", none == MAP_FAILED, errno);
    TRUTH_OF(2 * kPage, line);
    hold(kept);
}

static void large_block(void) {
    // glibc maps large blocks itself: no matter of this domain.
    char* large = malloc(32 << 20);
    hold(large);
    free(large);
}

/// Each thread gives addresses back that others get at once.
static void* storm(void* argument) {
    for (int round = 0; round < 20000; ++round) {
        char* first = MAP((1 + round % 7) * kPage);
        char* second = MAP(2 * kPage);
        munmap(first, (1 + round % 7) * kPage);
        second = mremap(second, 2 * kPage, (2 + round % 3) * kPage, MREMAP_MAYMOVE);
        munmap(second, (2 + round % 3) * kPage);
    }
    return argument;
}

static void threads(void) {
    pthread_t thread[4];
    for (int at = 0; at < 4; ++at)
        pthread_create(&thread[at], NULL, storm, NULL);
    for (int at = 0; at < 4; ++at)
        pthread_join(thread[at], NULL);
}

int main(int argc, char** argv) {
    free(malloc(1));
    whole_mappings();
    pieces();
    many_at_once();
    moves();
    reservations();
    failures();
    large_block();
    if (argc > 1)
        threads();
    char* inherited = MAP(11 * kPage);
    int line = __LINE__ - 1;
    pid_t child = fork();
    if (child == 0) {
        munmap(inherited + 10 * kPage, kPage);
        exit(0);
    }
    waitpid(child, NULL, 0);
    TRUTH_OF(11 * kPage, line);
    hold(inherited);
    return 0;
}
