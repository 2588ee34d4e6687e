// SPDX-License-Identifier: MIT
//
// The calling thread with a state of its own for as long as the object lives, as lifecycle.cpp
// gives it one at its first hook.
#pragma once

#include "preload/platform/attention.h"
#include "preload/platform/thread_registry.h"

namespace tracemalloc::test {

class EnrolledThread {
public:
    EnrolledThread() : state_(preload::thread_registry::enroll()) { preload::t_state = state_; }
    ~EnrolledThread() {
        preload::t_state = nullptr;
        preload::thread_registry::dismiss(*state_);
    }
    EnrolledThread(const EnrolledThread&) = delete;
    EnrolledThread& operator=(const EnrolledThread&) = delete;

    [[nodiscard]] preload::ThreadState& state() const noexcept { return *state_; }

private:
    preload::ThreadState* state_;
};

/// The tracer is armed: hooks record at once.
inline void arm() {
    preload::thread_registry::prepare();
    preload::g_attention.fetch_and(~std::uint32_t{preload::kNotArmed});
}

}  // namespace tracemalloc::test
