// SPDX-License-Identifier: MIT
#include "preload/platform/system_call.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

#include "preload/platform/clock.h"
#include "preload/platform/own_stack.h"
#include "preload/platform/pages.h"
#include "preload/platform/signal_mask.h"
#include "tests/support/catch.h"

namespace tracemalloc::preload {

TEST_CASE("a system call answers with the kernel's number and leaves errno alone") {
    errno = 1234;
    CHECK(system_call(SYS_getpid) == ::getpid());
    const long result = system_call(SYS_openat, AT_FDCWD, "/nowhere/at/all", O_RDONLY, 0);
    CHECK(result == -ENOENT);
    CHECK(failed(result));
    CHECK_FALSE(failed(0));
    CHECK_FALSE(failed(-4096));  // an address, as mmap may return
    CHECK(failed(-4095));
    CHECK(errno == 1234);
}

TEST_CASE("all six arguments arrive") {
    const long address = system_call(SYS_mmap, nullptr, pages::kPageBytes, PROT_READ,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE_FALSE(failed(address));
    CHECK(system_call(SYS_munmap, address, pages::kPageBytes) == 0);
    CHECK(system_call(SYS_mmap, nullptr, pages::kPageBytes, PROT_READ, MAP_PRIVATE, -1, 0) ==
          -EBADF);
    CHECK(system_call(SYS_mmap, nullptr, pages::kPageBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
                      -1, 1) == -EINVAL);
}

TEST_CASE("the clock is the kernel's") {
    timespec now{};
    REQUIRE(::clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    const std::int64_t before = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    const std::int64_t read = clock_ns(CLOCK_MONOTONIC);
    CHECK(read >= before);
    CHECK(read - before < 1'000'000'000);
}

TEST_CASE("signals are blocked for a scope and delivered after it") {
    static volatile sig_atomic_t arrived = 0;
    arrived = 0;
    auto* const before = std::signal(SIGUSR2, [](int) { arrived = arrived + 1; });
    {
        const AllSignalsBlocked blocked;
        ::raise(SIGUSR2);
        CHECK(arrived == 0);
    }
    CHECK(arrived == 1);
    ::raise(SIGUSR2);
    CHECK(arrived == 2);
    std::signal(SIGUSR2, before);
}

TEST_CASE("a file size limit met inside a scope does not reach the program") {
    static volatile sig_atomic_t arrived = 0;
    arrived = 0;
    auto* const before = std::signal(SIGXFSZ, [](int) { arrived = arrived + 1; });
    {
        const AllSignalsBlocked blocked;
        ::raise(SIGXFSZ);
    }
    CHECK(arrived == 0);
    ::raise(SIGXFSZ);
    CHECK(arrived == 1);
    std::signal(SIGXFSZ, before);
}

TEST_CASE("a function runs on the stack it is given and returns to the caller's") {
    struct Visit {
        std::uintptr_t stack_address = 0;
        bool is_aligned = false;
    } visit;
    constexpr std::size_t kBytes = std::size_t{64} << 10;
    auto* const stack = static_cast<unsigned char*>(pages::map(kBytes));
    REQUIRE(stack != nullptr);
    const std::uintptr_t here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    call_on_stack(
        [](void* argument) noexcept {
            alignas(16) volatile char local = 0;
            auto& seen = *static_cast<Visit*>(argument);
            seen.stack_address = reinterpret_cast<std::uintptr_t>(&local);
            seen.is_aligned = seen.stack_address % 16 == 0;
        },
        &visit, stack + kBytes);
    CHECK(visit.stack_address > reinterpret_cast<std::uintptr_t>(stack));
    CHECK(visit.stack_address < reinterpret_cast<std::uintptr_t>(stack) + kBytes);
    CHECK(visit.is_aligned);
    CHECK(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) == here);
    pages::unmap(stack, kBytes);
}

}  // namespace tracemalloc::preload
