// SPDX-License-Identifier: MIT
//
// Threads that start together, run for a while and must all agree in the end. Catch2's assertions
// are for one thread, so each worker counts what it finds wrong.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace tracemalloc::test {

class Crowd {
public:
    explicit Crowd(std::chrono::milliseconds duration) : duration_(duration) {}

    class Worker {
    public:
        Worker(Crowd& crowd, std::uint32_t number)
            : crowd_(crowd), random_(number), number_(number) {}
        [[nodiscard]] bool goes_on() const noexcept {
            return !crowd_.is_over_.load(std::memory_order_relaxed);
        }
        [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
        std::uint32_t random(std::uint32_t below) {
            return static_cast<std::uint32_t>(random_() % below);
        }
        void expect(bool holds) noexcept {
            if (!holds) {
                crowd_.failures_.fetch_add(1, std::memory_order_relaxed);
            }
        }

    private:
        Crowd& crowd_;
        std::mt19937_64 random_;
        std::uint32_t number_;
    };

    /// Workers are numbered from 1.
    void add(std::uint32_t count, const std::function<void(Worker&)>& work) {
        for (; count > 0; --count) {
            const auto number = static_cast<std::uint32_t>(threads_.size() + 1);
            threads_.emplace_back([this, number, work] {
                while (!has_begun_.load(std::memory_order_acquire)) {
                    std::this_thread::yield();
                }
                Worker worker(*this, number);
                work(worker);
            });
        }
    }

    /// How often something was not as expected.
    std::uint64_t run() {
        has_begun_.store(true, std::memory_order_release);
        std::this_thread::sleep_for(duration_);
        is_over_.store(true, std::memory_order_relaxed);
        for (std::thread& thread : threads_) {
            thread.join();
        }
        return failures_.load();
    }

private:
    std::chrono::milliseconds duration_;
    std::vector<std::thread> threads_;
    std::atomic<bool> has_begun_{false};
    std::atomic<bool> is_over_{false};
    std::atomic<std::uint64_t> failures_{0};
};

}  // namespace tracemalloc::test
