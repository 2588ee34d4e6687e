// SPDX-License-Identifier: MIT
//
// The C allocator's entry points, as the program calls them: a gate each. What passes it goes to
// the next allocator, all else to the recorded function of the same name.
//
// Both are jumps, never calls: recording reads the call site from its own frame, which has to be
// that of the program's call. The file is therefore optimised in every build, see CMakeLists.txt.

#include <cstddef>

#include "preload/hook/next_functions.h"
#include "preload/hook/recorded_malloc.h"
#include "preload/hook/symbol.h"
#include "preload/sampling/sample_gap.h"
#include "preload/tracker.h"

namespace {

using namespace tracemalloc::preload;

/// While blocks are sampled most are in no table, and need no hook on their way out.
TM_INLINE bool is_unknown(void* block) noexcept {
    return TM_UNLIKELY(is_sampling()) && g_tracker.knows_nothing_of(block);
}

}  // namespace

extern "C" {

TM_HOOK void* malloc(std::size_t size) {
    return passes_over(size) ? g_next.malloc(size) : recorded::malloc(size);
}

TM_HOOK void* calloc(std::size_t count, std::size_t size) {
    return passes_over(count * size) ? g_next.calloc(count, size) : recorded::calloc(count, size);
}

TM_HOOK void* realloc(void* block, std::size_t size) {
    return is_unknown(block) && passes_over(size) ? g_next.realloc(block, size)
                                                  : recorded::realloc(block, size);
}

TM_HOOK void* reallocarray(void* block, std::size_t count, std::size_t size) {
    return recorded::reallocarray(block, count, size);
}

TM_HOOK void free(void* block) {
    return is_unknown(block) ? g_next.free(block) : recorded::free(block);
}

TM_HOOK void cfree(void* block) {
    return is_unknown(block) ? g_next.free(block) : recorded::free(block);
}

TM_HOOK void free_sized(void* block, std::size_t size) {
    return recorded::free_sized(block, size);
}

TM_HOOK void free_aligned_sized(void* block, std::size_t alignment, std::size_t size) {
    return recorded::free_aligned_sized(block, alignment, size);
}

TM_HOOK int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
    return passes_over(size) ? g_next.posix_memalign(out, alignment, size)
                             : recorded::posix_memalign(out, alignment, size);
}

TM_HOOK void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return passes_over(size) ? g_next.aligned_alloc(alignment, size)
                             : recorded::aligned_alloc(alignment, size);
}

TM_HOOK void* memalign(std::size_t alignment, std::size_t size) {
    return passes_over(size) ? g_next.memalign(alignment, size)
                             : recorded::memalign(alignment, size);
}

TM_HOOK void* valloc(std::size_t size) {
    return passes_over(size) ? g_next.valloc(size) : recorded::valloc(size);
}

TM_HOOK void* pvalloc(std::size_t size) {
    return passes_over(size) ? g_next.pvalloc(size) : recorded::pvalloc(size);
}

}  // extern "C"
