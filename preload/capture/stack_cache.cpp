// SPDX-License-Identifier: MIT
#include "preload/capture/stack_cache.h"

#include <algorithm>
#include <bit>
#include <new>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

StackCache* StackCache::create(std::size_t limit, std::size_t entry_budget) noexcept {
    // A word a frame, and half as many again for saved rbps and entry points.
    const std::size_t most_words = limit + limit / 2 + 12;
    const std::size_t entry_bytes = sizeof(Entry) + most_words * sizeof(Word);
    std::size_t sets = std::bit_floor(entry_budget / (entry_bytes * kWays));
    sets = sets < 4 ? 4 : sets > 256 ? 256 : sets;
    const std::size_t entries_bytes = sets * kWays * entry_bytes;
    const std::size_t bytes =
        sizeof(StackCache) + sets * sizeof(Set) + entries_bytes + StackWalk::bytes_for(limit);

    void* const memory = pages::map(bytes);
    if (memory == nullptr) {
        return nullptr;
    }
    auto* const cache = new (memory) StackCache;
    cache->sets_ = reinterpret_cast<Set*>(cache + 1);
    auto* const entries = reinterpret_cast<std::byte*>(cache->sets_ + sets);
    cache->next_entry_ = sizeof(StackCache) + sets * sizeof(Set);
    cache->set_mask_ = sets - 1;
    cache->entry_bytes_ = entry_bytes;
    cache->most_words_ = most_words;
    cache->mapped_bytes_ = bytes;
    cache->is_small_ = entry_budget < kEntryBudget;
    cache->walk_.prepare(entries + entries_bytes, limit);
    return cache;
}

void StackCache::destroy(StackCache* cache) noexcept {
    if (cache != nullptr) {
        pages::unmap(cache, cache->mapped_bytes_);
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
    if (set.entries[way] == 0) {
        set.entries[way] = static_cast<std::uint32_t>(next_entry_);
        next_entry_ += entry_bytes_;
    }
    if (fill(entry_at(set.entries[way]), site, id)) {
        set.keys[way] = key;
    }
}

/// False when the stack takes more words than an entry has.
bool StackCache::fill(Entry& entry, const CallSite& site, std::uint32_t id) noexcept {
    Word* word = entry.words();
    const Word* const room = word + most_words_ - 4;
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
