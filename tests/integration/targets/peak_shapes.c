// SPDX-License-Identifier: MIT
// Heaps whose highest moment is known: `peak_shapes SHAPE BLOCKS SIZE`. Each block comes from one
// of four functions; how many bytes of each were live at the highest moment is printed at the end
// as `peak FUNCTION BYTES`.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITES = 3, GROWN = SITES, ALL, MOST = 400000 };

struct piece {
    void* block;
    size_t size;
    int site;
};

static struct piece pieces[MOST];
static int count;
static size_t live[ALL], highest[ALL], total, most;

static __attribute__((noinline)) void* allocate_first(size_t size) {
    void* block = malloc(size);
    __asm__ volatile("" : : "r"(block) : "memory");
    return block;
}
static __attribute__((noinline)) void* allocate_second(size_t size) {
    void* block = malloc(size);
    __asm__ volatile("" : : "r"(block) : "memory");
    return block;
}
static __attribute__((noinline)) void* allocate_third(size_t size) {
    void* block = malloc(size);
    __asm__ volatile("" : : "r"(block) : "memory");
    return block;
}

static void* (*const allocate[SITES])(size_t) = {allocate_first, allocate_second, allocate_third};
static const char* const names[ALL] = {"allocate_first", "allocate_second", "allocate_third",
                                       "grow_last"};

static void add(int site, size_t size) {
    pieces[count++] = (struct piece){allocate[site](size), size, site};
    live[site] += size;
    total += size;
    if (total > most) {
        most = total;
        memcpy(highest, live, sizeof live);
    }
}

static __attribute__((noinline)) void grow_last(size_t size) {
    struct piece* last = &pieces[count - 1];
    void* moved = realloc(last->block, size);
    live[last->site] -= last->size;
    last->site = GROWN;
    live[GROWN] += size;
    total += size - last->size;
    if (total > most) {
        most = total;
        memcpy(highest, live, sizeof live);
    }
    last->block = moved;
    last->size = size;
}

static void drop(void) {
    const struct piece* last = &pieces[--count];
    live[last->site] -= last->size;
    total -= last->size;
    free(last->block);
}

static void burst(int blocks, size_t size) {
    for (int i = 0; i < blocks; ++i) {
        add(i % SITES, size + (size_t)i % 7);
    }
    while (count > 0) {
        drop();
    }
}

static void saw(int blocks, size_t size) {
    for (int tooth = 1; tooth <= 10; ++tooth) {
        for (int i = 0; i < blocks * tooth / 10; ++i) {
            add(tooth % SITES, size);
        }
        while (count > 0) {
            drop();
        }
    }
}

static void slow_growth(int blocks, size_t size) {
    for (int i = 0; i < blocks; ++i) {
        add(i % 2, size);
        add(2, size / 2);
        drop();
    }
    for (int i = 0; i < blocks / 2; ++i) {
        drop();
    }
}

static void long_tail(int blocks, size_t size) {
    for (int i = 0; i < blocks / 10; ++i) {
        add(0, size);
    }
    const int base = count;
    for (int i = 0; i < blocks; ++i) {
        add(1, size);
    }
    while (count > base) {
        drop();
    }
    for (int i = 0; i < 20 * blocks; ++i) {
        add(2, size);
        drop();
    }
}

static void two_equal(int blocks, size_t size) {
    for (int site = 0; site < 2; ++site) {
        for (int i = 0; i < blocks; ++i) {
            add(site, size);
        }
        while (count > 0) {
            drop();
        }
    }
}

static void one_huge(int blocks, size_t size) {
    for (int i = 0; i < blocks; ++i) {
        add(0, size);
    }
    add(1, (size_t)blocks * size);
    drop();
    add(2, (size_t)blocks * size / 2);
}

static void grows_by_realloc(int blocks, size_t size) {
    add(0, size);
    for (int i = 2; i <= blocks; ++i) {
        grow_last((size_t)i * size);
    }
    grow_last(size);
}

static void never_falls(int blocks, size_t size) {
    for (int i = 0; i < blocks; ++i) {
        add(i % SITES, size);
    }
}

static const struct shape {
    const char* name;
    void (*run)(int, size_t);
} shapes[] = {{"burst", burst},
              {"saw", saw},
              {"slow_growth", slow_growth},
              {"long_tail", long_tail},
              {"two_equal", two_equal},
              {"one_huge", one_huge},
              {"realloc", grows_by_realloc},
              {"never_falls", never_falls}};

static const struct shape* chosen;
static int blocks;
static size_t size;

static void* run(void* unused) {
    (void)unused;
    chosen->run(blocks, size);
    return NULL;
}

int main(int argc, char** argv) {
    static char text[1024];  // no block of libc's
    setvbuf(stdout, text, _IOFBF, sizeof text);
    blocks = atoi(argv[2]);
    size = (size_t)atol(argv[3]);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; ++i) {
        if (strcmp(shapes[i].name, argv[1]) == 0) {
            chosen = &shapes[i];
        }
    }
    if (chosen == NULL) {
        return 2;
    }
    if (argc > 4) {  // in another thread
        pthread_t thread;
        pthread_create(&thread, NULL, run, NULL);
        pthread_join(thread, NULL);
    } else {
        run(NULL);
    }
    for (int site = 0; site < ALL; ++site) {
        printf("peak %s %zu\n", names[site], highest[site]);
    }
    return 0;
}
