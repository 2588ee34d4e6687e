// SPDX-License-Identifier: MIT
#include "preload/platform/spin_lock.h"

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

TEST_CASE("a lock knows whether the caller holds it") {
    SpinLock lock;
    CHECK_FALSE(lock.is_held_by_caller());
    lock.lock();
    CHECK(lock.is_held_by_caller());
    bool is_held_by_other = true;
    std::thread([&] { is_held_by_other = lock.is_held_by_caller(); }).join();
    CHECK_FALSE(is_held_by_other);
    lock.unlock();
    CHECK_FALSE(lock.is_held_by_caller());
}

TEST_CASE("who waits for a lock does not hold it") {
    SpinLock lock;
    lock.lock();
    std::atomic<int> waiting{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 3; ++number) {
        threads.emplace_back([&] {
            ++waiting;
            const SpinGuard guard(lock);
        });
    }
    while (waiting.load() < 3) {
        std::this_thread::yield();
    }
    for (int look = 0; look < 1000; ++look) {
        std::this_thread::yield();
        REQUIRE(lock.is_held_by_caller());
    }
    lock.abandon();  // or they would wait for ever
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK_FALSE(lock.is_held_by_caller());
}

TEST_CASE("only who holds a lock abandons it") {
    SpinLock lock;
    lock.lock();
    std::thread([&] { lock.abandon(); }).join();
    CHECK(lock.is_held_by_caller());
    lock.abandon();
    CHECK_FALSE(lock.is_held_by_caller());
    lock.abandon();
    const SpinGuard guard(lock);
    CHECK(lock.is_held_by_caller());
}

}  // namespace tracemalloc::preload
