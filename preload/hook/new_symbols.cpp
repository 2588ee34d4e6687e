// SPDX-License-Identifier: MIT
//
// operator new and delete in every form, by their linker names. No hook is entered around the call
// to the next function: an exception may pass through it, and nothing may be left set behind.
//
// This file is compiled with frame pointers: the call site is read from the frame.

#include <cstddef>
#include <cstdlib>
#include <type_traits>

#include "preload/hook/new_family.h"
#include "preload/hook/symbol.h"
#include "preload/sampling/sample_gap.h"
#include "preload/tracker.h"

namespace {

using namespace tracemalloc::preload;
using tracemalloc::AllocationFunction;

constexpr AllocationFunction kNew = AllocationFunction::operator_new;
constexpr AllocationFunction kNewArray = AllocationFunction::operator_new_array;

TM_INLINE const NewFamily& family(const void* frame) noexcept {
    return TM_LIKELY(g_new_family.plain != nullptr)
               ? g_new_family
               : new_family_of_caller(CallSite::of_frame(frame).pc);
}

TM_COLD void* record(const void* frame, void* block, std::size_t size,
                     AllocationFunction called) noexcept {
    if (block != nullptr) {
        const HookScope hook(frame);
        g_tracker.on_allocate(hook, block, size, called);
    }
    return block;
}

/// The next function asked malloc for more than the program asked for: an alignment's multiple, or
/// one byte for none.
TM_COLD void* corrected(const void* frame, void* block, std::size_t size) noexcept {
    if (block != nullptr) {
        const HookScope hook(frame);
        g_tracker.correct_size(hook, block, size);
    }
    return block;
}

TM_COLD void forget(const void* frame, void* block) noexcept {
    if (block != nullptr && !(is_sampling() && g_tracker.knows_nothing_of(block))) {
        const HookScope hook(frame);
        g_tracker.on_release(hook, block);
    }
}

/// The malloc that the next function calls is not the program's. One form may call another: what
/// the program called is the first of them. That malloc clears it, also when it fails.
TM_COLD void note_call(AllocationFunction called) noexcept {
    if (t_calling_function == 0) {
        t_calling_function = static_cast<std::uint32_t>(called);
    }
}

/// Where a program has no such function at all. Its call is recorded by the malloc hook.
template <typename... Rest>
void* stand_in_new(std::size_t size, Rest...) {
    return std::malloc(size != 0 ? size : 1);
}
inline void* stand_in_new(std::size_t size, std::align_val_t alignment) {
    const auto bytes = static_cast<std::size_t>(alignment);
    return std::aligned_alloc(bytes, (size + bytes - 1) & ~(bytes - 1));
}
inline void* stand_in_new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) {
    return stand_in_new(size, alignment);
}

template <typename Member, typename... Arguments>
TM_COLD void* allocate_slowly(const void* frame, Member member, AllocationFunction called,
                              std::size_t size, Arguments... arguments) {
    const NewFamily& next = family(frame);
    const auto function = next.*member;
    if (function == nullptr) {
        return stand_in_new(size, arguments...);
    }
    if (!next.passes_on) {
        if (!next.calls_malloc) {
            return passes_over(size) ? function(size, arguments...)
                                     : record(frame, function(size, arguments...), size, called);
        }
        note_call(called);
    }
    constexpr bool kIsAligned = (std::is_same_v<Arguments, std::align_val_t> || ...);
    if (kIsAligned || size == 0) {
        return corrected(frame, function(size, arguments...), size);
    }
    return function(size, arguments...);
}

/// Nearly always a jump to the next function.
template <typename Member, typename... Arguments>
TM_INLINE void* allocate(const void* frame, Member member, AllocationFunction called,
                         std::size_t size, Arguments... arguments) {
    constexpr bool kIsAligned = (std::is_same_v<Arguments, std::align_val_t> || ...);
    const auto function = g_new_family.*member;
    if (TM_LIKELY(!kIsAligned && function != nullptr && g_new_family.passes_on && size != 0)) {
        return function(size, arguments...);
    }
    return allocate_slowly<Member, Arguments...>(frame, member, called, size, arguments...);
}

template <typename Member, typename... Arguments>
TM_COLD void release_slowly(const void* frame, Member member, void* block, Arguments... arguments) {
    const NewFamily& next = family(frame);
    const auto function = next.*member;
    if (function == nullptr) {
        std::free(block);
        return;
    }
    if (!next.calls_malloc) {
        forget(frame, block);
    }
    function(block, arguments...);
}

template <typename Member, typename... Arguments>
TM_INLINE void release(const void* frame, Member member, void* block, Arguments... arguments) {
    const auto function = g_new_family.*member;
    if (TM_LIKELY(function != nullptr && g_new_family.calls_malloc)) {
        return function(block, arguments...);
    }
    release_slowly<Member, Arguments...>(frame, member, block, arguments...);
}

#define TM_FRAME __builtin_frame_address(0)

}  // namespace

// The reference parameters of the real functions are pointers at this level.
using Nothrow = const std::nothrow_t&;
using Alignment = std::align_val_t;

extern "C" {

TM_HOOK void* _Znwm(std::size_t n) {
    return allocate(TM_FRAME, &NewFamily::plain, kNew, n);
}
TM_HOOK void* _Znam(std::size_t n) {
    return allocate(TM_FRAME, &NewFamily::array, kNewArray, n);
}

TM_HOOK void* _ZnwmRKSt9nothrow_t(std::size_t n, Nothrow t) {
    return allocate<decltype(&NewFamily::plain_nothrow), Nothrow>(
        TM_FRAME, &NewFamily::plain_nothrow, kNew, n, t);
}
TM_HOOK void* _ZnamRKSt9nothrow_t(std::size_t n, Nothrow t) {
    return allocate<decltype(&NewFamily::array_nothrow), Nothrow>(
        TM_FRAME, &NewFamily::array_nothrow, kNewArray, n, t);
}
TM_HOOK void* _ZnwmSt11align_val_t(std::size_t n, Alignment a) {
    return allocate(TM_FRAME, &NewFamily::plain_aligned, kNew, n, a);
}
TM_HOOK void* _ZnamSt11align_val_t(std::size_t n, Alignment a) {
    return allocate(TM_FRAME, &NewFamily::array_aligned, kNewArray, n, a);
}
TM_HOOK void* _ZnwmSt11align_val_tRKSt9nothrow_t(std::size_t n, Alignment a, Nothrow t) {
    return allocate<decltype(&NewFamily::plain_aligned_nothrow), Alignment, Nothrow>(
        TM_FRAME, &NewFamily::plain_aligned_nothrow, kNew, n, a, t);
}
TM_HOOK void* _ZnamSt11align_val_tRKSt9nothrow_t(std::size_t n, Alignment a, Nothrow t) {
    return allocate<decltype(&NewFamily::array_aligned_nothrow), Alignment, Nothrow>(
        TM_FRAME, &NewFamily::array_aligned_nothrow, kNewArray, n, a, t);
}

TM_HOOK void _ZdlPv(void* p) {
    release(TM_FRAME, &NewFamily::free_plain, p);
}
TM_HOOK void _ZdaPv(void* p) {
    release(TM_FRAME, &NewFamily::free_array, p);
}
TM_HOOK void _ZdlPvm(void* p, std::size_t n) {
    release(TM_FRAME, &NewFamily::free_plain_sized, p, n);
}
TM_HOOK void _ZdaPvm(void* p, std::size_t n) {
    release(TM_FRAME, &NewFamily::free_array_sized, p, n);
}
TM_HOOK void _ZdlPvRKSt9nothrow_t(void* p, Nothrow t) {
    release<decltype(&NewFamily::free_plain_nothrow), Nothrow>(
        TM_FRAME, &NewFamily::free_plain_nothrow, p, t);
}
TM_HOOK void _ZdaPvRKSt9nothrow_t(void* p, Nothrow t) {
    release<decltype(&NewFamily::free_array_nothrow), Nothrow>(
        TM_FRAME, &NewFamily::free_array_nothrow, p, t);
}
TM_HOOK void _ZdlPvSt11align_val_t(void* p, Alignment a) {
    release(TM_FRAME, &NewFamily::free_plain_aligned, p, a);
}
TM_HOOK void _ZdaPvSt11align_val_t(void* p, Alignment a) {
    release(TM_FRAME, &NewFamily::free_array_aligned, p, a);
}
TM_HOOK void _ZdlPvmSt11align_val_t(void* p, std::size_t n, Alignment a) {
    release(TM_FRAME, &NewFamily::free_plain_sized_aligned, p, n, a);
}
TM_HOOK void _ZdaPvmSt11align_val_t(void* p, std::size_t n, Alignment a) {
    release(TM_FRAME, &NewFamily::free_array_sized_aligned, p, n, a);
}
TM_HOOK void _ZdlPvSt11align_val_tRKSt9nothrow_t(void* p, Alignment a, Nothrow t) {
    release<decltype(&NewFamily::free_plain_aligned_nothrow), Alignment, Nothrow>(
        TM_FRAME, &NewFamily::free_plain_aligned_nothrow, p, a, t);
}
TM_HOOK void _ZdaPvSt11align_val_tRKSt9nothrow_t(void* p, Alignment a, Nothrow t) {
    release<decltype(&NewFamily::free_array_aligned_nothrow), Alignment, Nothrow>(
        TM_FRAME, &NewFamily::free_array_aligned_nothrow, p, a, t);
}

}  // extern "C"
