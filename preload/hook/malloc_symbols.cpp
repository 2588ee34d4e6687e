// SPDX-License-Identifier: MIT
//
// The C allocator's entry points, as the program calls them. Each one enters a hook, calls the next
// allocator, and tells the tracker; results and errno are the next allocator's own.
//
// This file is compiled with frame pointers: the call site is read from the frame.

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "preload/hook/bootstrap_heap.h"
#include "preload/hook/next_functions.h"
#include "preload/hook/symbol.h"
#include "preload/sampling/sample_gap.h"
#include "preload/tracker.h"

namespace {

using namespace tracemalloc::preload;

#define TM_ENTER(scope) const HookScope scope(__builtin_frame_address(0))

TM_INLINE void* recorded(const HookScope& hook, void* block, std::size_t size) noexcept {
    if (TM_LIKELY(block != nullptr)) {
        g_tracker.on_allocate(hook, block, size);
    }
    return block;
}

/// True when the block goes on to the next allocator.
TM_INLINE bool released(const HookScope& hook, void* block) noexcept {
    return TM_LIKELY(g_tracker.on_release(hook, block)) || !g_bootstrap_heap.owns(block);
}

/// A block that was given out before the next allocator was known moves to it.
TM_COLD void* adopt(const HookScope& hook, void* block, std::size_t size) noexcept {
    void* const moved = recorded(hook, g_next.malloc(size), size);
    if (moved != nullptr) {
        const std::size_t readable = g_bootstrap_heap.readable_bytes(block);
        std::memcpy(moved, block, size < readable ? size : readable);
    }
    return moved;
}

TM_INLINE void* resized(const HookScope& hook, void* block, std::size_t size) noexcept {
    if (block == nullptr) {
        return recorded(hook, g_next.realloc(nullptr, size), size);
    }
    const Block old = g_tracker.take(hook, block);
    if (TM_UNLIKELY(old.stack == StackId::none && g_bootstrap_heap.owns(block))) {
        return adopt(hook, block, size);
    }
    void* const moved = g_next.realloc(block, size);
    if (TM_LIKELY(moved != nullptr)) {
        g_tracker.on_allocate(hook, moved, size);
    } else if (size != 0) {
        g_tracker.put_back(hook, old);
    }
    return moved;
}

/// While blocks are sampled most are in no table, and need no hook on their way out.
TM_INLINE bool is_unknown(void* block) noexcept {
    return TM_UNLIKELY(is_sampling()) && g_tracker.knows_nothing_of(block) &&
           !g_bootstrap_heap.owns(block);
}

TM_INLINE void release(const void* frame, void* block) noexcept {
    if (is_unknown(block)) {
        g_next.free(block);
    } else if (block != nullptr) {
        const HookScope hook(frame);
        if (released(hook, block)) {
            g_next.free(block);
        }
    }
}

}  // namespace

extern "C" {

TM_HOOK void* malloc(std::size_t size) {
    if (passes_over(size)) {
        return g_next.malloc(size);
    }
    TM_ENTER(hook);
    return recorded(hook, g_next.malloc(size), size);
}

TM_HOOK void* calloc(std::size_t count, std::size_t size) {
    if (passes_over(count * size)) {
        return g_next.calloc(count, size);
    }
    TM_ENTER(hook);
    return recorded(hook, g_next.calloc(count, size), count * size);
}

TM_HOOK void* realloc(void* block, std::size_t size) {
    if (is_unknown(block) && passes_over(size)) {
        return g_next.realloc(block, size);
    }
    TM_ENTER(hook);
    return resized(hook, block, size);
}

TM_HOOK void* reallocarray(void* block, std::size_t count, std::size_t size) {
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return nullptr;
    }
    if (is_unknown(block) && passes_over(bytes)) {
        return g_next.realloc(block, bytes);
    }
    TM_ENTER(hook);
    return resized(hook, block, bytes);
}

TM_HOOK void free(void* block) {
    release(__builtin_frame_address(0), block);
}

TM_HOOK void cfree(void* block) {
    release(__builtin_frame_address(0), block);
}

TM_HOOK void free_sized(void* block, std::size_t size) {
    if (g_next.free_sized == nullptr || block == nullptr) {
        release(__builtin_frame_address(0), block);
        return;
    }
    TM_ENTER(hook);
    if (released(hook, block)) {
        g_next.free_sized(block, size);
    }
}

TM_HOOK void free_aligned_sized(void* block, std::size_t alignment, std::size_t size) {
    if (g_next.free_aligned_sized == nullptr || block == nullptr) {
        release(__builtin_frame_address(0), block);
        return;
    }
    TM_ENTER(hook);
    if (released(hook, block)) {
        g_next.free_aligned_sized(block, alignment, size);
    }
}

TM_HOOK int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
    if (passes_over(size)) {
        return g_next.posix_memalign(out, alignment, size);
    }
    TM_ENTER(hook);
    const int error = g_next.posix_memalign(out, alignment, size);
    if (error == 0) {
        recorded(hook, *out, size);
    }
    return error;
}

TM_HOOK void* aligned_alloc(std::size_t alignment, std::size_t size) {
    if (passes_over(size)) {
        return g_next.aligned_alloc(alignment, size);
    }
    TM_ENTER(hook);
    return recorded(hook, g_next.aligned_alloc(alignment, size), size);
}

TM_HOOK void* memalign(std::size_t alignment, std::size_t size) {
    if (passes_over(size)) {
        return g_next.memalign(alignment, size);
    }
    TM_ENTER(hook);
    return recorded(hook, g_next.memalign(alignment, size), size);
}

TM_HOOK void* valloc(std::size_t size) {
    if (passes_over(size)) {
        return g_next.valloc(size);
    }
    TM_ENTER(hook);
    return recorded(hook, g_next.valloc(size), size);
}

TM_HOOK void* pvalloc(std::size_t size) {
    if (passes_over(size)) {
        return g_next.pvalloc(size);
    }
    TM_ENTER(hook);
    return recorded(hook, g_next.pvalloc(size), size);
}

}  // extern "C"
