// SPDX-License-Identifier: MIT
//
// The blocks of the highest moment so far, until the process ends: 8 bytes for each of them. Holds
// nothing when zeroed, and nobody destroys it, for it outlives all destructors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "preload/snapshot/frozen_view.h"

namespace tracemalloc::preload {

class KeptPeak {
public:
    /// In place of what was kept before. False when the threads could not be held still.
    bool take(const BlockTable& blocks, std::uint64_t bytes) noexcept {
        forget();
        auto* const view = new (view_) FrozenView;
        if (view->copy(blocks, true) != FrozenView::Outcome::taken) {
            view->~FrozenView();
            return false;
        }
        view->release_spare_room();
        bytes_ = bytes;
        is_kept_ = true;
        return true;
    }
    void forget() noexcept {
        if (is_kept_) {
            kept().~FrozenView();
        }
        is_kept_ = false;
        bytes_ = 0;
    }

    /// As the process counted them; 0: nothing is kept.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// The blocks in order, which took no time until now.
    FrozenView::Outcome sort() noexcept {
        return kept().sort() ? FrozenView::Outcome::taken : FrozenView::Outcome::no_memory;
    }
    [[nodiscard]] const FrozenView& view() noexcept { return kept(); }

private:
    FrozenView& kept() noexcept { return *std::launder(reinterpret_cast<FrozenView*>(view_)); }

    alignas(FrozenView) std::byte view_[sizeof(FrozenView)] = {};
    std::uint64_t bytes_ = 0;
    bool is_kept_ = false;
};

}  // namespace tracemalloc::preload
