// SPDX-License-Identifier: MIT
//
// The cache and the walk give exactly libunwind's stacks, over thousands of captures from frames of
// every shape.
#include "preload/capture/stack_cache.h"

#include <alloca.h>
#include <sys/time.h>

#include <csignal>
#include <random>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/preload/capture/comparison.h"
#include "tests/unit/preload/capture/coroutine.h"
#include "tests/unit/preload/capture/journey.h"

namespace tracemalloc::test {

namespace {

constexpr std::size_t kLimits[] = {1, 2, 3, 8, 32, 512};

/// Journeys from here, until so many captures were compared.
void travel(Comparison& comparison, std::vector<Shape> shapes, std::uint64_t captures,
            unsigned depth, std::function<void()> interruption = {}) {
    Journey journey(comparison.captures() + 1, std::move(shapes), Comparison::stop);
    journey.interruption = std::move(interruption);
    const std::uint64_t end = comparison.captures() + captures;
    while (comparison.captures() < end) {
        journey.go_on(1 + journey.random(depth));
    }
}

/// Recursion without any change, straight down.
__attribute__((noinline)) void descend(unsigned depth, unsigned every) {
    if (depth > 0) {
        descend(depth - 1, every);
    }
    if (depth % every == 0) {
        Comparison::stop();
    }
    asm volatile("");
}

void keep(const volatile void* memory);

/// The same with a frame pointer in each frame.
__attribute__((noinline)) void descend_by_frame_pointers(unsigned depth) {
    keep(alloca(16));
    if (depth > 0) {
        descend_by_frame_pointers(depth - 1);
    }
    Comparison::stop();
    asm volatile("");
}

void keep(const volatile void* memory) {
    asm volatile("" : : "r"(memory) : "memory");
}

/// Stops with a frame base that lies `bytes` higher. What was in those bytes stays as it was.
__attribute__((noinline)) void stop_above(std::size_t bytes) {
    keep(alloca(bytes));
    Comparison::stop();
    asm volatile("");
}

/// The same from a callee that saves the frame base.
__attribute__((noinline)) void stop_further_above(std::size_t bytes) {
    keep(alloca(bytes));
    stop_above(16);
    asm volatile("");
}

/// Stops at the same place whether or not a few bytes lie above its frame.
__attribute__((noinline)) void stop_realigned(std::size_t bytes) {
    alignas(512) volatile char memory[512];
    keep(alloca(bytes));
    keep(memory);
    Comparison::stop();
    keep(memory);
}

/// Stops in a frame that nothing called, as far as an unwinder can see, or in one that goes on.
__attribute__((noinline)) void stop_at_end(bool is_end) {
    auto* const slot = static_cast<volatile std::uintptr_t*>(__builtin_frame_address(0)) + 1;
    const std::uintptr_t caller = *slot;
    *slot = is_end ? 0 : caller;
    Comparison::stop();
    *slot = caller;
}

using Stop = void (*)(std::size_t bytes);

/// Two callers of the same shape.
__attribute__((noinline)) void first_caller(Stop stop, std::size_t padding, std::size_t bytes) {
    keep(alloca(padding));
    stop(bytes);
    asm volatile("# first");
}
__attribute__((noinline)) void second_caller(Stop stop, std::size_t padding, std::size_t bytes) {
    keep(alloca(padding));
    stop(bytes);
    asm volatile("# second");
}

/// Stops with the same stack pointer each time, in a frame that lies at one of several places.
void stop_all_around(Comparison& comparison, Stop stop, std::size_t step, bool is_balanced) {
    std::mt19937 random(1);
    std::vector<std::uint32_t> choices(2000);
    for (std::uint32_t& choice : choices) {
        choice = static_cast<std::uint32_t>(random());
    }
    comparison.walk_after_hits = 0;
    for (const std::uint32_t choice : choices) {
        const std::size_t padding = step + choice / 2 % 3 * step;
        const std::size_t bytes = is_balanced ? 4 * step - padding : 64;
        for (int repeat = 0; repeat < 3; ++repeat) {
            (choice % 2 == 0 ? first_caller : second_caller)(stop, padding, bytes);
        }
    }
}

/// A stack frame larger than the stacks of most threads.
__attribute__((noinline)) void in_huge_frame(unsigned depth) {
    volatile char memory[3 << 20];
    memory[0] = 1;
    asm volatile("" : : "r"(memory) : "memory");
    descend(depth, 1);
    asm volatile("" : : "r"(memory) : "memory");
}

/// Installs a handler for as long as the object lives.
class SignalHandler {
public:
    SignalHandler(int signal, void (*handler)(int), int flags) : signal_(signal) {
        struct sigaction action {};
        action.sa_handler = handler;
        action.sa_flags = flags;
        ::sigaction(signal, &action, &before_);
    }
    ~SignalHandler() { ::sigaction(signal_, &before_, nullptr); }
    SignalHandler(const SignalHandler&) = delete;
    SignalHandler& operator=(const SignalHandler&) = delete;

private:
    int signal_;
    struct sigaction before_ {};
};

void stop_in_handler(int) {
    Comparison::stop();
    descend(3, 1);
}

void stop_in_timer(int) {
    Comparison::stop();
}

}  // namespace

TEST_CASE("captures from compiled code equal libunwind's at every limit") {
    for (const std::size_t limit : kLimits) {
        Comparison comparison(limit);
        travel(comparison, compiled_shapes(), 1500, 40);
        INFO("limit " << limit);
        CHECK(comparison.first_difference() == "");
        CHECK(comparison.deepest() == std::min<std::size_t>(limit, comparison.deepest()));
        CHECK(comparison.hits() > 50);
        CHECK(comparison.walks() > 100);
        CHECK((limit > 8 || comparison.cut() > 0));
    }
}

TEST_CASE("captures from each way of compiling equal libunwind's") {
    for (const auto& shapes : {unoptimised_shapes(), optimised_shapes(), frame_pointer_shapes()}) {
        Comparison comparison(64);
        travel(comparison, shapes, 2000, 30);
        CHECK(comparison.first_difference() == "");
    }
}

TEST_CASE("captures from one shape alone equal libunwind's") {
    for (const Shape shape : compiled_shapes()) {
        Comparison comparison(32);
        travel(comparison, {shape}, 500, 12);
        CHECK(comparison.first_difference() == "");
        CHECK(comparison.parts() == 0);
    }
}

TEST_CASE("captures through hand-written code equal libunwind's") {
    for (const Shape shape : assembly_shapes()) {
        Comparison comparison(48);
        travel(comparison, {shape}, 200, 10);
        auto shapes = compiled_shapes();
        shapes.insert(shapes.end(), 4, shape);
        travel(comparison, shapes, 800, 20);
        CHECK(comparison.first_difference() == "");
    }
}

TEST_CASE("recursion far beyond the limit is cut where libunwind cuts it") {
    for (const std::size_t limit : kLimits) {
        Comparison comparison(limit);
        for (const unsigned depth : {5U, 3000U, 600U, 3000U, 20U, 511U, 512U, 513U}) {
            descend(depth, 7);
        }
        INFO("limit " << limit);
        CHECK(comparison.first_difference() == "");
        CHECK(comparison.cut() > 0);
        CHECK(comparison.deepest() == limit);
    }
}

TEST_CASE("a repeated descent is found in the cache") {
    Comparison comparison(64);
    comparison.walk_after_hits = 0;
    for (int round = 0; round < 100; ++round) {
        descend(20, 1);
    }
    CHECK(comparison.first_difference() == "");
    CHECK(comparison.hits() > comparison.captures() * 3 / 4);
}

// Two words a frame, also where the stack is as deep as the limit.
TEST_CASE("a repeated descent by frame pointers is found in the cache") {
    Comparison comparison(32);
    comparison.walk_after_hits = 0;
    for (int round = 0; round < 100; ++round) {
        descend_by_frame_pointers(40);
    }
    CHECK(comparison.first_difference() == "");
    CHECK(comparison.deepest() == 32);
    CHECK(comparison.hits() > comparison.captures() * 3 / 4);
}

// With other stacks each round, places of ever other sizes are needed until none is left.
TEST_CASE("a cache without room for one more begins anew") {
    Comparison comparison(32, 1);
    for (unsigned round = 0; round < 200; ++round) {
        for (int repeat = 0; repeat < 3; ++repeat) {
            (round / 50 % 2 == 0 ? descend(round % 50, 1) : descend_by_frame_pointers(round % 50));
            Comparison::stop();
        }
    }
    CHECK(comparison.first_difference() == "");
    CHECK(comparison.hits() > 1000);
}

// The words of the stack before still stand where they stood. Only rbp, a saved rbp or a realigned
// frame's word for its caller's stack pointer tell that they no longer belong to this stack.
TEST_CASE("a frame that moved away from its old words is seen") {
    for (const Stop stop : {stop_above, stop_further_above, stop_realigned}) {
        Comparison comparison(16);
        const bool is_realigned = stop == stop_realigned;
        stop_all_around(comparison, stop, is_realigned ? 32 : 256, !is_realigned);
        CHECK(comparison.first_difference() == "");
        CHECK(comparison.hits() > 0);
    }
}

// All words of the two stacks are the same. What tells them apart lies beyond the limit.
TEST_CASE("a stack that is cut at the limit is not one that ends there") {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{2}}) {
        Comparison comparison(limit);
        comparison.walk_after_hits = 0;
        for (int round = 0; round < 60; ++round) {
            stop_at_end(round / 5 % 2 == 1);
        }
        INFO("limit " << limit);
        CHECK(comparison.first_difference() == "");
        CHECK(comparison.hits() > 20);
        CHECK(comparison.cut() == 30);
    }
}

TEST_CASE("a frame of megabytes is no obstacle to exactness") {
    Comparison comparison(32);
    for (int round = 0; round < 20; ++round) {
        in_huge_frame(static_cast<unsigned>(round % 7));
        descend(static_cast<unsigned>(round % 7), 1);
    }
    CHECK(comparison.first_difference() == "");
}

TEST_CASE("captures in signal handlers equal libunwind's") {
    for (const bool on_own_stack : {false, true}) {
        std::vector<std::byte> memory(std::size_t{256} << 10);
        const stack_t stack{memory.data(), 0, memory.size()};
        stack_t before{};
        REQUIRE(::sigaltstack(&stack, &before) == 0);
        {
            const SignalHandler handler(SIGUSR2, stop_in_handler, on_own_stack ? SA_ONSTACK : 0);
            Comparison comparison(40);
            travel(comparison, compiled_shapes(), 1500, 25, [] { std::raise(SIGUSR2); });
            CHECK(comparison.first_difference() == "");
            CHECK(comparison.parts() == 0);
        }
        REQUIRE(::sigaltstack(&before, nullptr) == 0);
    }
}

TEST_CASE("captures in a handler that interrupted any instruction equal libunwind's") {
    const SignalHandler handler(SIGALRM, stop_in_timer, SA_RESTART);
    Comparison comparison(40);
    // Once each time, so that a handler that takes long does not keep the journey from going on.
    const auto soon = [] {
        const itimerval once{{0, 0}, {0, 30}};
        ::setitimer(ITIMER_REAL, &once, nullptr);
    };
    travel(comparison, compiled_shapes(), 3000, 25, soon);
    const itimerval never{};
    REQUIRE(::setitimer(ITIMER_REAL, &never, nullptr) == 0);
    CHECK(comparison.first_difference() == "");
}

TEST_CASE("captures in coroutines that take turns equal libunwind's") {
    Comparison comparison(40);
    std::vector<std::unique_ptr<Coroutine>> coroutines;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        coroutines.push_back(std::make_unique<Coroutine>(seed, compiled_shapes()));
    }
    Journey here(9, compiled_shapes(), Comparison::stop);
    here.interruption = [&] { coroutines[here.random(5)]->resume(); };
    while (comparison.captures() < 4000) {
        here.go_on(1 + here.random(15));
    }
    CHECK(comparison.first_difference() == "");
    CHECK(comparison.hits() > 50);
}

TEST_CASE("code of another generation is not believed") {
    Comparison comparison(32);
    comparison.walk_after_hits = 0;
    for (std::uint32_t round = 0; round < 30; ++round) {
        comparison.generation = 1 + round / 3;
        descend(0, 1);
    }
    CHECK(comparison.first_difference() == "");
    CHECK(comparison.hits() <= 20);
}

}  // namespace tracemalloc::test
