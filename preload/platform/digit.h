// SPDX-License-Identifier: MIT
#pragma once

namespace tracemalloc::preload {

/// The value of a digit as the kernel writes them, up to 15; 99 for another letter.
[[nodiscard]] constexpr unsigned digit_of(char letter) noexcept {
    if (letter >= '0' && letter <= '9') {
        return static_cast<unsigned>(letter - '0');
    }
    return letter >= 'a' && letter <= 'f' ? static_cast<unsigned>(letter - 'a') + 10 : 99;
}

}  // namespace tracemalloc::preload
