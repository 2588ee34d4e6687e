// SPDX-License-Identifier: MIT
//
// The entries of an open-addressing table, which its owner replaces by more of them. The owner
// holds a lock, but a signal that ends the process may hit while he does so, and its snapshot reads
// the array: it sees the old entries, none, or the new ones, whole in any case.
#pragma once

#include <atomic>
#include <cstddef>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

template <typename Entry>
class GrowingArray {
public:
    /// All-zero entries, as many as asked for; none when there is no memory.
    [[nodiscard]] static GrowingArray map(std::size_t capacity) noexcept {
        GrowingArray array;
        array.entries_ = static_cast<Entry*>(pages::map(capacity * sizeof(Entry)));
        array.capacity_ = array.entries_ != nullptr ? capacity : 0;
        return array;
    }
    /// What it was before goes back to the kernel.
    void become(const GrowingArray& grown) noexcept {
        const GrowingArray outgrown = *this;
        capacity_ = 0;
        std::atomic_signal_fence(std::memory_order_seq_cst);
        entries_ = grown.entries_;
        std::atomic_signal_fence(std::memory_order_seq_cst);
        capacity_ = grown.capacity_;
        if (outgrown.entries_ != nullptr) {
            pages::unmap(outgrown.entries_, outgrown.capacity_ * sizeof(Entry));
        }
    }

    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// Which is a power of two.
    [[nodiscard]] Entry& at(std::size_t place) const noexcept {
        return entries_[place & (capacity_ - 1)];
    }
    [[nodiscard]] Entry* begin() const noexcept { return entries_; }
    [[nodiscard]] Entry* end() const noexcept { return entries_ + capacity_; }

private:
    Entry* entries_ = nullptr;
    std::size_t capacity_ = 0;
};

}  // namespace tracemalloc::preload
