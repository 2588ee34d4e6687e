// SPDX-License-Identifier: MIT
// The snapshot signal every millisecond while exceptions are thrown through allocating frames.
// Argument: how many exceptions.
#include <csignal>
#include <ctime>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "truth.h"

namespace {

TM_NOINLINE void descend(int depth) {
    const std::string text(static_cast<std::size_t>(depth) * 7 + 40, 'x');
    const std::vector<int> numbers(static_cast<std::size_t>(depth) + 100, depth);
    if (depth == 0)
        throw std::runtime_error(text);
    descend(depth - 1);
    hold(const_cast<int*>(numbers.data()));
}

}  // namespace

int main(int argc, char** argv) {
    const int times = argc > 1 ? std::atoi(argv[1]) : 100;
    if (argc > 2) {
        sigevent event{};
        event.sigev_notify = SIGEV_SIGNAL;
        event.sigev_signo = SIGUSR1;
        timer_t timer{};
        timer_create(CLOCK_MONOTONIC, &event, &timer);
        const itimerspec every{{0, 5'000'000}, {0, 1'000'000}};
        timer_settime(timer, 0, &every, nullptr);
    }
    int caught = 0;
    for (int index = 0; index < times; ++index) {
        try {
            descend(index % 12);
        } catch (const std::runtime_error& error) {
            caught += error.what()[0] == 'x';
        }
    }
    say("result caught %d", caught);
    return 0;
}
