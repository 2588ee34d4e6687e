// SPDX-License-Identifier: MIT
//
// Where the other threads stand, as far as the kernel tells without stopping them: the stack
// pointer of one that waits in a system call, and the arguments of that call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

class ThreadStacks {
public:
    ThreadStacks() = default;
    ~ThreadStacks();
    ThreadStacks(const ThreadStacks&) = delete;
    ThreadStacks& operator=(const ThreadStacks&) = delete;

    /// False when there is no memory. A thread that runs has no entry.
    [[nodiscard]] bool read() noexcept;
    void add(std::uintptr_t stack_pointer) noexcept;

    /// The lowest stack pointer between the two; `end` when there is none.
    [[nodiscard]] std::uintptr_t lowest(std::uintptr_t start, std::uintptr_t end) const noexcept;

    /// What the threads gave to the system calls that they wait in.
    template <typename Visit>
    void for_each_argument(Visit visit) const noexcept {
        for (std::size_t at = 0; at < count_; ++at) {
            for (const std::uintptr_t argument : threads_[at].arguments) {
                visit(argument);
            }
        }
    }

private:
    struct Thread {
        std::uintptr_t stack_pointer;
        std::uintptr_t arguments[6];
    };
    static constexpr std::size_t kBytes = 64 * pages::kPageBytes;
    static constexpr std::size_t kMostThreads = kBytes / sizeof(Thread);

    void read_thread(const char* name) noexcept;

    Thread* threads_ = nullptr;
    std::size_t count_ = 0;
};

}  // namespace tracemalloc::preload
