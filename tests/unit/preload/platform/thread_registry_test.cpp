// SPDX-License-Identifier: MIT
#include "preload/platform/thread_registry.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <set>
#include <thread>
#include <vector>

#include "preload/platform/attention.h"
#include "preload/platform/clock.h"
#include "preload/platform/system_call.h"
#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uint64_t kLong = 5'000'000'000;
constexpr std::uint64_t kShort = 2'000'000;

bool is_frozen() {
    return (g_attention.load() & kFrozen) != 0;
}

std::set<const ThreadState*> used_states() {
    std::set<const ThreadState*> used;
    for (const ThreadState* state = thread_registry::first(); state != nullptr;
         state = state->next) {
        if (state->tid != 0) {
            used.insert(state);
        }
    }
    return used;
}

/// Returns once `condition()` holds; fails after ten seconds.
template <typename Condition>
void wait_for(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        REQUIRE(std::chrono::steady_clock::now() < end);
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

/// A thread with a state, inside or outside a hook as it is told.
class Worker {
public:
    Worker() : thread_([this] { run(); }) {
        wait_for([this] { return state_.load() != nullptr; });
    }
    ~Worker() {
        ends_.store(true);
        thread_.join();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    [[nodiscard]] ThreadState& state() const { return *state_.load(); }

private:
    void run() {
        ThreadState* const state = thread_registry::enroll();
        state_.store(state);
        while (!ends_.load()) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
        state->hook_frame.store(0);
        thread_registry::dismiss(*state);
    }

    std::atomic<ThreadState*> state_{nullptr};
    std::atomic<bool> ends_{false};
    std::thread thread_;
};

}  // namespace

TEST_CASE("each thread gets a state of its own, and it is free again afterwards") {
    thread_registry::prepare();
    const auto before = used_states();
    {
        std::vector<std::unique_ptr<Worker>> workers;
        std::set<const ThreadState*> states;
        for (int count = 0; count < 20; ++count) {
            workers.push_back(std::make_unique<Worker>());
            states.insert(&workers.back()->state());
            CHECK(reinterpret_cast<std::uintptr_t>(&workers.back()->state()) % 64 == 0);
        }
        CHECK(states.size() == 20);
        CHECK(used_states().size() == before.size() + 20);
    }
    CHECK(used_states() == before);
}

TEST_CASE("the state of a thread that ended without a word is found again") {
    thread_registry::prepare();
    const auto before = used_states();
    std::size_t all = 0;
    for (const ThreadState* state = thread_registry::first(); state != nullptr;
         state = state->next) {
        ++all;
    }
    for (std::size_t count = 0; count < all + 50; ++count) {
        std::thread([] { static_cast<void>(thread_registry::enroll()); }).join();
    }
    std::size_t now = 0;
    for (ThreadState* state = thread_registry::first(); state != nullptr; state = state->next) {
        ++now;
        if (before.count(state) == 0 && state->tid != 0) {
            thread_registry::dismiss(*state);
        }
    }
    // One batch more at most: the first ones were reused when the list had no free state left.
    CHECK(now < all + 50 + 64);
    CHECK(used_states() == before);
}

TEST_CASE("a freeze holds when no thread is in a hook") {
    thread_registry::prepare();
    const Worker worker;
    REQUIRE(thread_registry::freeze(kLong));
    CHECK(is_frozen());
    thread_registry::thaw();
    CHECK_FALSE(is_frozen());
}

TEST_CASE("a freeze gives up on a thread that stays in its hook, and lets everyone go on") {
    thread_registry::prepare();
    const Worker worker;
    worker.state().hook_frame.store(1);
    const std::int64_t start = clock_ns(CLOCK_MONOTONIC);
    CHECK_FALSE(thread_registry::freeze(kShort));
    CHECK(clock_ns(CLOCK_MONOTONIC) - start >= static_cast<std::int64_t>(kShort));
    CHECK_FALSE(is_frozen());
    worker.state().hook_frame.store(0);
    REQUIRE(thread_registry::freeze(kLong));
    thread_registry::thaw();
}

TEST_CASE("a freeze outlasts its patience while a thread in a hook could run") {
    thread_registry::prepare();
    const Worker sleeping;
    sleeping.state().hook_frame.store(1);
    std::atomic<bool> is_in_hook{false};
    std::thread running([&] {
        ThreadState* const state = thread_registry::enroll();
        state->hook_frame.store(1);
        is_in_hook.store(true);
        const std::int64_t start = clock_ns(CLOCK_MONOTONIC);
        while (clock_ns(CLOCK_MONOTONIC) - start < 20 * static_cast<std::int64_t>(kShort)) {
        }
        sleeping.state().hook_frame.store(0);  // what it waited for has happened
        state->hook_frame.store(0);
        thread_registry::dismiss(*state);
    });
    wait_for([&] { return is_in_hook.load(); });
    CHECK(thread_registry::freeze(kShort));
    thread_registry::thaw();
    running.join();
}

TEST_CASE("a freeze waits for a thread that leaves its hook") {
    thread_registry::prepare();
    const Worker worker;
    worker.state().hook_frame.store(1);
    std::thread leaving([&worker] {
        wait_for(is_frozen);
        worker.state().hook_frame.store(0, std::memory_order_release);
    });
    CHECK(thread_registry::freeze(kLong));
    thread_registry::thaw();
    leaving.join();
}

TEST_CASE("the caller of a freeze may be in a hook itself") {
    thread_registry::prepare();
    ThreadState* const state = thread_registry::enroll();
    REQUIRE(state != nullptr);
    t_state = state;
    state->hook_frame.store(1);
    CHECK(thread_registry::freeze(kShort));
    thread_registry::thaw();
    state->hook_frame.store(0);
    t_state = nullptr;
    thread_registry::dismiss(*state);
}

TEST_CASE("who waits while frozen goes on after the thaw, and not before") {
    thread_registry::prepare();
    thread_registry::wait_until_thawed();  // nothing is frozen: returns at once
    REQUIRE(thread_registry::freeze(kLong));
    std::atomic<int> through{0};
    std::vector<std::thread> waiting;
    for (int count = 0; count < 3; ++count) {
        waiting.emplace_back([&through] {
            thread_registry::wait_until_thawed();
            through.fetch_add(1);
        });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    CHECK(through.load() == 0);
    thread_registry::thaw();
    for (std::thread& thread : waiting) {
        thread.join();
    }
    CHECK(through.load() == 3);
}

TEST_CASE("a thread that a fork holds lets the forking thread go on when it sleeps") {
    thread_registry::prepare();
    std::atomic<bool> went_on{false};
    REQUIRE(thread_registry::freeze_for_fork(kLong));
    std::thread held([&went_on] {
        thread_registry::wait_until_thawed();
        went_on.store(true);
    });
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    while (std::chrono::steady_clock::now() < end) {
    }
    CHECK(is_frozen());
    CHECK_FALSE(went_on.load());
    held.join();  // as a fork handler that takes a lock
    CHECK_FALSE(is_frozen());
}

TEST_CASE("a fork child keeps the state of its only thread") {
    thread_registry::prepare();
    const Worker worker;
    worker.state().hook_frame.store(1);
    ThreadState* const state = thread_registry::enroll();
    REQUIRE(state != nullptr);
    t_state = state;
    const pid_t child = ::fork();
    if (child == 0) {
        thread_registry::keep_only_caller();
        const bool only_caller = used_states() == std::set<const ThreadState*>{state};
        const bool is_named = state->tid == static_cast<pid_t>(system_call(SYS_gettid));
        const bool freezes = thread_registry::freeze(kLong);
        ::_exit(only_caller && is_named && freezes ? 0 : 1);
    }
    t_state = nullptr;
    thread_registry::dismiss(*state);
    worker.state().hook_frame.store(0);
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

}  // namespace tracemalloc::preload
