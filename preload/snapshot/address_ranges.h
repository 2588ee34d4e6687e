// SPDX-License-Identifier: MIT
//
// A list of address ranges, filled in any order and then sorted: what a scan leaves out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

struct AddressRange {
    std::uintptr_t start;
    std::uintptr_t end;
};

class AddressRanges {
public:
    AddressRanges() = default;
    ~AddressRanges() { release(); }
    AddressRanges(const AddressRanges&) = delete;
    AddressRanges& operator=(const AddressRanges&) = delete;

    /// What finds no memory is told by is_whole().
    void add(std::uintptr_t start, std::uintptr_t end) noexcept {
        if (start >= end) {
            return;
        }
        if (count_ == room_ && !grow()) {
            is_whole_ = false;
            return;
        }
        ranges_[count_++] = {start, end};
    }
    [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

    /// Ranges that touch or overlap become one.
    void sort() noexcept {
        std::sort(ranges_, ranges_ + count_,
                  [](const AddressRange& a, const AddressRange& b) { return a.start < b.start; });
        std::size_t kept = 0;
        for (std::size_t at = 0; at < count_; ++at) {
            if (kept != 0 && ranges_[at].start <= ranges_[kept - 1].end) {
                ranges_[kept - 1].end = std::max(ranges_[kept - 1].end, ranges_[at].end);
            } else {
                ranges_[kept++] = ranges_[at];
            }
        }
        count_ = kept;
    }

    /// The pieces of [start, end) that no range covers, in order. After sort().
    template <typename Visit>
    void for_each_outside(std::uintptr_t start, std::uintptr_t end, Visit visit) const noexcept {
        const AddressRange* hole = std::upper_bound(
            ranges_, ranges_ + count_, start,
            [](std::uintptr_t at, const AddressRange& one) { return at < one.end; });
        for (; start < end; ++hole) {
            const bool has_hole = hole < ranges_ + count_ && hole->start < end;
            const std::uintptr_t stop = has_hole ? std::max(hole->start, start) : end;
            if (start < stop) {
                visit(start, stop);
            }
            if (!has_hole) {
                return;
            }
            start = hole->end;
        }
    }
    [[nodiscard]] bool hold(std::uintptr_t address) const noexcept {
        bool is_outside = false;
        for_each_outside(address, address + 1, [&](auto, auto) { is_outside = true; });
        return !is_outside;
    }

private:
    bool grow() noexcept {
        const std::size_t room = room_ == 0 ? pages::kPageBytes / sizeof(AddressRange) : room_ * 2;
        auto* const grown = static_cast<AddressRange*>(pages::map(room * sizeof(AddressRange)));
        if (grown == nullptr) {
            return false;
        }
        std::copy(ranges_, ranges_ + count_, grown);
        const std::size_t count = count_;
        release();
        ranges_ = grown;
        room_ = room;
        count_ = count;
        return true;
    }
    void release() noexcept {
        if (ranges_ != nullptr) {
            pages::unmap(ranges_, room_ * sizeof(AddressRange));
        }
        ranges_ = nullptr;
    }

    AddressRange* ranges_ = nullptr;
    std::size_t count_ = 0;
    std::size_t room_ = 0;
    bool is_whole_ = true;
};

}  // namespace tracemalloc::preload
