// SPDX-License-Identifier: MIT
//
// The sorted blocks of a frozen view as rows of the dump: equal blocks once, with their count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

#include "preload/snapshot/frozen_view.h"

namespace tracemalloc::preload {

/// Blocks that differ in nothing but their address.
struct BirthRow {
    std::uint32_t stack;
    std::uint64_t size;
    EpochId epoch;
    std::uint64_t count;

    [[nodiscard]] bool is_same_block_row(const BirthRow& other) const noexcept {
        return stack == other.stack && size == other.size;
    }
};

/// Merges the two sorted lists of a view into rows, equal blocks counted.
class BirthRows {
public:
    explicit BirthRows(const FrozenView& view) noexcept
        : keys_(view.keys()), aside_(view.aside()) {}

    bool next(BirthRow& row) noexcept {
        if (key_ == keys_.size() && aside_at_ == aside_.size()) {
            return false;
        }
        row = aside_is_next() ? aside_row() : key_row();
        row.count = 0;
        while (key_ < keys_.size() && order(key_row()) == order(row)) {
            row.count += keys_[key_].count;
            ++key_;
        }
        while (aside_at_ < aside_.size() && order(aside_row()) == order(row)) {
            ++aside_at_;
            ++row.count;
        }
        return true;
    }

private:
    [[nodiscard]] BirthRow key_row() const noexcept {
        const BlockKey key = keys_[key_].key;
        return {static_cast<std::uint32_t>(stack_of(key)), size_of(key), epoch_of(key), 0};
    }
    [[nodiscard]] BirthRow aside_row() const noexcept {
        const SideBlock& block = aside_[aside_at_];
        return {static_cast<std::uint32_t>(block.stack), block.size, block.epoch, 0};
    }
    [[nodiscard]] bool aside_is_next() const noexcept {
        if (key_ == keys_.size() || aside_at_ == aside_.size()) {
            return key_ == keys_.size();
        }
        return order(aside_row()) < order(key_row());
    }
    static std::tuple<std::uint32_t, std::uint64_t, EpochId> order(const BirthRow& row) noexcept {
        return {row.stack, row.size, row.epoch};
    }

    std::span<const KeyCount> keys_;
    std::span<const SideBlock> aside_;
    std::size_t key_ = 0;
    std::size_t aside_at_ = 0;
};

/// One row of the blocks section.
struct BlockRow {
    std::uint32_t stack;
    std::uint64_t size;
    std::uint64_t count;
};

/// The same blocks, whenever they were born.
class BlockRows {
public:
    explicit BlockRows(const FrozenView& view) noexcept : births_(view) {
        has_birth_ = births_.next(birth_);
    }

    bool next(BlockRow& row) noexcept {
        if (!has_birth_) {
            return false;
        }
        const BirthRow first = birth_;
        row = {first.stack, first.size, 0};
        while (has_birth_ && birth_.is_same_block_row(first)) {
            row.count += birth_.count;
            has_birth_ = births_.next(birth_);
        }
        return true;
    }

private:
    BirthRows births_;
    BirthRow birth_{};
    bool has_birth_ = false;
};

}  // namespace tracemalloc::preload
