// SPDX-License-Identifier: MIT
//
// The functions of tracemalloc.h as the program calls them.
//
// This file is compiled with frame pointers: the call site of tracemalloc_track is read from the
// frame.
#define TRACEMALLOC_LIBRARY_
#include "preload/api/tracemalloc.h"

#include <string_view>

#include "common/dump_format.h"
#include "preload/platform/pages.h"
#include "preload/recording.h"
#include "preload/snapshot/snapshot_service.h"
#include "preload/tracker.h"

namespace {

using namespace tracemalloc::preload;

static_assert(TRACEMALLOC_TAG_MAX == Label::kMostTagBytes);
static_assert(TRACEMALLOC_NFRAME_MAX == Options::kMaxFrames);
static_assert(TRACEMALLOC_DOMAIN_MMAP == tracemalloc::dump::kMappingDomain);
static_assert(TRACEMALLOC_SAMPLING_MAX == Options::kMaxSampleBytes);

#define TM_FRAME __builtin_frame_address(0)

/// 0 when the scope records.
int problem_of(const HookScope& hook) noexcept {
    switch (hook.kind()) {
        case HookScope::Kind::recording:
        case HookScope::Kind::thorough:
            return 0;
        case HookScope::Kind::nested:
            return EAGAIN;
        case HookScope::Kind::passing:
            break;
    }
    return ENODATA;
}

int problem_at(const void* frame) noexcept {
    const HookScope hook(frame);
    return problem_of(hook);
}

}  // namespace

extern "C" {

int tracemalloc_start(int nframe) {
    if (nframe < 1 || nframe > TRACEMALLOC_NFRAME_MAX) {
        return EINVAL;
    }
    return recording::start(TM_FRAME, static_cast<std::uint32_t>(nframe));
}

int tracemalloc_stop() {
    return recording::stop(TM_FRAME);
}

int tracemalloc_is_tracing() {
    problem_at(TM_FRAME);  // the first call of a process starts the tracer
    return recording::is_on() ? 1 : 0;
}

int tracemalloc_clear_traces() {
    return recording::clear(TM_FRAME);
}

int tracemalloc_get_traced_memory(size_t* current, size_t* peak) {
    const Tracker::TracedMemory memory = g_tracker.traced_memory();
    if (current != nullptr) {
        *current = memory.current_bytes;
    }
    if (peak != nullptr) {
        *peak = memory.peak_bytes;
    }
    return 0;
}

int tracemalloc_reset_peak() {
    return recording::reset_peak(TM_FRAME);
}

size_t tracemalloc_get_tracemalloc_memory() {
    return pages::mapped_bytes() + g_tracker.blocks().touched_bytes();
}

int tracemalloc_get_traceback_limit() {
    problem_at(TM_FRAME);
    return static_cast<int>(g_tracker.nframe());
}

size_t tracemalloc_get_object_traceback(const void* ptr, void** frames, size_t capacity) {
    const HookScope hook(TM_FRAME);
    if (!hook.records()) {
        return 0;
    }
    const Block block = g_tracker.block_at(reinterpret_cast<std::uintptr_t>(ptr));
    if (block.stack == StackId::none) {
        return 0;
    }
    const auto oldest_first = split_label(g_tracker.stacks().frames(block.stack)).frames;
    const size_t depth = oldest_first.size();
    for (size_t at = 0; at < depth && at < capacity; ++at) {
        frames[at] = reinterpret_cast<void*>(oldest_first[depth - 1 - at]);
    }
    return depth;
}

int tracemalloc_take_snapshot(const char* path) {
    if (path != nullptr && *path == '\0') {
        return ENOENT;
    }
    const int problem = problem_at(TM_FRAME);
    return problem != 0 ? problem : g_snapshots.take_on_call(path);
}

int tracemalloc_track(unsigned int domain, const void* ptr, size_t size) {
    const auto address = reinterpret_cast<std::uintptr_t>(ptr);
    if (address <= 1 || domain == TRACEMALLOC_DOMAIN_MMAP) {
        return EINVAL;
    }
    const HookScope hook(TM_FRAME);
    const int problem = problem_of(hook);
    return problem != 0 ? problem : g_tracker.track(hook, domain, address, size);
}

int tracemalloc_untrack(unsigned int domain, const void* ptr) {
    const HookScope hook(TM_FRAME);
    const int problem = problem_of(hook);
    if (problem == 0) {
        g_tracker.untrack(hook, domain, reinterpret_cast<std::uintptr_t>(ptr));
    }
    return problem == ENODATA ? 0 : problem;
}

int tracemalloc_set_sampling(size_t mean_bytes) {
    if (mean_bytes > TRACEMALLOC_SAMPLING_MAX) {
        return EINVAL;
    }
    const int problem = problem_at(TM_FRAME);  // the first call of a process starts the tracer
    return problem == EAGAIN ? problem : recording::set_sampling(mean_bytes);
}

size_t tracemalloc_get_sampling() {
    problem_at(TM_FRAME);
    return g_tracker.sampler().mean_bytes();
}

int tracemalloc_tag(const char* tag) {
    return g_tracker.set_tag(tag != nullptr ? std::string_view(tag) : std::string_view());
}

}  // extern "C"
