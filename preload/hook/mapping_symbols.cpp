// SPDX-License-Identifier: MIT
//
// The calls by which a program maps memory itself. Unless TRACEMALLOC_MMAP is 1 they only go on.
// Results and errno are the next function's own.
//
// This file is compiled with frame pointers: the call site is read from the frame.

#include "preload/hook/mapping_symbols.h"

#include <sys/mman.h>

#include <atomic>
#include <cstdarg>
#include <optional>

#include "preload/capture/private_library.h"
#include "preload/hook/allocator_call.h"
#include "preload/hook/next_functions.h"
#include "preload/hook/symbol.h"
#include "preload/platform/pages.h"
#include "preload/tracker.h"

namespace tracemalloc::preload {

namespace {

constinit std::atomic<bool> g_records_mappings{false};

/// A hook scope that also records inside another one of this thread while that is in the next
/// allocator: then by the stack that called the allocator.
class MappingScope {
public:
    explicit MappingScope(const void* frame) noexcept : hook_(frame) {
        if (hook_.records()) {
            call_.emplace(MappingCall{hook_.thread(), hook_.call_site(), false});
        } else if (hook_.kind() == HookScope::Kind::nested) {
            const std::uintptr_t outer = t_state->hook_frame.load(std::memory_order_relaxed);
            if (t_frame_in_allocator == outer) {
                t_frame_in_allocator = 0;  // a handler that interrupts this may not record
                outer_ = outer;
                const auto* const outer_frame = reinterpret_cast<const void*>(outer);
                call_.emplace(MappingCall{*t_state, CallSite::of_frame(outer_frame), true});
            }
        }
    }
    ~MappingScope() {
        if (outer_ != 0) {
            t_frame_in_allocator = outer_;
        }
    }
    MappingScope(const MappingScope&) = delete;
    MappingScope& operator=(const MappingScope&) = delete;

    void map(void* start, std::size_t bytes, bool is_reserved) const noexcept {
        call_ ? g_tracker.on_map(*call_, address(start), bytes, is_reserved) : miss();
    }
    void protect(void* start, std::size_t bytes, bool is_reserved) const noexcept {
        call_ ? g_tracker.on_protect(*call_, address(start), bytes, is_reserved) : miss();
    }
    void unmap(void* start, std::size_t bytes, std::uint64_t moment) const noexcept {
        call_ ? g_tracker.on_unmap(*call_, address(start), bytes, moment) : miss();
    }
    [[nodiscard]] MappedRanges::State state_at(void* start) const noexcept {
        return call_ ? g_tracker.mapped().state_at(address(start)) : MappedRanges::State::unknown;
    }

private:
    /// What libunwind maps while the tracer asks it is no loss.
    void miss() const noexcept {
        if (hook_.kind() == HookScope::Kind::nested &&
            !PrivateLibrary::holds(hook_.call_site().pc)) {
            t_state->lose(LossReason::in_signal_handler);
        }
    }
    static std::uintptr_t address(void* start) noexcept {
        return reinterpret_cast<std::uintptr_t>(start);
    }

    HookScope hook_;
    std::uintptr_t outer_ = 0;
    std::optional<MappingCall> call_;
};

/// What the kernel makes of a length: whole pages, of the size that the flags ask for.
std::size_t mapped_bytes(std::size_t bytes, int flags) noexcept {
    constexpr unsigned kUsualHugePage = 21;
    if ((flags & MAP_HUGETLB) == 0) {
        return pages::round_up(bytes);
    }
    const unsigned asked = static_cast<unsigned>(flags) >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;
    const std::size_t page = std::size_t{1} << (asked != 0 ? asked : kUsualHugePage);
    return (bytes + page - 1) & ~(page - 1);
}

void* recorded_mmap(const void* frame, void* wanted, std::size_t bytes, int protection, int flags,
                    int file, off_t offset) noexcept {
    const MappingScope scope(frame);
    void* const mapped = g_next.mmap(wanted, bytes, protection, flags, file, offset);
    if (mapped == MAP_FAILED) {
        return mapped;
    }
    const std::size_t whole = mapped_bytes(bytes, flags);
    if ((flags & MAP_ANONYMOUS) != 0) {
        scope.map(mapped, whole, protection == PROT_NONE);
    } else {
        scope.unmap(mapped, whole, MappedRanges::kAnyAge);
    }
    return mapped;
}

int recorded_munmap(const void* frame, void* start, std::size_t bytes) noexcept {
    const MappingScope scope(frame);
    const std::uint64_t moment = g_tracker.mapped().moment();
    const int result = g_next.munmap(start, bytes);
    if (result == 0) {
        scope.unmap(start, pages::round_up(bytes), moment);
    }
    return result;
}

void* recorded_mremap(const void* frame, void* old, std::size_t old_bytes, std::size_t bytes,
                      int flags, void* wanted) noexcept {
    const MappingScope scope(frame);
    const MappedRanges::State state = scope.state_at(old);
    const std::uint64_t moment = g_tracker.mapped().moment();
    void* const moved = g_next.mremap(old, old_bytes, bytes, flags, wanted);
    if (moved == MAP_FAILED) {
        return moved;
    }
    if ((flags & MREMAP_DONTUNMAP) == 0) {
        scope.unmap(old, pages::round_up(old_bytes), moment);
    }
    if (state != MappedRanges::State::unknown) {
        scope.map(moved, pages::round_up(bytes), state == MappedRanges::State::reserved);
    } else {
        scope.unmap(moved, pages::round_up(bytes), MappedRanges::kAnyAge);
    }
    return moved;
}

int recorded_mprotect(const void* frame, void* start, std::size_t bytes, int protection) noexcept {
    const MappingScope scope(frame);
    const int result = g_next.mprotect(start, bytes, protection);
    if (result == 0) {
        scope.protect(start, pages::round_up(bytes), protection == PROT_NONE);
    }
    return result;
}

[[nodiscard]] TM_INLINE bool passes_on_mappings() noexcept {
    return TM_LIKELY(!g_records_mappings.load(std::memory_order_relaxed));
}

}  // namespace

void record_mappings() noexcept {
    watch_next_allocator();
    g_records_mappings.store(true, std::memory_order_relaxed);
}

}  // namespace tracemalloc::preload

extern "C" {

using namespace tracemalloc::preload;

TM_HOOK void* mmap(void* wanted, std::size_t bytes, int protection, int flags, int file,
                   off_t offset) noexcept {
    if (passes_on_mappings()) {
        return g_next.mmap(wanted, bytes, protection, flags, file, offset);
    }
    return recorded_mmap(__builtin_frame_address(0), wanted, bytes, protection, flags, file,
                         offset);
}

// The same where off_t has 64 bits.
TM_HOOK void* mmap64(void* wanted, std::size_t bytes, int protection, int flags, int file,
                     off64_t offset) noexcept {
    if (passes_on_mappings()) {
        return g_next.mmap(wanted, bytes, protection, flags, file, offset);
    }
    return recorded_mmap(__builtin_frame_address(0), wanted, bytes, protection, flags, file,
                         offset);
}

TM_HOOK int munmap(void* start, std::size_t bytes) noexcept {
    if (passes_on_mappings()) {
        return g_next.munmap(start, bytes);
    }
    return recorded_munmap(__builtin_frame_address(0), start, bytes);
}

TM_HOOK int mprotect(void* start, std::size_t bytes, int protection) noexcept {
    if (passes_on_mappings()) {
        return g_next.mprotect(start, bytes, protection);
    }
    return recorded_mprotect(__builtin_frame_address(0), start, bytes, protection);
}

TM_HOOK void* mremap(void* old, std::size_t old_bytes, std::size_t bytes, int flags, ...) noexcept {
    va_list rest;
    va_start(rest, flags);
    void* const wanted = va_arg(rest, void*);  // there or not, it goes on as it came
    va_end(rest);
    if (passes_on_mappings()) {
        return g_next.mremap(old, old_bytes, bytes, flags, wanted);
    }
    return recorded_mremap(__builtin_frame_address(0), old, old_bytes, bytes, flags, wanted);
}

}  // extern "C"
