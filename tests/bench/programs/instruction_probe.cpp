// SPDX-License-Identifier: MIT
//
// Allocations whose instructions scripts/bench_instructions counts under callgrind.
// In:  instruction_probe pair|keep|free DEPTH COUNT
//      pair: COUNT times malloc, free; keep: COUNT times malloc; free: the same, then COUNT times
//      free.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/bench/programs/call_depth.h"

namespace {

constexpr long kMost = 100'000;
constexpr std::size_t kSize = 40;
// Frames around the chain: the work, main, and three of the C library's start.
constexpr int kOther = 6;

void* kept[kMost];

[[gnu::noinline]] void pairs(void* argument) {
    for (long i = *static_cast<long*>(argument); i > 0; --i) {
        void* block = std::malloc(kSize);
        bench::keep(block);
        std::free(block);
    }
}

[[gnu::noinline]] void keep_all(void* argument) {
    for (long i = *static_cast<long*>(argument); i > 0; --i)
        kept[i - 1] = std::malloc(kSize);
}

[[gnu::noinline]] void free_all(void* argument) {
    keep_all(argument);
    for (long i = *static_cast<long*>(argument); i > 0; --i)
        std::free(kept[i - 1]);
}

bench::Work work_named(const char* name) {
    if (std::strcmp(name, "pair") == 0)
        return pairs;
    if (std::strcmp(name, "keep") == 0)
        return keep_all;
    return std::strcmp(name, "free") == 0 ? free_all : nullptr;
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Work work = argc == 4 ? work_named(argv[1]) : nullptr;
    long count = argc == 4 ? std::atol(argv[3]) : 0;
    const int depth = argc == 4 ? std::atoi(argv[2]) : 0;
    if (work == nullptr || count < 1 || count > kMost || (depth != 8 && depth != 32)) {
        std::fprintf(stderr, "usage: instruction_probe pair|keep|free 8|32 COUNT\n");
        return 2;
    }
    if (depth == 8)
        bench::call_at_depth<8 - kOther>(work, &count);
    else
        bench::call_at_depth<32 - kOther>(work, &count);
    return 0;
}
