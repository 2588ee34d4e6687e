// SPDX-License-Identifier: MIT
//
// No signal handler runs in this thread while the object lives. A write beyond RLIMIT_FSIZE would
// raise SIGXFSZ in it: such a signal of our own making is taken back before the mask is.
#pragma once

#include <csignal>
#include <cstdint>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

class AllSignalsBlocked {
public:
    AllSignalsBlocked() noexcept {
        const std::uint64_t all = ~std::uint64_t{0};
        system_call(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before_, sizeof before_);
        std::uint64_t pending = 0;
        system_call(SYS_rt_sigpending, &pending, sizeof pending);
        xfsz_was_pending_ = (pending & kXfsz) != 0;
    }
    ~AllSignalsBlocked() {
        if (!xfsz_was_pending_) {
            const std::uint64_t only = kXfsz;
            const struct timespec now = {0, 0};
            system_call(SYS_rt_sigtimedwait, &only, nullptr, &now, sizeof only);
        }
        system_call(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof before_);
    }
    AllSignalsBlocked(const AllSignalsBlocked&) = delete;
    AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

    /// No signal was blocked before. In a handler its own is, unless it has SA_NODEFER.
    [[nodiscard]] bool were_let_in() const noexcept { return before_ == 0; }

private:
    static constexpr std::uint64_t kXfsz = std::uint64_t{1} << (SIGXFSZ - 1);

    std::uint64_t before_ = 0;
    bool xfsz_was_pending_ = false;
};

}  // namespace tracemalloc::preload
