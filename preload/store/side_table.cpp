// SPDX-License-Identifier: MIT
#include "preload/store/side_table.h"

#include <cstring>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

SideBlock* SideTable::find(std::uintptr_t address, std::uint32_t domain) const noexcept {
    if (capacity_ == 0) {
        return nullptr;
    }
    for (std::size_t at = home(address, domain, capacity_);; at = (at + 1) & (capacity_ - 1)) {
        if (entries_[at].address == address && entries_[at].domain == domain) {
            return &entries_[at];
        }
        if (entries_[at].address == 0) {
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
    auto* const entries = static_cast<SideBlock*>(pages::map(capacity * sizeof(SideBlock)));
    if (entries == nullptr) {
        return false;
    }
    for_each_with_lock([&](const SideBlock& block) {
        std::size_t at = home(block.address, block.domain, capacity);
        while (entries[at].address != 0) {
            at = (at + 1) & (capacity - 1);
        }
        entries[at] = block;
    });
    SideBlock* const outgrown = entries_;
    const std::size_t outgrown_capacity = capacity_;
    // A signal that ends the process may hit anywhere here, and its snapshot reads what there is.
    capacity_ = 0;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    entries_ = entries;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    capacity_ = capacity;
    if (outgrown != nullptr) {
        pages::unmap(outgrown, outgrown_capacity * sizeof(SideBlock));
    }
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
    if ((used_ + 1) * 2 > capacity_ && !grow()) {
        return false;
    }
    std::size_t at = home(block.address, block.domain, capacity_);
    while (entries_[at].address > kRemoved) {
        at = (at + 1) & (capacity_ - 1);
    }
    used_ += entries_[at].address == 0 ? 1 : 0;
    entries_[at] = block;
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
        std::memset(static_cast<void*>(entries_), 0, capacity_ * sizeof(SideBlock));
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
