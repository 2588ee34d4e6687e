// SPDX-License-Identifier: MIT
#include "preload/hook/allocator_call.h"

#include "preload/hook/next_functions.h"
#include "preload/platform/thread_state.h"

namespace tracemalloc::preload {

constinit TM_THREAD_LOCAL std::uintptr_t t_frame_in_allocator = 0;

namespace {

class AllocatorCall {
public:
    AllocatorCall() noexcept : before_(t_frame_in_allocator) {
        t_frame_in_allocator =
            t_state != nullptr ? t_state->hook_frame.load(std::memory_order_relaxed) : 0;
    }
    ~AllocatorCall() { t_frame_in_allocator = before_; }
    AllocatorCall(const AllocatorCall&) = delete;
    AllocatorCall& operator=(const AllocatorCall&) = delete;

private:
    std::uintptr_t before_;
};

/// A next function, and the one that stands in its place.
template <auto kMember>
struct Watched;

template <typename Result, typename... Arguments, Result (*NextFunctions::*kMember)(Arguments...)>
struct Watched<kMember> {
    static inline Result (*next)(Arguments...) = nullptr;

    static Result call(Arguments... arguments) {
        const AllocatorCall inside;
        return next(arguments...);
    }
    static void install() noexcept {
        if (g_next.*kMember != nullptr) {
            next = g_next.*kMember;
            g_next.*kMember = call;
        }
    }
};

template <auto... kMembers>
void watch() noexcept {
    (Watched<kMembers>::install(), ...);
}

}  // namespace

void watch_next_allocator() noexcept {
    if (!next_allocator_is_glibc()) {
        watch<&NextFunctions::malloc, &NextFunctions::calloc, &NextFunctions::realloc,
              &NextFunctions::free, &NextFunctions::posix_memalign, &NextFunctions::aligned_alloc,
              &NextFunctions::memalign, &NextFunctions::valloc, &NextFunctions::pvalloc,
              &NextFunctions::free_sized, &NextFunctions::free_aligned_sized>();
    }
}

}  // namespace tracemalloc::preload
