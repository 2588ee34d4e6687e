// SPDX-License-Identifier: MIT
//
// An endless journey on a stack of its own.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/unit/preload/capture/journey.h"

namespace tracemalloc::test {

class Coroutine {
public:
    Coroutine(std::uint64_t seed, std::vector<Shape> shapes);
    Coroutine(const Coroutine&) = delete;
    Coroutine& operator=(const Coroutine&) = delete;

    /// Runs it until it pauses. From within a coroutine this does nothing.
    void resume();

private:
    static void run();

    Journey journey_;
    std::vector<std::byte> stack_;
    ucontext_t own_{};
    ucontext_t outside_{};
};

}  // namespace tracemalloc::test
