// SPDX-License-Identifier: MIT
//
// The sorted blocks of a frozen view as rows of the dump: equal blocks once, with their count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/snapshot/frozen_view.h"

namespace tracemalloc::preload {

/// One row of the blocks section.
struct BlockRow {
    std::uint32_t stack;
    std::uint64_t size;
    std::uint64_t count;
};

/// Merges the two sorted lists of a view into rows, equal blocks counted.
class BlockRows {
public:
    explicit BlockRows(const FrozenView& view) noexcept
        : keys_(view.keys()), large_(view.large()) {}

    bool next(BlockRow& row) noexcept {
        if (key_ == keys_.size() && large_at_ == large_.size()) {
            return false;
        }
        row = large_is_next() ? large_row() : key_row();
        row.count = 0;
        while (key_ < keys_.size() && same(key_row(), row)) {
            ++key_;
            ++row.count;
        }
        while (large_at_ < large_.size() && same(large_row(), row)) {
            ++large_at_;
            ++row.count;
        }
        return true;
    }

private:
    [[nodiscard]] BlockRow key_row() const noexcept {
        return {static_cast<std::uint32_t>(keys_[key_] >> 32), keys_[key_] & 0xffff'ffff, 0};
    }
    [[nodiscard]] BlockRow large_row() const noexcept {
        return {static_cast<std::uint32_t>(large_[large_at_].stack), large_[large_at_].size, 0};
    }
    [[nodiscard]] bool large_is_next() const noexcept {
        if (key_ == keys_.size() || large_at_ == large_.size()) {
            return key_ == keys_.size();
        }
        const BlockRow key = key_row();
        const BlockRow large = large_row();
        return large.stack != key.stack ? large.stack < key.stack : large.size < key.size;
    }
    static bool same(const BlockRow& a, const BlockRow& b) noexcept {
        return a.stack == b.stack && a.size == b.size;
    }

    std::span<const BlockKey> keys_;
    std::span<const LargeBlock> large_;
    std::size_t key_ = 0;
    std::size_t large_at_ = 0;
};

}  // namespace tracemalloc::preload
