// SPDX-License-Identifier: MIT
//
// An allocator that hands out addresses nobody reads, and the truth about which of them are live: a
// mutex and a map.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace tracemalloc::test {

struct ModelBlock {
    std::uintptr_t address = 0;
    std::uint64_t size = 0;
    std::uint32_t stack = 0;
};

class ModelHeap {
public:
    ModelHeap(std::uintptr_t start, std::uintptr_t step, std::size_t count) {
        for (std::size_t at = 0; at < count; ++at) {
            free_.push_back(start + at * step);
        }
    }

    /// Zero when there is none left.
    std::uintptr_t allocate(std::uint32_t choice) {
        const std::lock_guard guard(mutex_);
        if (free_.empty()) {
            return 0;
        }
        std::swap(free_[choice % free_.size()], free_.back());
        const std::uintptr_t address = free_.back();
        free_.pop_back();
        return address;
    }
    void release(std::uintptr_t address) {
        const std::lock_guard guard(mutex_);
        free_.push_back(address);
    }

    void add(const ModelBlock& block) {
        const std::lock_guard guard(mutex_);
        live_[block.address] = block;
    }
    void remove(std::uintptr_t address) {
        const std::lock_guard guard(mutex_);
        live_.erase(address);
    }
    [[nodiscard]] std::vector<ModelBlock> live() const {
        const std::lock_guard guard(mutex_);
        std::vector<ModelBlock> blocks;
        for (const auto& [address, block] : live_) {
            blocks.push_back(block);
        }
        return blocks;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::uintptr_t> free_;
    std::unordered_map<std::uintptr_t, ModelBlock> live_;
};

}  // namespace tracemalloc::test
