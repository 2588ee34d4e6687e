// SPDX-License-Identifier: MIT
#include "tests/unit/preload/capture/coroutine.h"

#include "tests/unit/preload/capture/comparison.h"

namespace tracemalloc::test {

namespace {

constexpr std::size_t kStackBytes = std::size_t{1} << 20;

Coroutine* g_running = nullptr;

}  // namespace

Coroutine::Coroutine(std::uint64_t seed, std::vector<Shape> shapes)
    : journey_(seed, std::move(shapes), Comparison::stop), stack_(kStackBytes) {
    journey_.interruption = [this] { ::swapcontext(&own_, &outside_); };
    ::getcontext(&own_);
    own_.uc_stack.ss_sp = stack_.data();
    own_.uc_stack.ss_size = stack_.size();
    ::makecontext(&own_, run, 0);
}

void Coroutine::run() {
    Coroutine& self = *g_running;
    for (;;) {
        self.journey_.go_on(1 + self.journey_.random(20));
    }
}

void Coroutine::resume() {
    if (g_running == nullptr) {
        g_running = this;
        ::swapcontext(&outside_, &own_);
        g_running = nullptr;
    }
}

}  // namespace tracemalloc::test
