// SPDX-License-Identifier: MIT
//
// The blocks of the highest moment so far, until the process ends: 8 bytes for each of them, in
// room that is used again for the next higher moment. Holds nothing when zeroed, and nobody
// destroys it, for it outlives all destructors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "preload/snapshot/frozen_view.h"
#include "preload/snapshot/process_facts.h"

namespace tracemalloc::preload {

class KeptPeak {
public:
    /// In place of what was kept before. False when the threads could not be held still.
    bool take(const BlockTable& blocks, std::uint64_t bytes) noexcept {
        if (!has_view_) {
            (new (view_) FrozenView)->keep_room();
            has_view_ = true;
        }
        const KeyCount* const before = kept().keys().data();
        const FrozenView::Outcome outcome = kept().copy(blocks, true);
        if (outcome != FrozenView::Outcome::taken) {
            const bool is_as_it_was =
                outcome == FrozenView::Outcome::threads_busy && before == kept().keys().data();
            bytes_ = is_as_it_was ? bytes_ : 0;
            return false;
        }
        bytes_ = bytes;
        // The kernel takes longer to tell than a copy takes, and tells of pages some time ago.
        if (const std::int64_t now = kept().moment().monotonic_ns; now >= next_look_ns_) {
            resident_bytes_ = resident_bytes();
            next_look_ns_ = now + kBetweenLooksNs;
        }
        return true;
    }
    void forget() noexcept {
        if (has_view_) {
            kept().~FrozenView();
        }
        has_view_ = false;
        bytes_ = 0;
    }

    /// As the process counted them; 0: nothing is kept.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// The blocks in order, which took no time until now.
    FrozenView::Outcome sort() noexcept {
        kept().set_resident({resident_bytes_, resident_memory().peak_bytes});
        return kept().sort() ? FrozenView::Outcome::taken : FrozenView::Outcome::no_memory;
    }
    [[nodiscard]] const FrozenView& view() noexcept { return kept(); }
    /// Beside those of another view, see there.
    [[nodiscard]] std::uint64_t untouched_bytes_beside(const FrozenView& view) noexcept {
        return has_view_ && &view != &kept() ? kept().untouched_bytes() : 0;
    }

private:
    static constexpr std::int64_t kBetweenLooksNs = 2'000'000;

    FrozenView& kept() noexcept { return *std::launder(reinterpret_cast<FrozenView*>(view_)); }

    alignas(FrozenView) std::byte view_[sizeof(FrozenView)] = {};
    std::uint64_t bytes_ = 0;
    std::uint64_t resident_bytes_ = 0;
    std::int64_t next_look_ns_ = 0;
    bool has_view_ = false;
};

}  // namespace tracemalloc::preload
