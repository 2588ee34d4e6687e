// SPDX-License-Identifier: MIT
//
// Why something was not recorded. Numbers are on disk for ever: add, never renumber.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tracemalloc {

enum class LossReason : std::uint32_t {
#define TM_LOSS(name, number, text) name = number,
#include "common/loss_reason.def"
#undef TM_LOSS
};

/// One more than the largest number, for arrays indexed by reason.
inline constexpr std::size_t kLossReasonEnd = [] {
    std::size_t end = 0;
#define TM_LOSS(name, number, text) end = (number) + 1 > end ? (number) + 1 : end;
#include "common/loss_reason.def"
#undef TM_LOSS
    return end;
}();

/// The text for a reason; null for a number this version does not know.
constexpr const char* loss_text(std::uint32_t reason) noexcept {
    switch (reason) {
#define TM_LOSS(name, number, text) \
    case number:                    \
        return text;
#include "common/loss_reason.def"
#undef TM_LOSS
        default:
            return nullptr;
    }
}

}  // namespace tracemalloc
