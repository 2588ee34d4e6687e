// SPDX-License-Identifier: MIT
//
// The C allocator's functions when they are recorded: enter a hook, call the next allocator, tell
// the tracker. Results and errno are the next allocator's own.
//
// This file is compiled with frame pointers: the call site is read from the frame, which is that of
// the program's call, because the entry points jump here.

#include "preload/hook/recorded_malloc.h"

#include <cerrno>
#include <cstring>

#include "preload/hook/bootstrap_heap.h"
#include "preload/hook/next_functions.h"
#include "preload/tracker.h"

namespace tracemalloc::preload::recorded {

namespace {

#define TM_ENTER(scope) const HookScope scope(__builtin_frame_address(0))

TM_INLINE void* told(const HookScope& hook, void* block, std::size_t size,
                     AllocationFunction function) noexcept {
    if (TM_LIKELY(block != nullptr)) {
        g_tracker.on_allocate(hook, block, size, function);
    } else {
        g_tracker.on_failure();
    }
    return block;
}

/// True when the block goes on to the next allocator.
TM_INLINE bool released(const HookScope& hook, void* block) noexcept {
    return TM_LIKELY(g_tracker.on_release(hook, block)) || !g_bootstrap_heap.owns(block);
}

/// A block that was given out before the next allocator was known moves to it.
TM_COLD void* adopt(const HookScope& hook, void* block, std::size_t size) noexcept {
    void* const moved = told(hook, g_next.malloc(size), size, AllocationFunction::realloc);
    if (moved != nullptr) {
        const std::size_t readable = g_bootstrap_heap.readable_bytes(block);
        std::memcpy(moved, block, size < readable ? size : readable);
    }
    return moved;
}

TM_INLINE void* resized(const HookScope& hook, void* block, std::size_t size) noexcept {
    if (block == nullptr) {
        return told(hook, g_next.realloc(nullptr, size), size, AllocationFunction::realloc);
    }
    const Block old = g_tracker.take(hook, block, Tracker::Taking::for_now, size);
    if (TM_UNLIKELY(old.stack == StackId::none && g_bootstrap_heap.owns(block))) {
        return adopt(hook, block, size);
    }
    void* const moved = g_next.realloc(block, size);
    if (TM_LIKELY(moved != nullptr)) {
        g_tracker.on_allocate(hook, moved, size, AllocationFunction::realloc);
    } else if (size != 0) {
        g_tracker.put_back(hook, old);
    }
    return moved;
}

TM_INLINE void release(const void* frame, void* block) noexcept {
    if (block != nullptr) {
        const HookScope hook(frame);
        if (released(hook, block)) {
            g_next.free(block);
        }
    }
}

}  // namespace

void* malloc(std::size_t size) {
    TM_ENTER(hook);
    return told(hook, g_next.malloc(size), size, AllocationFunction::malloc);
}

void* calloc(std::size_t count, std::size_t size) {
    TM_ENTER(hook);
    return told(hook, g_next.calloc(count, size), count * size, AllocationFunction::calloc);
}

void* realloc(void* block, std::size_t size) {
    TM_ENTER(hook);
    return resized(hook, block, size);
}

void* reallocarray(void* block, std::size_t count, std::size_t size) {
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return nullptr;
    }
    TM_ENTER(hook);
    return resized(hook, block, bytes);
}

void free(void* block) {
    release(__builtin_frame_address(0), block);
}

void free_sized(void* block, std::size_t size) {
    if (g_next.free_sized == nullptr || block == nullptr) {
        release(__builtin_frame_address(0), block);
        return;
    }
    TM_ENTER(hook);
    if (released(hook, block)) {
        g_next.free_sized(block, size);
    }
}

void free_aligned_sized(void* block, std::size_t alignment, std::size_t size) {
    if (g_next.free_aligned_sized == nullptr || block == nullptr) {
        release(__builtin_frame_address(0), block);
        return;
    }
    TM_ENTER(hook);
    if (released(hook, block)) {
        g_next.free_aligned_sized(block, alignment, size);
    }
}

int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
    TM_ENTER(hook);
    const int error = g_next.posix_memalign(out, alignment, size);
    if (error == 0) {
        told(hook, *out, size, AllocationFunction::posix_memalign);
    }
    return error;
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    TM_ENTER(hook);
    return told(hook, g_next.aligned_alloc(alignment, size), size,
                AllocationFunction::aligned_alloc);
}

void* memalign(std::size_t alignment, std::size_t size) {
    TM_ENTER(hook);
    return told(hook, g_next.memalign(alignment, size), size, AllocationFunction::memalign);
}

void* valloc(std::size_t size) {
    TM_ENTER(hook);
    return told(hook, g_next.valloc(size), size, AllocationFunction::valloc);
}

void* pvalloc(std::size_t size) {
    TM_ENTER(hook);
    return told(hook, g_next.pvalloc(size), size, AllocationFunction::pvalloc);
}

}  // namespace tracemalloc::preload::recorded
