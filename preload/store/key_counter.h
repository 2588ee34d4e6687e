// SPDX-License-Identifier: MIT
//
// Equal blocks, met anywhere in a walk over all, as one with a count: most programs have thousands
// of times more blocks than different ones. A cache of counts stands before a list; a key that
// another one drives out of the cache is put on the list, and may come to stand there several
// times.
//
// Memory: 32 KiB on the stack, and 16 bytes of list for each key that was driven out or is left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/platform/attributes.h"
#include "preload/store/block_key.h"

namespace tracemalloc::preload {

struct KeyCount {
    BlockKey key;
    std::uint64_t count;
};

class KeyCounter {
public:
    explicit KeyCounter(std::span<KeyCount> list) noexcept : list_(list) {}

    TM_INLINE void add(BlockKey key) noexcept {
        KeyCount& cached = cache_[place(key)];
        if (TM_LIKELY(cached.key == key)) {
            ++cached.count;
            return;
        }
        put(cached);
        cached = {key, 1};
    }
    /// What is still in the cache goes to the list, too.
    void finish() noexcept {
        for (KeyCount& cached : cache_) {
            put(cached);
            cached = {};
        }
    }

    /// Entries of the list; more than it has room for means that it is not whole.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    static constexpr unsigned kCacheBits = 11;

    static TM_INLINE std::size_t place(BlockKey key) noexcept {
        return static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15ULL >> (64 - kCacheBits);
    }
    void put(const KeyCount& entry) noexcept {
        if (entry.count == 0) {
            return;
        }
        if (size_ < list_.size()) {
            list_[size_] = entry;
        }
        ++size_;
    }

    std::span<KeyCount> list_;
    std::size_t size_ = 0;
    KeyCount cache_[std::size_t{1} << kCacheBits] = {};
};

}  // namespace tracemalloc::preload
