// SPDX-License-Identifier: MIT
//
// Captures as a hook makes them, each compared with libunwind's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "preload/capture/stack_cache.h"
#include "preload/store/stack_interner.h"

namespace tracemalloc::test {

class Comparison {
public:
    explicit Comparison(std::size_t limit,
                        std::size_t entry_budget = preload::StackCache::kEntryBudget);
    ~Comparison();
    Comparison(const Comparison&) = delete;
    Comparison& operator=(const Comparison&) = delete;

    /// Once, as the tracer does it in checked mode.
    static void load_libraries();

    /// Compares the stack of the caller of the function whose frame this is.
    void compare(const preload::CallSite& site);

    /// Of the comparison that lives: what a journey calls where it stops.
    static void stop();

    [[nodiscard]] std::uint64_t hits() const noexcept { return hits_; }
    [[nodiscard]] std::uint64_t walks() const noexcept { return walks_; }
    /// Stacks that were not followed to their end.
    [[nodiscard]] std::uint64_t parts() const noexcept { return parts_; }
    [[nodiscard]] std::uint64_t captures() const noexcept { return hits_ + walks_; }
    [[nodiscard]] std::uint64_t cut() const noexcept { return cut_; }
    [[nodiscard]] std::size_t deepest() const noexcept { return deepest_; }
    /// Empty when every capture agreed.
    [[nodiscard]] const std::string& first_difference() const noexcept { return difference_; }

    std::uint32_t generation = 1;
    /// One more walk for every so many hits, to also compare what a hit leaves out; 0: none.
    std::uint32_t walk_after_hits = 8;

private:
    void expect(const char* from, const preload::StackView& found, const preload::StackView& truth);
    void note(const char* from, const preload::StackView& found,
              const preload::StackView& expected);

    std::size_t limit_;
    preload::StackCache* cache_;
    std::unique_ptr<preload::StackInterner> stacks_;
    std::uint64_t hits_ = 0;
    std::uint64_t walks_ = 0;
    std::uint64_t parts_ = 0;
    std::uint64_t cut_ = 0;
    std::size_t deepest_ = 0;
    bool is_comparing_ = false;
    std::string difference_;
};

}  // namespace tracemalloc::test
