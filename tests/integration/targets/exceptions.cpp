// SPDX-License-Identifier: MIT
// Exceptions through allocating frames, rethrown, nested, across threads; recording goes on.
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "truth.h"

namespace {

TM_NOINLINE void throw_below(int depth) {
    std::vector<int> numbers(static_cast<std::size_t>(depth) + 1);
    if (depth == 0)
        throw std::out_of_range("bottom");
    try {
        throw_below(depth - 1);
    } catch (const std::out_of_range&) {
        if (depth % 3 == 0)
            std::throw_with_nested(std::out_of_range("outer"));
        throw;
    }
    hold(numbers.data());
}

int catch_many(int times) {
    int caught = 0;
    for (int index = 0; index < times; ++index) {
        try {
            throw_below(index % 12);
        } catch (const std::exception&) {
            ++caught;
        }
    }
    return caught;
}

}  // namespace

int main() {
    say("result caught %d", catch_many(2000));
    LIVE(after_exceptions, 1101, ::operator new(opaque(1101)));
    std::exception_ptr carried;
    std::thread([&carried] {
        try {
            throw_below(5);
        } catch (...) {
            carried = std::current_exception();
        }
    }).join();
    try {
        std::rethrow_exception(carried);
    } catch (const std::exception& error) {
        say("result carried %s", error.what());
    }
    carried = nullptr;
    LIVE(after_carried, 1102, ::operator new(opaque(1102)));
    return 0;
}
