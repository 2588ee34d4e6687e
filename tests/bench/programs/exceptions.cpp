// SPDX-License-Identifier: MIT
//
// Exceptions thrown through ten frames with strings to destroy, and caught: the allocation of the
// exception is traced while the C++ runtime unwinds the same stack.
// In:  exceptions THROWS
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "tests/bench/programs/call_depth.h"

namespace {

template <int N>
[[gnu::noinline]] std::size_t check(long number) {
    const std::string place = "checking at a level of the program: " + std::to_string(N);
    bench::keep(place.data());
    if constexpr (N == 0) {
        throw std::runtime_error("number " + std::to_string(number) + " is not what was expected");
    } else {
        return check<N - 1>(number) + place.size();
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: exceptions THROWS\n");
        return 2;
    }
    std::size_t sum = 0;
    for (long i = std::atol(argv[1]); i > 0; --i) {
        try {
            sum += check<10>(i);
        } catch (const std::exception& error) {
            sum += std::string(error.what()).size();
        }
    }
    std::printf("%zu\n", sum);
}
