// SPDX-License-Identifier: MIT
#include "preload/hook/next_functions.h"

#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>

#include "preload/hook/bootstrap_heap.h"
#include "preload/platform/loaded_object.h"
#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

namespace {

// While the lookup runs, these serve its own calls; before it, they start it.
enum class Lookup { not_started, running, done };
constinit std::atomic<Lookup> g_lookup{Lookup::not_started};

bool is_looking_up() noexcept {
    if (g_lookup.load(std::memory_order_acquire) == Lookup::not_started) {
        find_next_functions();
    }
    return g_lookup.load(std::memory_order_acquire) == Lookup::running;
}

void* first_malloc(std::size_t size) {
    return is_looking_up() ? g_bootstrap_heap.allocate(size) : g_next.malloc(size);
}

void* first_calloc(std::size_t count, std::size_t size) {
    return is_looking_up() ? g_bootstrap_heap.allocate(count * size) : g_next.calloc(count, size);
}

void* first_realloc(void* block, std::size_t size) {
    return is_looking_up() ? g_bootstrap_heap.allocate(size) : g_next.realloc(block, size);
}

void first_free(void* block) {
    if (!is_looking_up()) {
        g_next.free(block);
    }
}

int first_posix_memalign(void** out, std::size_t alignment, std::size_t size) {
    if (!is_looking_up()) {
        return g_next.posix_memalign(out, alignment, size);
    }
    *out = g_bootstrap_heap.allocate(size, alignment);
    return *out != nullptr ? 0 : ENOMEM;
}

void* first_aligned_alloc(std::size_t alignment, std::size_t size) {
    return is_looking_up() ? g_bootstrap_heap.allocate(size, alignment)
                           : g_next.aligned_alloc(alignment, size);
}

void* first_memalign(std::size_t alignment, std::size_t size) {
    return is_looking_up() ? g_bootstrap_heap.allocate(size, alignment)
                           : g_next.memalign(alignment, size);
}

void* first_valloc(std::size_t size) {
    return is_looking_up() ? g_bootstrap_heap.allocate(size, 4096) : g_next.valloc(size);
}

void* first_pvalloc(std::size_t size) {
    return is_looking_up() ? g_bootstrap_heap.allocate(size, 4096) : g_next.pvalloc(size);
}

long with_errno(long result) noexcept {
    if (failed(result)) {
        errno = static_cast<int>(-result);
        return -1;
    }
    return result;
}

void* kernel_mmap(void* wanted, std::size_t bytes, int protection, int flags, int file,
                  off_t offset) {
    return reinterpret_cast<void*>(
        with_errno(system_call(SYS_mmap, wanted, bytes, protection, flags, file, offset)));
}

int kernel_munmap(void* start, std::size_t bytes) {
    return static_cast<int>(with_errno(system_call(SYS_munmap, start, bytes)));
}

int kernel_mprotect(void* start, std::size_t bytes, int protection) {
    return static_cast<int>(with_errno(system_call(SYS_mprotect, start, bytes, protection)));
}

void* kernel_mremap(void* old, std::size_t old_bytes, std::size_t bytes, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    void* const wanted = va_arg(rest, void*);
    va_end(rest);
    return reinterpret_cast<void*>(
        with_errno(system_call(SYS_mremap, old, old_bytes, bytes, flags, wanted)));
}

template <typename Function>
void look_up(Function*& function, const char* name) noexcept {
    if (void* const found = dlsym(RTLD_NEXT, name)) {
        function = reinterpret_cast<Function*>(found);
    }
}

}  // namespace

constinit NextFunctions g_next = {
    .malloc = first_malloc,
    .calloc = first_calloc,
    .realloc = first_realloc,
    .free = first_free,
    .posix_memalign = first_posix_memalign,
    .aligned_alloc = first_aligned_alloc,
    .memalign = first_memalign,
    .valloc = first_valloc,
    .pvalloc = first_pvalloc,
    .free_sized = nullptr,
    .free_aligned_sized = nullptr,
    .mallinfo2 = nullptr,
    .mmap = kernel_mmap,
    .munmap = kernel_munmap,
    .mprotect = kernel_mprotect,
    .mremap = kernel_mremap,
    .dlclose = nullptr,
    .exit_now = nullptr,
    .sigaction = nullptr,
    .signal = nullptr,
    .sysv_signal = nullptr,
    .sigset = nullptr,
    .sigaltstack = nullptr,
};

// These exist in every libc: no lookup fails, and a failing one allocates.
void find_next_functions() noexcept {
    Lookup expected = Lookup::not_started;
    if (!g_lookup.compare_exchange_strong(expected, Lookup::running)) {
        return;
    }
    look_up(g_next.malloc, "malloc");
    look_up(g_next.calloc, "calloc");
    look_up(g_next.realloc, "realloc");
    look_up(g_next.free, "free");
    look_up(g_next.posix_memalign, "posix_memalign");
    look_up(g_next.aligned_alloc, "aligned_alloc");
    look_up(g_next.memalign, "memalign");
    look_up(g_next.valloc, "valloc");
    look_up(g_next.pvalloc, "pvalloc");
    look_up(g_next.mmap, "mmap");
    look_up(g_next.munmap, "munmap");
    look_up(g_next.mprotect, "mprotect");
    look_up(g_next.mremap, "mremap");
    look_up(g_next.dlclose, "dlclose");
    look_up(g_next.exit_now, "_exit");
    look_up(g_next.sigaction, "sigaction");
    look_up(g_next.signal, "signal");
    look_up(g_next.sysv_signal, "sysv_signal");
    look_up(g_next.sigset, "sigset");
    look_up(g_next.sigaltstack, "sigaltstack");
    g_lookup.store(Lookup::done, std::memory_order_release);
}

void find_rare_functions() noexcept {
    look_up(g_next.free_sized, "free_sized");
    look_up(g_next.free_aligned_sized, "free_aligned_sized");
    if (next_allocator_is_glibc()) {
        look_up(g_next.mallinfo2, "mallinfo2");
    }
    forget_failed_lookups();
}

void forget_failed_lookups() noexcept {
    static_cast<void>(dlsym(RTLD_DEFAULT, "malloc"));
}

bool next_allocator_is_glibc() noexcept {
    const void* const libc = object_of(dlsym(RTLD_NEXT, "gnu_get_libc_version"));
    return libc != nullptr && object_of(reinterpret_cast<const void*>(g_next.malloc)) == libc;
}

AllocatorStatistics next_allocator_statistics() noexcept {
    if (g_next.mallinfo2 == nullptr) {
        return {};
    }
    const struct mallinfo2 info = g_next.mallinfo2();
    return {.is_known = true,
            .heap_bytes = info.arena,
            .mmap_bytes = info.hblkhd,
            .used_bytes = info.uordblks,
            .free_bytes = info.fordblks};
}

bool program_calls_our_malloc() noexcept {
    // A program linked at a fixed address may give its own jump to malloc as malloc's address.
    Dl_info info{};
    const ElfW(Sym)* symbol = nullptr;
    void* const found = dlsym(RTLD_DEFAULT, "malloc");
    if (dladdr1(found, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)),
                RTLD_DL_SYMENT) != 0 &&
        symbol != nullptr && symbol->st_shndx == SHN_UNDEF) {
        return true;
    }
    return object_of(found) == object_of(reinterpret_cast<const void*>(&find_next_functions));
}

}  // namespace tracemalloc::preload
