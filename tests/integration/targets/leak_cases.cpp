// SPDX-License-Identifier: MIT
//
// Small programs that leak, or do not: the first argument says which. The same source is built with
// LeakSanitizer, which says what is true. Sizes tell the blocks apart.
#include <pthread.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#define NOINLINE __attribute__((noinline))

namespace {

struct Node {
    Node* next;
    char payload[];
};

Node* volatile g_kept;
char* volatile g_interior;
thread_local char* volatile t_kept;
std::vector<char*> g_list;
char** volatile g_table;

/// A block full of ones. The compiler must not see that nobody keeps it.
NOINLINE char* make(std::size_t size) {
    char* made = static_cast<char*>(std::malloc(size));
    std::memset(made, 1, size);
    asm volatile("" : "+r"(made) : : "memory");
    return made;
}

NOINLINE Node* node(std::size_t size, Node* next) {
    Node* const made = reinterpret_cast<Node*>(make(size));
    made->next = next;
    return made;
}

/// Overwrites what calls left on the stack.
NOINLINE void wipe() {
    volatile char below[16 << 10];
    for (char volatile& byte : below) {
        byte = 0;
    }
}

NOINLINE void direct() {
    for (int round = 0; round < 5; ++round) {
        make(24);  // its last word is where the next chunk begins
    }
    make(1000);
    make(300 << 10);  // mapped by malloc itself
    g_kept = node(48, nullptr);
}

NOINLINE void indirect_list() {
    Node* list = nullptr;
    for (std::size_t at = 0; at < 10; ++at) {
        list = node(100 + 8 * at, list);
    }
}

NOINLINE void cycle() {
    Node* const first = node(72, nullptr);
    Node* const second = node(88, first);
    first->next = second;
}

NOINLINE void in_tls() {
    t_kept = make(120);
    make(136);
}

NOINLINE void in_global() {
    g_kept = node(104, node(152, node(168, nullptr)));
    make(184);
}

NOINLINE void interior() {
    g_interior = make(200) + 100;
    make(216);
}

NOINLINE void in_vector() {
    for (std::size_t at = 0; at < 20; ++at) {
        g_list.push_back(make(232));
    }
    for (std::size_t at = 0; at < 10; ++at) {
        g_list.pop_back();
    }
}

NOINLINE void reallocated() {
    char* grown = make(40);
    for (std::size_t size = 80; size < 5000; size *= 2) {
        grown = static_cast<char*>(std::realloc(grown, size));
    }
    g_interior = grown;
    char* lost = make(56);
    lost = static_cast<char*>(std::realloc(lost, 3000));
    asm volatile("" : "+r"(lost) : : "memory");
}

pthread_barrier_t g_ready;

NOINLINE void* sleeper(void*) {
    char* volatile on_stack = make(248);
    pthread_barrier_wait(&g_ready);
    for (;;) {
        pause();
        on_stack[0] = 2;
    }
}

NOINLINE void in_thread() {
    pthread_barrier_init(&g_ready, nullptr, 2);
    pthread_t thread;
    pthread_create(&thread, nullptr, sleeper, nullptr);
    pthread_barrier_wait(&g_ready);
    usleep(100'000);
    make(264);
}

/// Blocks of an arena that is not the main one, and of a thread that has ended.
NOINLINE void in_arena() {
    std::thread([] {
        for (int round = 0; round < 7; ++round) {
            make(280);
        }
        g_kept = node(296, node(312, nullptr));
        std::free(make(5000));
    }).join();
}

/// Freed memory still holds pointers to what was lost.
NOINLINE void stale() {
    g_table = static_cast<char**>(std::malloc(50 * sizeof(char*)));
    for (int at = 0; at < 50; ++at) {
        g_table[at] = make(2000);
    }
    char** const table = g_table;
    g_table = nullptr;
    std::free(table);
}

NOINLINE void nothing_lost() {
    g_kept = node(64, node(80, nullptr));
    g_table = static_cast<char**>(std::malloc(100 * sizeof(char*)));
    for (int at = 0; at < 100; ++at) {
        g_table[at] = make(std::size_t{16} << at % 12);
    }
    char* zero = make(0);
    g_interior = zero;
}

struct Case {
    const char* name;
    void (*run)();
};

constexpr Case kCases[] = {
    {"direct", direct},       {"indirect_list", indirect_list},
    {"cycle", cycle},         {"in_tls", in_tls},
    {"in_global", in_global}, {"interior", interior},
    {"in_vector", in_vector}, {"reallocated", reallocated},
    {"in_thread", in_thread}, {"in_arena", in_arena},
    {"stale", stale},         {"nothing_lost", nothing_lost},
};

}  // namespace

int main(int, char** arguments) {
    char* volatile on_stack = nullptr;
    for (const Case& one : kCases) {
        if (std::strcmp(one.name, arguments[1]) == 0) {
            one.run();
        }
    }
    if (std::strcmp(arguments[1], "on_stack") == 0) {
        on_stack = make(328);
        make(344);
    }
    wipe();
    std::exit(on_stack != nullptr && on_stack[0] == 77 ? 1 : 0);
}
