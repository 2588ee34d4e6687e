// SPDX-License-Identifier: MIT
#include "preload/store/side_table.h"

#include <algorithm>

namespace tracemalloc::preload {

SideBlock* SideTable::find(std::uintptr_t address, std::uint32_t domain) const noexcept {
    if (entries_.capacity() == 0) {
        return nullptr;
    }
    for (std::size_t at = home(address, domain);; ++at) {
        SideBlock& block = entries_.at(at);
        if (block.address == address && block.domain == domain) {
            return &block;
        }
        if (block.address == 0) {
            return nullptr;
        }
    }
}

bool SideTable::grow() noexcept {
    // Sized by what is live: a table full of removed entries is rebuilt at its own size.
    std::size_t capacity = 256;
    while (capacity < live_.load(std::memory_order_relaxed) * 4) {
        capacity *= 2;
    }
    const auto grown = GrowingArray<SideBlock>::map(capacity);
    if (grown.capacity() == 0) {
        return false;
    }
    for_each_with_lock([&](const SideBlock& block) {
        std::size_t at = home(block.address, block.domain);
        while (grown.at(at).address != 0) {
            ++at;
        }
        grown.at(at) = block;
    });
    entries_.become(grown);
    used_ = live_.load(std::memory_order_relaxed);
    return true;
}

bool SideTable::put(const SideBlock& block, std::int64_t& replaced) noexcept {
    const SpinGuard guard(lock_);
    if (SideBlock* const old = find(block.address, block.domain)) {
        replaced += static_cast<std::int64_t>(old->size);
        *old = block;
        return true;
    }
    if ((used_ + 1) * 2 > entries_.capacity() && !grow()) {
        return false;
    }
    std::size_t at = home(block.address, block.domain);
    while (entries_.at(at).address > kRemoved) {
        ++at;
    }
    SideBlock& place = entries_.at(at);
    used_ += place.address == 0 ? 1U : 0U;
    place = block;
    filter_.add(block.address);
    live_.fetch_add(1, std::memory_order_release);
    return true;
}

SideBlock SideTable::get(std::uintptr_t address) const noexcept {
    const SpinGuard guard(lock_);
    const SideBlock* const found = find(address, 0);
    return found != nullptr ? *found : SideBlock{};
}

void SideTable::clear() noexcept {
    const SpinGuard guard(lock_);
    if (used_ != 0) {
        for_each_with_lock([this](const SideBlock& block) { filter_.remove(block.address); });
        std::fill(entries_.begin(), entries_.end(), SideBlock{});
    }
    used_ = 0;
    live_.store(0, std::memory_order_release);
}

void SideTable::renumber_epochs(const EpochTable::Numbers& merged) noexcept {
    const SpinGuard guard(lock_);
    for_each_with_lock([&](SideBlock& block) { block.epoch = merged[block.epoch]; });
}

SideBlock SideTable::take(std::uintptr_t address, std::uint32_t domain) noexcept {
    const SpinGuard guard(lock_);
    SideBlock* const found = find(address, domain);
    if (found == nullptr) {
        return {};
    }
    const SideBlock block = *found;
    *found = {kRemoved, 0, StackId::none, 0};
    filter_.remove(address);
    live_.fetch_sub(1, std::memory_order_release);
    return block;
}

}  // namespace tracemalloc::preload
