// SPDX-License-Identifier: MIT
#include "preload/platform/spin_lock.h"

#include <thread>

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
