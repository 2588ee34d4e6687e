// SPDX-License-Identifier: MIT
//
// How long a snapshot holds a program that allocates, as the program itself feels it.
// In:  snapshot_pause PREFIX BLOCKS TRACEBACKS SNAPSHOTS idle|allocating, recorded with
//      TRACEMALLOC_OUTPUT=PREFIX.%n.bin. One thread allocates without end and keeps its longest gap
//      between two allocations; the other sends SIGUSR1 and waits for the file. The last word says
//      which of the two may take the signal.
// Out: one line of JSON for a time without a snapshot, then one for each snapshot.
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "tests/bench/programs/call_depth.h"

namespace {

constexpr int kLevels = 20;
constexpr long kQuietNs = 300'000'000;
constexpr long kGiveUpNs = 20'000'000'000;

std::atomic<long> longest_gap{0};
std::atomic<bool> stop{false};

long now_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void sleep_ns(long duration) {
    const timespec wait{0, duration};
    nanosleep(&wait, nullptr);
}

struct Build {
    std::vector<void*> blocks;
    long path = 0;
    long blocks_each = 0;
};

void go_on(Build& build, int level);

[[gnu::noinline]] void go_left(Build& build, int level) {
    go_on(build, level);
    __asm__ volatile("");  // the call above is not the last thing, so it is no jump
}

[[gnu::noinline]] void go_right(Build& build, int level) {
    go_on(build, level);
    __asm__ volatile("");
}

/// The bits of `path` choose the calls: each path is a traceback of its own, one frame a level.
[[gnu::always_inline]] inline void go_on(Build& build, int level) {
    if (level == 0) {
        for (long i = 0; i < build.blocks_each; ++i) {
            void* block = std::malloc(16 + static_cast<std::size_t>(i % 4) * 16);
            if (block == nullptr)
                std::abort();
            build.blocks.push_back(block);
        }
    } else if ((build.path >> (level - 1) & 1) != 0) {
        go_right(build, level - 1);
    } else {
        go_left(build, level - 1);
    }
}

void set_blocked(int how) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(how, &set, nullptr);
}

void* allocate(void* takes_signal) {
    set_blocked(takes_signal != nullptr ? SIG_UNBLOCK : SIG_BLOCK);
    for (long last = now_ns(); !stop.load(std::memory_order_relaxed);) {
        void* block = std::malloc(48);
        bench::keep(block);
        std::free(block);
        const long now = now_ns();
        if (now - last > longest_gap.load(std::memory_order_relaxed))
            longest_gap.store(now - last, std::memory_order_relaxed);
        last = now;
    }
    return nullptr;
}

void measure_quiet() {
    longest_gap = 0;
    sleep_ns(kQuietNs);
    std::printf("{\"quiet_gap_ns\": %ld}\n", longest_gap.load());
}

bool measure_snapshot(const std::string& name) {
    longest_gap = 0;
    const long begin = now_ns();
    kill(getpid(), SIGUSR1);
    struct stat status {};
    while (stat(name.c_str(), &status) != 0) {
        if (now_ns() - begin > kGiveUpNs)
            return false;
        sleep_ns(100'000);
    }
    const long complete = now_ns() - begin;
    sleep_ns(20'000'000);
    std::printf("{\"gap_ns\": %ld, \"complete_ns\": %ld, \"bytes\": %lld}\n", longest_gap.load(),
                complete, static_cast<long long>(status.st_size));
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6 || std::atol(argv[3]) < 1) {
        std::fprintf(stderr,
                     "usage: snapshot_pause PREFIX BLOCKS TRACEBACKS SNAPSHOTS idle|allocating\n");
        return 2;
    }
    const bool allocator_takes = std::string(argv[5]) == "allocating";
    const long tracebacks = std::atol(argv[3]);
    Build build;
    build.blocks_each = std::atol(argv[2]) / tracebacks;
    build.blocks.reserve(static_cast<std::size_t>(std::atol(argv[2])));
    for (long i = 0; i < tracebacks; ++i) {
        build.path = i;
        go_left(build, kLevels);
    }
    if (allocator_takes)
        set_blocked(SIG_BLOCK);
    pthread_t thread;
    if (pthread_create(&thread, nullptr, allocate, allocator_takes ? &stop : nullptr) != 0)
        return 1;
    sleep_ns(20'000'000);
    measure_quiet();
    int failed = 0;
    for (long i = 1; i <= std::atol(argv[4]) && failed == 0; ++i)
        failed = !measure_snapshot(std::string(argv[1]) + "." + std::to_string(i) + ".bin");
    stop = true;
    pthread_join(thread, nullptr);
    return failed;
}
