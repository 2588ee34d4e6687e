// SPDX-License-Identifier: MIT
//
// The verified stack cache: exact stacks without unwinding, for one thread.
//
// Unwinding is a pure function of (pc, sp, rbp) at the call and of the stack words it reads. Each
// entry remembers, for one (pc, sp), which words those were, in the order in which they were read,
// and what they held. If all still hold it, the stack is the same stack and its id is known: about
// one load and one compare a frame. The comparison stops at the first difference, so it never
// touches a word that unwinding this stack would not have touched.
//
// A miss walks the stack by frame rules, see StackWalk. Checked mode compares each capture with
// what libunwind unwinds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/capture/entry_room.h"
#include "preload/capture/raw_stack.h"
#include "preload/capture/stack_walk.h"
#include "preload/platform/attributes.h"
#include "preload/platform/hook_scope.h"

namespace tracemalloc::preload {

class alignas(128) StackCache {
public:
    /// Bytes of the entries, where a thread records each block, and where it records few.
    static constexpr std::size_t kEntryBudget = std::size_t{768} << 10;
    static constexpr std::size_t kSmallBudget = std::size_t{48} << 10;

    /// Null when the kernel refuses. Memory: up to the budget, 48 bytes for an entry and 16 for
    /// each frame that it verifies, 32 for one with a frame pointer; and about 620 bytes for each
    /// frame of the limit.
    static StackCache* create(std::size_t limit, std::size_t entry_budget) noexcept;
    static void destroy(StackCache* cache) noexcept;

    [[nodiscard]] bool is_small() const noexcept { return is_small_; }

    /// The id remembered for exactly the stack that called from `site`; 0 if there is none.
    TM_INLINE std::uint32_t find(const CallSite& site, std::uint32_t generation) noexcept {
        const std::uint64_t key = key_of(site);
        const Set& set = sets_[set_of(key)];
        for (std::size_t way = 0; way < kWays; ++way) {
            if (TM_LIKELY(set.keys[way] == key)) {
                const Entry& entry = entry_at(set.entries[way]);
                if (TM_LIKELY(holds(entry, site, generation))) {
                    return entry.id;
                }
            }
        }
        return 0;
    }

    /// Walks the stack, in two steps, see StackWalk. The first says what the hash most likely is.
    std::uint64_t begin_walk(const CallSite& site, std::uint32_t generation) noexcept;
    /// False when it is no stack. `stack` is valid until the next walk.
    bool finish_walk(StackView& stack) noexcept;

    /// Remembers the stack of the last walk, which succeeded, under this id, once it came twice in
    /// a row: most stacks of a compiler never come again.
    void remember(const CallSite& site, std::uint32_t id) noexcept;

    /// Of the last walk's stack, kept for whoever keeps the stacks.
    [[nodiscard]] StackAnchor& anchor() noexcept { return anchor_; }

private:
    static constexpr std::uintptr_t kNotCut = 1;  // return addresses lie at multiples of 8
    /// Every C++ allocation calls malloc from the same place in operator new: what tells them apart
    /// comes behind it, so one (pc, sp) has several stacks.
    static constexpr std::size_t kWays = 4;
    static constexpr std::size_t kCandidates = 8;
    static constexpr std::size_t kOtherWords = 5;  ///< three of one frame, and two of the end

    /// A stack word that was read: its distance from the sp of the call, and what it held.
    struct Word {
        std::uintptr_t offset;
        std::uintptr_t value;
    };
    struct Entry {
        std::uintptr_t pc;
        std::uintptr_t sp;
        std::uintptr_t bp;
        std::uintptr_t cut_offset;  ///< where a return address shows that the stack goes on
        std::uint32_t generation;
        std::uint32_t id;
        std::uint32_t word_count;
        bool needs_bp;
        std::uint8_t size;  ///< of its place
        [[nodiscard]] const Word* words() const noexcept {
            return reinterpret_cast<const Word*>(this + 1);
        }
        [[nodiscard]] Word* words() noexcept { return reinterpret_cast<Word*>(this + 1); }
    };

    /// What is read of the entries of one set before any of them lies in one cache line.
    struct alignas(128) Set {
        std::uint64_t keys[kWays];              ///< 0: the entry is not whole
        EntryRoom::Place entries[kWays];        ///< 0: no place yet
        std::uint32_t candidates[kCandidates];  ///< stacks that missed here lately
        std::uint32_t next_candidate;
        std::uint32_t choice;  ///< random numbers that choose what is replaced
    };

    static TM_INLINE bool holds(const Entry& entry, const CallSite& site,
                                std::uint32_t generation) noexcept {
        if (TM_UNLIKELY(entry.pc != site.pc || entry.sp != site.cfa ||
                        entry.generation != generation ||
                        (entry.needs_bp && entry.bp != site.rbp))) {
            return false;
        }
        const auto is_same = [&site](const Word& word) noexcept {
            return stack_word(site.cfa + word.offset) == word.value;
        };
        const Word* word = entry.words();
        const Word* const end = word + entry.word_count;
        for (; end - word >= 4; word += 4) {
            if (!(is_same(word[0]) && is_same(word[1]) && is_same(word[2]) && is_same(word[3]))) {
                return false;
            }
        }
        for (; word != end; ++word) {
            if (!is_same(*word)) {
                return false;
            }
        }
        return entry.cut_offset == kNotCut || stack_word(site.cfa + entry.cut_offset) != 0;
    }
    static TM_INLINE std::uint64_t key_of(const CallSite& site) noexcept {
        return (site.pc ^ site.cfa << 8) * 0x9e3779b97f4a7c15ULL;
    }
    TM_INLINE std::size_t set_of(std::uint64_t key) const noexcept { return key >> 44 & set_mask_; }
    TM_INLINE Entry& entry_at(EntryRoom::Place place) noexcept {
        return *reinterpret_cast<Entry*>(reinterpret_cast<std::byte*>(this) + place);
    }

    Entry& entry_of(EntryRoom::Place& place, std::size_t words) noexcept;
    bool fill(Entry& entry, const CallSite& site, std::uint32_t id) noexcept;
    void forget_entries() noexcept;
    void count_touched() noexcept;

    Set* sets_ = nullptr;
    std::size_t set_mask_ = 0;
    std::size_t most_words_ = 0;
    unsigned words_a_frame_ = 1;  ///< of the last stack that was remembered
    EntryRoom room_;
    std::size_t reserved_bytes_ = 0;
    std::size_t touched_bytes_ = 0;
    std::uint32_t generation_ = 0;
    bool is_small_ = false;
    StackWalk walk_;
    StackAnchor anchor_;
};

}  // namespace tracemalloc::preload
