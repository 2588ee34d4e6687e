// SPDX-License-Identifier: MIT
#include "preload/capture/rule_table.h"

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

RuleTable::Slot& RuleTable::place(Slots& slots, std::uintptr_t pc) noexcept {
    for (std::uint64_t at = hash(pc);; ++at) {
        Slot& slot = slots.slots[at & slots.mask];
        const std::uintptr_t found = slot.pc.load(std::memory_order_relaxed);
        if (found == 0 || found == pc) {
            return slot;
        }
    }
}

void RuleTable::add(std::uintptr_t pc, FrameRule rule) noexcept {
    const SpinGuard guard(lock_);
    if (!make_room()) {
        return;
    }
    Slot& slot = place(*slots_.load(std::memory_order_relaxed), pc);
    used_ += slot.pc.load(std::memory_order_relaxed) == 0 ? 1U : 0U;
    slot.rule.store(std::bit_cast<std::uint64_t>(rule), std::memory_order_relaxed);
    slot.pc.store(pc, std::memory_order_release);
}

/// At most half full. The smaller table stays mapped for finders that still read it.
bool RuleTable::make_room() noexcept {
    Slots* const old = slots_.load(std::memory_order_relaxed);
    const std::size_t count = old != nullptr ? old->mask + 1 : 0;
    if ((used_ + 1) * 2 <= count) {
        return true;
    }
    const std::size_t wanted = count != 0 ? count * 2 : kFirstSlots;
    auto* const grown = static_cast<Slots*>(pages::map(sizeof(Slots) + (wanted - 1) * sizeof(Slot)));
    if (grown == nullptr) {
        return false;
    }
    grown->mask = wanted - 1;
    for (std::size_t at = 0; at < count; ++at) {
        const std::uintptr_t pc = old->slots[at].pc.load(std::memory_order_relaxed);
        if (pc != 0) {
            Slot& slot = place(*grown, pc);
            slot.rule.store(old->slots[at].rule.load(std::memory_order_relaxed),
                            std::memory_order_relaxed);
            slot.pc.store(pc, std::memory_order_relaxed);
        }
    }
    slots_.store(grown, std::memory_order_release);
    return true;
}

void RuleTable::forget_all() noexcept {
    const SpinGuard guard(lock_);
    Slots* const slots = slots_.load(std::memory_order_relaxed);
    for (std::size_t at = 0; slots != nullptr && at <= slots->mask; ++at) {
        slots->slots[at].rule.store(0, std::memory_order_relaxed);
    }
}

}  // namespace tracemalloc::preload
