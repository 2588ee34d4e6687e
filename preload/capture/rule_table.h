// SPDX-License-Identifier: MIT
//
// Return address → frame rule, learned once for the whole process. Finding takes no lock.
//
//   slot     [ return address 48 | number of the rule 16 ]      0 = empty
//   rules    the few hundred distinct rules that a process has
//
// A walk reads one slot a frame at random, so a slot is one word: half the cache lines.
// Memory: 16 to 32 bytes for each distinct return address.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/capture/frame_rule.h"
#include "preload/platform/attributes.h"
#include "preload/platform/spin_lock.h"

namespace tracemalloc::preload {

class RuleTable {
public:
    /// `not_learned` when it is not there.
    [[nodiscard]] TM_INLINE FrameRule find(std::uintptr_t pc) const noexcept {
        const Slots* const slots = slots_.load(std::memory_order_acquire);
        if (TM_UNLIKELY(slots == nullptr)) {
            return {};
        }
        const std::atomic<std::uint64_t>* const all = slots->slots;
        for (std::uint64_t at = hash(pc);; ++at) {
            const std::uint64_t slot = all[at & slots->mask].load(std::memory_order_acquire);
            if (TM_LIKELY(slot >> kRuleBits == pc)) {
                return rules_[slot & kRuleMask];
            }
            if (slot == 0) {
                return {};
            }
        }
    }

    /// Without memory, or with more distinct rules than there are numbers, it is forgotten and
    /// learned again next time.
    void add(std::uintptr_t pc, FrameRule rule) noexcept;

    /// Code was unloaded: everything is learned anew. No thread is in the code that went.
    void forget_all() noexcept;

    [[nodiscard]] SpinLock& lock() noexcept { return lock_; }

private:
    static constexpr std::size_t kFirstSlots = 2048;
    static constexpr unsigned kRuleBits = 16;
    static constexpr std::uint64_t kRuleMask = (1U << kRuleBits) - 1;
    static constexpr std::size_t kMostRules = 8192;
    static constexpr std::uint64_t kForgotten = 0;  // number of the rule that says "not learned"

    struct Slots {
        std::uint64_t mask;
        alignas(64) std::atomic<std::uint64_t> slots[8];  // really mask + 1
    };

    /// Calls that stand within 128 bytes of code share a cache line: a program that makes one of
    /// them often makes the others, too.
    static std::uint64_t hash(std::uintptr_t pc) noexcept {
        return (pc >> 7) * 0x9e3779b97f4a7c15ULL >> 36 << 3 | (pc >> 4 & 7);
    }
    [[nodiscard]] std::uint64_t number_of(FrameRule rule) noexcept;
    bool make_room() noexcept;
    static std::atomic<std::uint64_t>& place(Slots& slots, std::uintptr_t pc) noexcept;

    std::atomic<Slots*> slots_{nullptr};  // all zero: the table needs no place in the file
    std::size_t used_ = 0;
    std::size_t last_rule_ = 0;
    SpinLock lock_;
    FrameRule rules_[kMostRules] = {};  // rules_[kForgotten] stays as it is
};

/// The rules of this process.
extern RuleTable g_rules;

/// From the table, or learned now.
FrameRule learn_rule(std::uintptr_t return_address) noexcept;
TM_INLINE FrameRule rule_for(std::uintptr_t return_address) noexcept {
    const FrameRule rule = g_rules.find(return_address);
    return TM_LIKELY(rule.kind() != FrameRule::Kind::not_learned) ? rule
                                                                  : learn_rule(return_address);
}

}  // namespace tracemalloc::preload
