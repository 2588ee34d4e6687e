// SPDX-License-Identifier: MIT
#include "preload/capture/stack_cache.h"

#include <bit>
#include <new>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

StackCache* StackCache::create(std::size_t limit) noexcept {
    // A word a frame, and half as many again for saved rbps and entry points.
    const std::size_t most_words = limit + limit / 2 + 12;
    const std::size_t entry_bytes = sizeof(Entry) + most_words * sizeof(Word);
    std::size_t entries = std::bit_floor(kEntryBudget / entry_bytes);
    entries = entries < 16 ? 16 : entries > 1024 ? 1024 : entries;
    const std::size_t entries_bytes = entries * entry_bytes;
    const std::size_t bytes = sizeof(StackCache) + entries_bytes + StackWalk::bytes_for(limit);

    void* const memory = pages::map(bytes);
    if (memory == nullptr) {
        return nullptr;
    }
    auto* const cache = new (memory) StackCache;
    cache->entries_ = reinterpret_cast<std::byte*>(cache + 1);
    cache->entry_mask_ = entries - 1;
    cache->entry_bytes_ = entry_bytes;
    cache->most_words_ = most_words;
    cache->limit_ = limit;
    cache->mapped_bytes_ = bytes;
    cache->walk_.prepare(cache->entries_ + entries_bytes, limit);
    return cache;
}

void StackCache::destroy(StackCache* cache) noexcept {
    if (cache != nullptr) {
        pages::unmap(cache, cache->mapped_bytes_);
    }
}

bool StackCache::walk(const CallSite& site, std::uint32_t generation, StackView& stack) noexcept {
    if (generation_ != generation) {
        generation_ = generation;
        walk_.forget();
    }
    if (!walk_.walk(site)) {
        return false;
    }
    stack = walk_.view();
    return true;
}

void StackCache::remember(const CallSite& site, std::uint32_t id) noexcept {
    Entry& entry = entry_for(site);
    if (entry.candidate_id != id) {
        entry.candidate_id = id;
        return;
    }
    Word* word = entry.words();
    const Word* const room = word + most_words_ - 4;
    const auto add = [&](std::uintptr_t address, std::uintptr_t value) {
        *word++ = {address - site.cfa, value};
    };
    entry.pc = 0;  // until it is whole
    entry.cut_offset = kNotCut;
    for (std::size_t at = 0; at < walk_.depth(); ++at) {
        const bool is_last = at + 1 == walk_.depth();
        if (is_last && (walk_.end_reason() == StackWalk::End::outermost ||
                        walk_.end_reason() == StackWalk::End::not_followed)) {
            break;
        }
        if (word > room) {
            return;
        }
        const StackWalk::Words words = walk_.words_to(at);
        if (words.sp_slot != 0) {
            add(words.sp_slot, words.sp);
        }
        if (!is_last) {
            add(words.pc_slot, walk_.pc(at + 1));
            if (words.bp_slot != 0 && walk_.frame(at + 1).needs_bp) {
                add(words.bp_slot, walk_.frame(at + 1).bp);
            }
        } else if (walk_.end_reason() == StackWalk::End::limit) {
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
}

}  // namespace tracemalloc::preload
