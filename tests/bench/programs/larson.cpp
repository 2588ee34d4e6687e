// SPDX-License-Identifier: MIT
//
// After Larson and Krishnan: a server whose threads free what other threads allocated. Each thread
// replaces blocks of random sizes in an array; in every round the arrays move on by one thread.
// In:  larson THREADS OPERATIONS, an operation being one free and one malloc.
#include <pthread.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/bench/programs/call_depth.h"

namespace {

constexpr std::size_t kSlots = 1000;
constexpr int kRounds = 20;

using Slots = std::array<char*, kSlots>;

struct Server {
    std::vector<Slots> arrays;
    pthread_barrier_t round;
    long operations_each_round;
};

struct Job {
    Server* server;
    std::size_t number;
};

char* new_block(bench::Random& random) {
    char* block = static_cast<char*>(std::malloc(10 + random.below(490)));
    if (block == nullptr)
        std::abort();
    *block = 1;
    return block;
}

[[gnu::noinline]] void replace_blocks(Slots& slots, long operations, bench::Random& random) {
    for (long i = 0; i < operations; ++i) {
        char*& slot = slots[random.below(kSlots)];
        std::free(slot);
        slot = new_block(random);
    }
}

void* worker(void* argument) {
    const Job& job = *static_cast<Job*>(argument);
    Server& server = *job.server;
    bench::Random random(job.number + 1);
    for (std::size_t round = 0; round < kRounds; ++round) {
        Slots& slots = server.arrays[(job.number + round) % server.arrays.size()];
        replace_blocks(slots, server.operations_each_round, random);
        pthread_barrier_wait(&server.round);
    }
    return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3 || std::atoi(argv[1]) < 1) {
        std::fprintf(stderr, "usage: larson THREADS OPERATIONS\n");
        return 2;
    }
    const std::size_t threads = static_cast<std::size_t>(std::atol(argv[1]));
    Server server;
    server.arrays.resize(threads);
    server.operations_each_round = std::atol(argv[2]) / kRounds / static_cast<long>(threads);
    pthread_barrier_init(&server.round, nullptr, static_cast<unsigned>(threads));
    bench::Random random(99);
    for (Slots& slots : server.arrays)
        for (char*& slot : slots)
            slot = new_block(random);
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < threads; ++i)
        jobs.push_back({&server, i});
    std::vector<pthread_t> ids(threads);
    for (std::size_t i = 0; i < threads; ++i)
        if (pthread_create(&ids[i], nullptr, worker, &jobs[i]) != 0)
            return 1;
    for (const pthread_t id : ids)
        pthread_join(id, nullptr);
    for (Slots& slots : server.arrays)
        for (char* slot : slots)
            std::free(slot);
    pthread_barrier_destroy(&server.round);
}
