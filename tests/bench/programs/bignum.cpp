// SPDX-License-Identifier: MIT
//
// Numbers of any length whose every intermediate result is a new heap block, as in cfrac, the
// allocation benchmark: little work for each allocation, from many call sites.
// In:  bignum ROUNDS
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "tests/bench/programs/call_depth.h"

namespace {

class Number {
public:
    explicit Number(std::size_t length) : digits_(new std::uint32_t[length]()), length_(length) {}
    static Number of(std::uint32_t value) {
        Number result(1);
        result.digits_[0] = value;
        return result;
    }
    [[gnu::noinline]] friend Number operator+(const Number& a, const Number& b) {
        Number sum((a.length_ > b.length_ ? a.length_ : b.length_) + 1);
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < sum.length_; ++i) {
            carry += std::uint64_t{a.digit(i)} + b.digit(i);
            sum.digits_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        return trimmed(std::move(sum));
    }
    [[gnu::noinline]] friend Number operator*(const Number& a, const Number& b) {
        Number product(a.length_ + b.length_);
        for (std::size_t i = 0; i < a.length_; ++i) {
            std::uint64_t carry = 0;
            for (std::size_t j = 0; j <= b.length_ && i + j < product.length_; ++j) {
                carry += std::uint64_t{a.digits_[i]} * b.digit(j) + product.digits_[i + j];
                product.digits_[i + j] = static_cast<std::uint32_t>(carry);
                carry >>= 32;
            }
        }
        return trimmed(std::move(product));
    }
    [[gnu::noinline]] Number divided_by(std::uint32_t divisor) const {
        Number quotient(length_);
        std::uint64_t rest = 0;
        for (std::size_t i = length_; i-- > 0;) {
            rest = rest << 32 | digits_[i];
            quotient.digits_[i] = static_cast<std::uint32_t>(rest / divisor);
            rest %= divisor;
        }
        return trimmed(std::move(quotient));
    }
    [[nodiscard]] std::uint32_t digit(std::size_t i) const { return i < length_ ? digits_[i] : 0; }
    [[nodiscard]] std::size_t length() const { return length_; }

private:
    static Number trimmed(Number number) {
        while (number.length_ > 1 && number.digits_[number.length_ - 1] == 0)
            --number.length_;
        return number;
    }
    std::unique_ptr<std::uint32_t[]> digits_;
    std::size_t length_;
};

/// The first terms of a continued fraction with pseudo-random partial quotients.
std::uint32_t continued_fraction(bench::Random& random) {
    Number before = Number::of(1);
    Number now = Number::of(3);
    for (int i = 0; i < 60; ++i) {
        const Number quotient = Number::of(static_cast<std::uint32_t>(1 + random.below(9)));
        Number next = quotient * now + before;
        before = std::move(now);
        now = std::move(next);
    }
    const Number square = now * now + before * before;
    return (square.divided_by(7) + now.divided_by(3)).digit(0);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: bignum ROUNDS\n");
        return 2;
    }
    bench::Random random(11);
    std::uint32_t sum = 0;
    for (long round = std::atol(argv[1]); round > 0; --round)
        sum += continued_fraction(random);
    std::printf("%u\n", sum);
}
