// SPDX-License-Identifier: MIT
//
// The exponential distribution without libm, which is not among the libraries that this one may
// need. Relative errors are below 1e-12, checked against libm in the tests.
#pragma once

#include <bit>
#include <cstdint>

namespace tracemalloc::preload::exponential {

inline constexpr double kLn2 = 0.693147180559945309417232121458;

/// The natural logarithm of a positive normal number: of 2^e·m it is e·ln 2 +
/// 2·artanh((m-1)/(m+1)), with m between √½ and √2.
[[nodiscard]] inline double log(double value) noexcept {
    constexpr double kSqrt2 = 1.41421356237309504880168872421;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    int exponent = static_cast<int>(bits >> 52 & 0x7ff) - 1023;
    double mantissa = std::bit_cast<double>((bits & 0x000f'ffff'ffff'ffff) | 0x3ff0'0000'0000'0000);
    if (mantissa > kSqrt2) {
        mantissa /= 2;
        ++exponent;
    }
    const double ratio = (mantissa - 1) / (mantissa + 1);
    const double square = ratio * ratio;
    double series = 0;
    for (int odd = 19; odd > 0; odd -= 2) {
        series = series * square + 1.0 / odd;
    }
    return exponent * kLn2 + 2 * ratio * series;
}

/// 1 - e^-x for x ≥ 0: the Taylor series of a value halved until it is small, doubled back by
/// 1 - e^-2y = (1 - e^-y)(2 - (1 - e^-y)), which loses nothing near 0.
[[nodiscard]] inline double one_minus_exp(double x) noexcept {
    if (x > 40) {
        return 1;
    }
    int halvings = 0;
    for (; x > 0.25; ++halvings) {
        x /= 2;
    }
    double series = 0;
    for (int order = 14; order > 0; --order) {
        series = (1 - series) * x / order;
    }
    for (; halvings > 0; --halvings) {
        series *= 2 - series;
    }
    return series;
}

/// How far it is to the next point of a Poisson process with one point every `mean` bytes, rounded
/// up: greater than n with probability e^(-n/mean) exactly for every whole n. `random` is 64 even
/// bits. At least 1, at most 45 means.
[[nodiscard]] inline std::uint64_t gap(std::uint64_t random, std::uint64_t mean) noexcept {
    const double even = static_cast<double>((random >> 11) + 1) * 0x1p-53;  // above 0, at most 1
    const double distance = -log(even) * static_cast<double>(mean);
    const auto whole = static_cast<std::uint64_t>(distance);
    return whole + 1;
}

/// How many bytes a recorded block of this size stands for: size ÷ the probability that it is
/// recorded (Horvitz and Thompson, 1952).
[[nodiscard]] inline std::uint64_t estimate(std::uint64_t size, std::uint64_t mean) noexcept {
    const double trials = static_cast<double>(size != 0 ? size : 1) / static_cast<double>(mean);
    return static_cast<std::uint64_t>(static_cast<double>(size) / one_minus_exp(trials) + 0.5);
}

}  // namespace tracemalloc::preload::exponential
