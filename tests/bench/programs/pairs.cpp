// SPDX-License-Identifier: MIT
//
// malloc+free pairs in a loop, the same call site every time: what one pair costs.
// In:  pairs DEPTH THREADS PAIRS, DEPTH 8 or 32 frames, PAIRS shared out among the threads.
#include <pthread.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/bench/programs/call_depth.h"

namespace {

struct Job {
    long pairs;
    int depth;
};

[[gnu::noinline]] void loop(void* argument) {
    const long pairs = *static_cast<long*>(argument);
    for (long i = 0; i < pairs; ++i) {
        char* block = static_cast<char*>(std::malloc(16 + static_cast<std::size_t>(i & 7) * 16));
        if (block == nullptr)
            std::abort();
        *block = 1;
        bench::keep(block);
        std::free(block);
    }
}

// Frames around the chain: loop, worker, and two of the thread library.
constexpr int kOther = 5;

void* worker(void* argument) {
    Job* job = static_cast<Job*>(argument);
    if (job->depth == 8)
        bench::call_at_depth<8 - kOther>(loop, &job->pairs);
    else
        bench::call_at_depth<32 - kOther>(loop, &job->pairs);
    return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4 || (std::atoi(argv[1]) != 8 && std::atoi(argv[1]) != 32) ||
        std::atoi(argv[2]) < 1) {
        std::fprintf(stderr, "usage: pairs 8|32 THREADS PAIRS\n");
        return 2;
    }
    const long threads = std::atol(argv[2]);
    Job job = {std::atol(argv[3]) / threads, std::atoi(argv[1])};
    std::vector<pthread_t> ids(static_cast<std::size_t>(threads));
    for (pthread_t& id : ids)
        if (pthread_create(&id, nullptr, worker, &job) != 0)
            return 1;
    for (const pthread_t id : ids)
        pthread_join(id, nullptr);
}
