// SPDX-License-Identifier: MIT
//
// A chain of N distinct functions with frames of different sizes around a piece of work, so that a
// benchmark decides how deep the stack of its allocations is.
#pragma once

namespace bench {

using Work = void (*)(void*);

template <int N>
[[gnu::noinline]] void call_at_depth(Work work, void* argument) {
    if constexpr (N == 0) {
        work(argument);
    } else {
        char frame[16U + N * 24U % 200U];
        __asm__ volatile("" : : "r"(frame) : "memory");
        call_at_depth<N - 1>(work, argument);
    }
    __asm__ volatile("");  // the call above is not the last thing, so it is no jump
}

/// A value that the compiler has to assume somebody reads.
template <typename T>
void keep(T* pointer) {
    __asm__ volatile("" : : "r"(pointer) : "memory");
}

/// xorshift: the same numbers in every run.
class Random {
public:
    explicit Random(unsigned long seed) : state_(seed * 2654435769UL + 1) {}
    unsigned long below(unsigned long bound) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ % bound;
    }

private:
    unsigned long state_;
};

}  // namespace bench
