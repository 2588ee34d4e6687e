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

#include "preload/capture/raw_stack.h"
#include "preload/capture/stack_walk.h"
#include "preload/platform/attributes.h"
#include "preload/platform/hook_scope.h"

namespace tracemalloc::preload {

class StackCache {
public:
    /// Null when the kernel refuses. Memory: kEntryBudget and 160 bytes for each frame of the
    /// limit.
    static StackCache* create(std::size_t limit) noexcept;
    static void destroy(StackCache* cache) noexcept;

    /// The id remembered for exactly the stack that called from `site`; 0 if there is none.
    TM_INLINE std::uint32_t find(const CallSite& site, std::uint32_t generation) noexcept {
        const Entry& entry = entry_for(site);
        if (TM_UNLIKELY(entry.pc != site.pc || entry.sp != site.cfa ||
                        entry.generation != generation ||
                        (entry.needs_bp && entry.bp != site.rbp))) {
            return 0;
        }
        const Word* word = entry.words();
        for (const Word* const end = word + entry.word_count; word != end; ++word) {
            if (word_at(site.cfa + word->offset) != word->value) {
                return 0;
            }
        }
        if (entry.cut_offset != kNotCut && word_at(site.cfa + entry.cut_offset) == 0) {
            return 0;
        }
        return entry.id;
    }

    /// Walks the stack. False when it is none. `stack` is valid until the next walk.
    bool walk(const CallSite& site, std::uint32_t generation, StackView& stack) noexcept;

    /// Remembers the stack of the last walk, which succeeded, under this id, once it came twice in
    /// a row: most stacks of a compiler never come again.
    void remember(const CallSite& site, std::uint32_t id) noexcept;

private:
    static constexpr std::size_t kEntryBudget = std::size_t{256} << 10;
    static constexpr std::uintptr_t kNotCut = 1;  // return addresses lie at multiples of 8

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
        std::uint32_t candidate_id;  ///< the last stack that missed here
        [[nodiscard]] const Word* words() const noexcept {
            return reinterpret_cast<const Word*>(this + 1);
        }
        [[nodiscard]] Word* words() noexcept { return reinterpret_cast<Word*>(this + 1); }
    };

    static std::uintptr_t word_at(std::uintptr_t address) noexcept {
        return *reinterpret_cast<const std::uintptr_t*>(address);
    }
    TM_INLINE Entry& entry_for(const CallSite& site) const noexcept {
        const std::uint64_t hash = (site.pc ^ site.cfa << 8) * 0x9e3779b97f4a7c15ULL;
        return *reinterpret_cast<Entry*>(entries_ + (hash >> 44 & entry_mask_) * entry_bytes_);
    }

    std::byte* entries_ = nullptr;
    std::size_t entry_mask_ = 0;
    std::size_t entry_bytes_ = 0;
    std::size_t most_words_ = 0;
    std::size_t limit_ = 0;
    std::size_t mapped_bytes_ = 0;
    std::uint32_t generation_ = 0;
    StackWalk walk_;
};

}  // namespace tracemalloc::preload
