// SPDX-License-Identifier: MIT
//
// Room for the entries of a stack cache. Few stacks are as deep as the limit, and only those whose
// frames have frame pointers take two words a frame, so each entry has a place of the size that it
// needs; a place that is left is for the next entry of that size. One thread's; nobody waits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tracemalloc::preload {

class EntryRoom {
public:
    /// Where an entry lies, in bytes from the memory. 0: nowhere.
    using Place = std::uint32_t;
    static constexpr unsigned kSizes = 16;

    /// From `start` to `end` bytes behind `memory`, for entries that take up to `most` bytes.
    void prepare(std::byte* memory, std::size_t start, std::size_t end, std::size_t most) noexcept {
        memory_ = memory;
        start_ = start;
        next_ = start;
        end_ = end;
        step_ = step_for(most);
    }
    /// `most` rounded up to what a place has.
    static constexpr std::size_t largest_for(std::size_t most) noexcept {
        return step_for(most) * kSizes;
    }

    [[nodiscard]] unsigned size_for(std::size_t bytes) const noexcept {
        return static_cast<unsigned>((bytes + step_ - 1) / step_ - 1);
    }
    [[nodiscard]] std::size_t bytes_of(unsigned size) const noexcept { return (size + 1) * step_; }

    /// 0 when none is left: then all have to be given up, with clear().
    Place take(unsigned size) noexcept {
        if (const Place place = left_[size]; place != 0) {
            left_[size] = next_of(place);
            return place;
        }
        const std::size_t place = next_;
        if (end_ - place < bytes_of(size)) {
            return 0;
        }
        next_ += bytes_of(size);
        return static_cast<Place>(place);
    }
    void leave(Place place, unsigned size) noexcept {
        next_of(place) = left_[size];
        left_[size] = place;
    }
    void clear() noexcept {
        for (Place& first : left_) {
            first = 0;
        }
        std::atomic_signal_fence(std::memory_order_seq_cst);  // a handler may leave by longjmp
        next_ = start_;
    }
    /// Where the memory begins that was never taken since.
    [[nodiscard]] std::size_t used() const noexcept { return next_; }

private:
    static constexpr std::size_t step_for(std::size_t most) noexcept {
        constexpr std::size_t kAlignment = 16;
        return (most + kSizes * kAlignment - 1) / (kSizes * kAlignment) * kAlignment;
    }
    [[nodiscard]] Place& next_of(Place place) const noexcept {
        return *reinterpret_cast<Place*>(memory_ + place);
    }

    std::byte* memory_ = nullptr;
    std::size_t start_ = 0;
    std::size_t next_ = 0;
    std::size_t end_ = 0;
    std::size_t step_ = 0;
    Place left_[kSizes] = {};
};

}  // namespace tracemalloc::preload
