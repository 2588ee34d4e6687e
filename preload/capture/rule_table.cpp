// SPDX-License-Identifier: MIT
#include "preload/capture/rule_table.h"

#include "preload/capture/entry_points.h"
#include "preload/capture/rule_learner.h"
#include "preload/platform/errno_scope.h"
#include "preload/platform/pages.h"

namespace tracemalloc::preload {

constinit RuleTable g_rules;

TM_COLD FrameRule learn_rule(std::uintptr_t return_address) noexcept {
    const ErrnoScope program_errno;
    FrameRule rule = rule_learner::learn(return_address);
    if (g_entry_points.contain(return_address)) {
        rule = rule.of_entry_point();
    }
    g_rules.add(return_address, rule);
    return rule;
}

std::atomic<std::uint64_t>& RuleTable::place(Slots& slots, std::uintptr_t pc) noexcept {
    std::atomic<std::uint64_t>* const all = slots.slots;
    for (std::uint64_t at = hash(pc);; ++at) {
        std::atomic<std::uint64_t>& slot = all[at & slots.mask];
        const std::uint64_t found = slot.load(std::memory_order_relaxed);
        if (found == 0 || found >> kRuleBits == pc) {
            return slot;
        }
    }
}

std::uint64_t RuleTable::number_of(FrameRule rule) noexcept {
    for (std::size_t number = 1; number <= last_rule_; ++number) {
        if (rules_[number] == rule) {
            return number;
        }
    }
    if (last_rule_ + 1 == kMostRules) {
        return kForgotten;
    }
    rules_[++last_rule_] = rule;
    return last_rule_;
}

void RuleTable::add(std::uintptr_t pc, FrameRule rule) noexcept {
    const SpinGuard guard(lock_);
    if (!make_room()) {
        return;
    }
    std::atomic<std::uint64_t>& slot = place(*slots_.load(std::memory_order_relaxed), pc);
    if (slot.load(std::memory_order_relaxed) == 0) {
        ++used_;
    }
    slot.store(pc << kRuleBits | number_of(rule), std::memory_order_release);
}

/// At most half full. The smaller table stays mapped for finders that still read it.
bool RuleTable::make_room() noexcept {
    Slots* const old = slots_.load(std::memory_order_relaxed);
    const std::size_t count = old != nullptr ? old->mask + 1 : 0;
    if ((used_ + 1) * 2 <= count) {
        return true;
    }
    const std::size_t wanted = count != 0 ? count * 2 : kFirstSlots;
    auto* const grown = static_cast<Slots*>(pages::map(sizeof(Slots) + (wanted - 8) * 8));
    if (grown == nullptr) {
        return false;
    }
    grown->mask = wanted - 1;
    const std::atomic<std::uint64_t>* const known = old != nullptr ? old->slots : nullptr;
    for (std::size_t at = 0; at < count; ++at) {
        const std::uint64_t slot = known[at].load(std::memory_order_relaxed);
        if (slot != 0) {
            place(*grown, slot >> kRuleBits).store(slot, std::memory_order_relaxed);
        }
    }
    slots_.store(grown, std::memory_order_release);
    return true;
}

void RuleTable::forget_all() noexcept {
    const SpinGuard guard(lock_);
    Slots* const slots = slots_.load(std::memory_order_relaxed);
    if (slots == nullptr) {
        return;
    }
    std::atomic<std::uint64_t>* const all = slots->slots;
    for (std::size_t at = 0; at <= slots->mask; ++at) {
        const std::uint64_t slot = all[at].load(std::memory_order_relaxed);
        all[at].store(slot & ~kRuleMask, std::memory_order_relaxed);
    }
}

}  // namespace tracemalloc::preload
