// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

namespace tracemalloc::preload {

/// errno is the program's: whatever a library of ours leaves in it is undone.
class ErrnoScope {
public:
    ErrnoScope() noexcept = default;
    ~ErrnoScope() { errno = before_; }
    ErrnoScope(const ErrnoScope&) = delete;
    ErrnoScope& operator=(const ErrnoScope&) = delete;

private:
    int before_ = errno;
};

}  // namespace tracemalloc::preload
