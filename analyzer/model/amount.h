// SPDX-License-Identifier: MIT
//
// A number of bytes or blocks that may be an estimate. In sums it keeps its fraction, so that
// neither the order of adding nor the number of terms changes a result; read, it is the nearest
// whole number, rounded there and nowhere before. An exact number has no fraction and loses nothing
// up to 64 bits.
#pragma once

#include <cstdint>
#include <utility>

namespace tracemalloc::analyze {

class Amount {
public:
    constexpr Amount() noexcept = default;
    // Implicit both ways: an exact number is an amount, and an amount reads as a number.
    constexpr Amount(std::uint64_t whole) noexcept : whole_(whole) {}
    constexpr operator std::uint64_t() const noexcept { return whole_ + (fraction_ >> 63U); }

    /// The nearest amount to `value`; what is negative or beyond 64 bits is the nearest end.
    static Amount of(double value) noexcept;

    /// Differences below zero and sums beyond 64 bits wrap around, as unsigned numbers do.
    constexpr Amount& operator+=(const Amount& more) noexcept {
        fraction_ += more.fraction_;
        whole_ += more.whole_ + (fraction_ < more.fraction_ ? 1 : 0);
        return *this;
    }
    constexpr Amount& operator-=(const Amount& less) noexcept {
        whole_ -= less.whole_ + (fraction_ < less.fraction_ ? 1 : 0);
        fraction_ -= less.fraction_;
        return *this;
    }

    /// What nlohmann-json looks for, so that reports write amounts like any number.
    template <class Json>
    friend void to_json(Json& json, const Amount& amount) {
        json = static_cast<std::uint64_t>(amount);
    }

private:
    std::uint64_t whole_ = 0;
    std::uint64_t fraction_ = 0;  ///< in units of 2⁻⁶⁴
};

/// Rounds many amounts for a reader that adds them up: what one leaves over goes to the next, so
/// that each is less than 1 from its amount and so is the sum of all of them.
class CarriedRounding {
public:
    constexpr std::uint64_t operator()(const Amount& amount) noexcept {
        sum_ += amount;
        const std::uint64_t sum = sum_;
        return sum - std::exchange(given_, sum);
    }

private:
    Amount sum_;
    std::uint64_t given_ = 0;
};

}  // namespace tracemalloc::analyze
