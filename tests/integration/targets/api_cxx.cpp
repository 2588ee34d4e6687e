// SPDX-License-Identifier: MIT
// tracemalloc.h in C++: the default of start(), a function's address, a second translation of the
// inline functions in one program, and a tag for each thread.
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "preload/api/tracemalloc.h"

namespace {

std::vector<std::unique_ptr<char[]>> g_kept[4];

void work(int number) {
    char tag[16];
    std::snprintf(tag, sizeof tag, "worker %d", number);
    tracemalloc_tag(tag);
    g_kept[number].reserve(100);
    for (int i = 0; i < 100; ++i) {
        g_kept[number].push_back(std::make_unique<char[]>(1000 + number));  // line tagged
    }
}

}  // namespace

int main() {
    std::printf("tracing %d\n", tracemalloc_is_tracing());
    int (*const stop)() = &tracemalloc_stop;
    std::printf("stop %d\n", stop());
    std::printf("start %d\n", tracemalloc_start());
    std::printf("limit %d\n", tracemalloc_get_traceback_limit());
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back(work, number);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    auto untagged = std::make_unique<char[]>(5000);
    std::printf("snapshot %d\n", tracemalloc_take_snapshot("tags.bin"));
}
