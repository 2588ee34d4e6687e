// SPDX-License-Identifier: MIT
#include "preload/capture/stack_cache.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <new>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

StackCache* StackCache::create(std::size_t limit, std::size_t entry_budget) noexcept {
    // Two words a frame, of which there are a few more where the allocator calls itself.
    const std::size_t most_bytes =
        EntryRoom::largest_for(sizeof(Entry) + (2 * limit + 12) * sizeof(Word));
    std::size_t sets = std::bit_floor(entry_budget / (most_bytes * kWays));
    sets = sets < 4 ? 4 : sets > 256 ? 256 : sets;
    const std::size_t walk_at = sizeof(StackCache) + sets * sizeof(Set);
    const std::size_t entries_at = (walk_at + StackWalk::bytes_for(limit) + 15) & ~std::size_t{15};
    const std::size_t end = entries_at + sets * kWays * most_bytes;

    auto* const memory = static_cast<std::byte*>(pages::reserve(end));
    if (memory == nullptr) {
        return nullptr;
    }
    auto* const cache = new (memory) StackCache;
    cache->sets_ = reinterpret_cast<Set*>(cache + 1);
    cache->set_mask_ = sets - 1;
    cache->most_words_ = (most_bytes - sizeof(Entry)) / sizeof(Word);
    cache->room_.prepare(memory, entries_at, end, most_bytes);
    cache->reserved_bytes_ = end;
    cache->is_small_ = entry_budget < kEntryBudget;
    cache->walk_.prepare(memory + walk_at, limit);
    cache->count_touched();
    return cache;
}

void StackCache::destroy(StackCache* cache) noexcept {
    if (cache != nullptr) {
        pages::count_touched(-static_cast<std::ptrdiff_t>(cache->touched_bytes_));
        pages::give_back(cache, cache->reserved_bytes_);
    }
}

void StackCache::count_touched() noexcept {
    if (const std::size_t bytes = pages::round_up(room_.used()); bytes > touched_bytes_) {
        pages::count_touched(static_cast<std::ptrdiff_t>(bytes - touched_bytes_));
        touched_bytes_ = bytes;
    }
}

std::uint64_t StackCache::begin_walk(const CallSite& site, std::uint32_t generation) noexcept {
    if (TM_UNLIKELY(generation_ != generation)) {
        generation_ = generation;
        walk_.forget();
    }
    return walk_.begin(site);
}

bool StackCache::finish_walk(StackView& stack) noexcept {
    if (TM_UNLIKELY(!walk_.finish())) {
        return false;
    }
    stack = walk_.view();
    return true;
}

void StackCache::remember(const CallSite& site, std::uint32_t id) noexcept {
    const std::uint64_t key = key_of(site);
    Set& set = sets_[set_of(key)];
    if (std::find(set.candidates, set.candidates + kCandidates, id) ==
        set.candidates + kCandidates) {
        set.candidates[set.next_candidate++ % kCandidates] = id;
        return;
    }
    // In turn, five stacks that come round and round in four ways would never be found.
    set.choice = set.choice * 1'664'525 + 1'013'904'223;
    const std::size_t way = set.choice >> 30;
    static_assert(kWays == 4);
    set.keys[way] = 0;  // until it is whole
    // Most stacks take a word a frame, or two: whole programs have frame pointers, or have none.
    for (unsigned words = words_a_frame_;; words = 2) {
        Entry& entry = entry_of(set.entries[way], words * walk_.depth() + kOtherWords);
        if (fill(entry, site, id)) {
            set.keys[way] = key;
            words_a_frame_ = entry.word_count > walk_.depth() + kOtherWords ? 2 : 1;
            return;
        }
        if (words == 2) {
            return;
        }
    }
}

/// The entry at the place, which moves when it has not room for so many words, or for many more.
StackCache::Entry& StackCache::entry_of(EntryRoom::Place& place, std::size_t words) noexcept {
    const unsigned size =
        room_.size_for(sizeof(Entry) + std::min(words, most_words_) * sizeof(Word));
    if (place != 0 && entry_at(place).size == size) {
        return entry_at(place);
    }
    if (const EntryRoom::Place left = place; left != 0) {
        place = 0;
        std::atomic_signal_fence(std::memory_order_seq_cst);  // a handler may leave by longjmp
        room_.leave(left, entry_at(left).size);
    }
    place = room_.take(size);
    if (place == 0) {
        forget_entries();
        place = room_.take(size);
    }
    count_touched();
    entry_at(place).size = static_cast<std::uint8_t>(size);
    return entry_at(place);
}

/// Rare: only when stacks changed so much that places of the sizes they have now are all that lack.
void StackCache::forget_entries() noexcept {
    for (Set* set = sets_; set <= sets_ + set_mask_; ++set) {
        std::fill(set->keys, set->keys + kWays, 0);
        std::fill(set->entries, set->entries + kWays, 0);
    }
    room_.clear();
}

/// False when the stack takes more words than the entry has.
bool StackCache::fill(Entry& entry, const CallSite& site, std::uint32_t id) noexcept {
    Word* word = entry.words();
    const Word* const room =
        word + (room_.bytes_of(entry.size) - sizeof(Entry)) / sizeof(Word) - kOtherWords;
    const auto add = [&](std::uintptr_t address, std::uintptr_t value) {
        *word++ = {address - site.cfa, value};
    };
    entry.cut_offset = kNotCut;
    const std::size_t last = walk_.depth() - 1;
    const std::uintptr_t* slot = walk_.newest_slot();
    const std::uintptr_t* pc = walk_.newest_pc();
    for (std::size_t at = 0; at < last; ++at) {
        --slot;
        --pc;
        if (word > room) {
            return false;
        }
        if (TM_LIKELY(WalkedStack::is_plain(*slot))) {
            add(*slot, *pc);
            continue;
        }
        const StackWalk::Words words = walk_.words_to(at);
        if (words.sp_slot != 0) {
            add(words.sp_slot, words.sp);
        }
        add(words.pc_slot, *pc);
        if (const WalkedFrame& caller = walk_.frame(at + 1);
            words.bp_slot != 0 && caller.needs_bp) {
            add(words.bp_slot, caller.bp);
        }
    }
    const bool is_cut = walk_.end_reason() == StackWalk::End::limit;
    if (is_cut || walk_.end_reason() == StackWalk::End::no_caller) {
        const StackWalk::Words words = walk_.words_to(last);
        if (words.sp_slot != 0) {
            add(words.sp_slot, words.sp);
        }
        if (is_cut) {
            entry.cut_offset = words.pc_slot - site.cfa;
        } else {
            add(words.pc_slot, 0);
        }
    }
    entry.word_count = static_cast<std::uint32_t>(word - entry.words());
    entry.sp = site.cfa;
    entry.bp = site.rbp;
    entry.needs_bp = walk_.frame(0).needs_bp;
    entry.generation = generation_;
    entry.id = id;
    entry.pc = site.pc;
    return true;
}

}  // namespace tracemalloc::preload
