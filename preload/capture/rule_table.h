// SPDX-License-Identifier: MIT
//
// Return address → frame rule, learned once for the whole process. Finding takes no lock.
// Memory: 32 to 64 bytes for each distinct return address.
#pragma once

#include <atomic>
#include <bit>
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
        for (std::uint64_t at = hash(pc);; ++at) {
            const Slot& slot = slots->slots[at & slots->mask];
            const std::uintptr_t found = slot.pc.load(std::memory_order_acquire);
            if (TM_LIKELY(found == pc)) {
                return std::bit_cast<FrameRule>(slot.rule.load(std::memory_order_relaxed));
            }
            if (found == 0) {
                return {};
            }
        }
    }

    /// Without memory it is forgotten, and learned again next time.
    void add(std::uintptr_t pc, FrameRule rule) noexcept;

    /// Code was unloaded: everything is learned anew. No thread is in the code that went.
    void forget_all() noexcept;

    void reset_lock() noexcept { lock_.reset(); }

private:
    static constexpr std::size_t kFirstSlots = 1024;

    struct Slot {
        std::atomic<std::uintptr_t> pc;
        std::atomic<std::uint64_t> rule;
    };
    struct Slots {
        std::uint64_t mask;
        Slot slots[1];  // really mask + 1
    };

    static std::uint64_t hash(std::uintptr_t pc) noexcept {
        return pc * 0x9e3779b97f4a7c15ULL >> 36;
    }
    bool make_room() noexcept;
    static Slot& place(Slots& slots, std::uintptr_t pc) noexcept;

    std::atomic<Slots*> slots_{nullptr};
    std::size_t used_ = 0;
    SpinLock lock_;
};

}  // namespace tracemalloc::preload
