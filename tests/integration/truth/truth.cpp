// SPDX-License-Identifier: MIT
//
// A second opinion: counts the live blocks of a program, sharing no code and no idea with the
// recording library. Preloaded in front of it (LD_PRELOAD="libtruth.so libtracemalloc.so"): every
// call of the program comes here first and is passed on.
//
// The rule of what counts: a call that a thread makes while it is already inside an allocation
// call is the recording library's own (its start-up, its unwinder), because no allocator calls
// itself through the symbol. So is a call made while the recording library runs its constructor or
// dlopen. Everything else is the program's, from its first instruction to its last.
//
// Output: the file $TM_TRUTH_OUTPUT.PID, five 64-bit numbers: live bytes, live blocks (kept up to
// date), the same two as they were when the process ended, and 1 once it has ended. Ended means:
// this library's destructor, which runs right before the recording library's, or _exit and _Exit.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// Exceptions of operator new pass through here. In a program without C++ nothing is thrown, so the
// personality may be missing there: this file asks for no library but libc.
__asm__(".weak __gxx_personality_v0\n.weak _Unwind_Resume");

#define TM_PUBLIC extern "C" __attribute__((visibility("default")))

namespace {

struct Totals {
    std::uint64_t live_bytes;
    std::uint64_t live_blocks;
    std::uint64_t exit_bytes;
    std::uint64_t exit_blocks;
    std::uint64_t ended;
};

/// A plain chained map from address to size, with one mutex around all of it.
struct Block {
    void* address;
    std::size_t size;
    Block* next;
};

constexpr std::size_t kBuckets = std::size_t{1} << 20;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
Block** buckets;
Block* unused_blocks;
Totals before_start;
Totals* totals = &before_start;
__attribute__((tls_model("initial-exec"))) thread_local int depth;

void* map_memory(std::size_t bytes) {
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    return memory;
}

Block** bucket_of(void* address) {
    if (buckets == nullptr)
        buckets = static_cast<Block**>(map_memory(kBuckets * sizeof(Block*)));
    return &buckets[(reinterpret_cast<std::uintptr_t>(address) >> 4) % kBuckets];
}

Block* new_block() {
    if (unused_blocks == nullptr) {
        constexpr std::size_t kCount = 4096;
        auto* fresh = static_cast<Block*>(map_memory(kCount * sizeof(Block)));
        for (std::size_t index = 0; index < kCount; ++index) {
            fresh[index].next = unused_blocks;
            unused_blocks = &fresh[index];
        }
    }
    Block* block = unused_blocks;
    unused_blocks = block->next;
    return block;
}

void remember(void* address, std::size_t size) {
    if (address == nullptr)
        return;
    pthread_mutex_lock(&mutex);
    Block** bucket = bucket_of(address);
    Block* block = new_block();
    *block = {address, size, *bucket};
    *bucket = block;
    totals->live_bytes += size;
    totals->live_blocks += 1;
    pthread_mutex_unlock(&mutex);
}

/// Returns whether the block was known, and its size.
bool forget(void* address, std::size_t* size) {
    bool known = false;
    pthread_mutex_lock(&mutex);
    for (Block** link = bucket_of(address); *link != nullptr; link = &(*link)->next) {
        Block* block = *link;
        if (block->address != address)
            continue;
        *link = block->next;
        *size = block->size;
        totals->live_bytes -= block->size;
        totals->live_blocks -= 1;
        block->next = unused_blocks;
        unused_blocks = block;
        known = true;
        break;
    }
    pthread_mutex_unlock(&mutex);
    return known;
}

/// The file of this process; the child of a fork gets its own, with what it inherited.
void open_totals() {
    const char* prefix = getenv("TM_TRUTH_OUTPUT");
    if (prefix == nullptr)
        return;
    char path[4096];
    snprintf(path, sizeof path, "%s.%d", prefix, static_cast<int>(getpid()));
    const int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof(Totals)) != 0)
        abort();
    void* memory = mmap(nullptr, sizeof(Totals), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED)
        abort();
    close(file);
    Totals* own = static_cast<Totals*>(memory);
    own->live_bytes = totals->live_bytes;
    own->live_blocks = totals->live_blocks;
    totals = own;
}

void lock_for_fork() {
    pthread_mutex_lock(&mutex);
}
void unlock_in_parent() {
    pthread_mutex_unlock(&mutex);
}

void start_child() {
    open_totals();
    pthread_mutex_unlock(&mutex);
}

__attribute__((constructor)) void start() {
    open_totals();
    ++depth;
    pthread_atfork(lock_for_fork, unlock_in_parent, start_child);
    --depth;
}

void write_down_end() {
    pthread_mutex_lock(&mutex);
    totals->exit_bytes = totals->live_bytes;
    totals->exit_blocks = totals->live_blocks;
    totals->ended = 1;
    pthread_mutex_unlock(&mutex);
}

__attribute__((destructor)) void end() {
    write_down_end();
}

/// The same function behind us, which is the recording library's.
template <typename Function>
Function* next(Function*& cached, const char* name) {
    if (cached == nullptr) {
        ++depth;
        cached = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
        --depth;
        if (cached == nullptr)
            abort();
    }
    return cached;
}

/// Inside an allocation call; gone also when an exception passes.
struct Inside {
    Inside() { ++depth; }
    ~Inside() { --depth; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    [[nodiscard]] static bool is_outermost() { return depth == 1; }
};

template <typename Function, typename... Arguments>
void* allocate(Function* function, std::size_t size, Arguments... arguments) {
    Inside inside;
    void* block = function(arguments...);
    if (Inside::is_outermost()) {
        remember(block, size);
    }
    return block;
}

template <typename Function, typename... Arguments>
void release(Function* function, void* block, Arguments... arguments) {
    Inside inside;
    std::size_t size = 0;
    if (block != nullptr)
        forget(block, &size);
    function(block, arguments...);
}

template <typename Function, typename... Arguments>
void* resize(Function* function, void* old, std::size_t size, Arguments... arguments) {
    Inside inside;
    std::size_t old_size = 0;
    const bool known = old != nullptr && forget(old, &old_size);
    void* block = function(old, arguments...);
    const bool old_lives = block == nullptr && size != 0;
    if (known && old_lives)
        remember(old, old_size);
    if (Inside::is_outermost()) {
        remember(block, size);
    }
    return block;
}

}  // namespace

// Defines a function that passes on to the one of the same name behind us.
#define TM_NEXT(name)                   \
    static decltype(name)* next_##name; \
    const auto function = next(next_##name, #name)

TM_PUBLIC void* malloc(std::size_t size) {
    TM_NEXT(malloc);
    return allocate(function, size, size);
}

TM_PUBLIC void* calloc(std::size_t count, std::size_t size) {
    TM_NEXT(calloc);
    return allocate(function, count * size, count, size);
}

TM_PUBLIC void* realloc(void* old, std::size_t size) {
    TM_NEXT(realloc);
    return resize(function, old, size, size);
}

TM_PUBLIC void* reallocarray(void* old, std::size_t count, std::size_t size) {
    TM_NEXT(reallocarray);
    const bool frees = count == 0 || size == 0;
    return resize(function, old, frees ? 0 : count * size, count, size);
}

TM_PUBLIC void free(void* block) {
    TM_NEXT(free);
    release(function, block);
}

TM_PUBLIC int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    TM_NEXT(posix_memalign);
    Inside inside;
    const int error = function(block, alignment, size);
    if (error == 0 && Inside::is_outermost())
        remember(*block, size);
    return error;
}

TM_PUBLIC void* aligned_alloc(std::size_t alignment, std::size_t size) {
    TM_NEXT(aligned_alloc);
    return allocate(function, size, alignment, size);
}

extern "C" void* memalign(std::size_t alignment, std::size_t size);
extern "C" void* valloc(std::size_t size);
extern "C" void* pvalloc(std::size_t size);

TM_PUBLIC void* memalign(std::size_t alignment, std::size_t size) {
    TM_NEXT(memalign);
    return allocate(function, size, alignment, size);
}

TM_PUBLIC void* valloc(std::size_t size) {
    TM_NEXT(valloc);
    return allocate(function, size, size);
}

TM_PUBLIC void* pvalloc(std::size_t size) {
    TM_NEXT(pvalloc);
    return allocate(function, size, size);
}

TM_PUBLIC void* dlopen(const char* path, int mode) {
    static void* (*next_dlopen)(const char*, int);
    const auto function = next(next_dlopen, "dlopen");
    if (path != nullptr && strstr(path, "libunwind") != nullptr) {  // the recording library's own
        Inside inside;
        return function(path, mode);
    }
    return function(path, mode);  // a jump: the loader must see the program as the caller
}

TM_PUBLIC [[noreturn]] void _exit(int code) {
    static void (*next_exit)(int);
    write_down_end();
    next(next_exit, "_exit")(code);
    abort();
}

TM_PUBLIC [[noreturn]] void _Exit(int code) {
    static void (*next_exit)(int);
    write_down_end();
    next(next_exit, "_Exit")(code);
    abort();
}

// operator new and delete by their mangled names, so that this file needs no libstdc++.
// NOLINTBEGIN(bugprone-reserved-identifier)
#define TM_NEW(symbol, parameters, ...)                       \
    TM_PUBLIC void* symbol parameters;                        \
    TM_PUBLIC void* symbol parameters {                       \
        TM_NEXT(symbol);                                      \
        return allocate(function, size, size, ##__VA_ARGS__); \
    }
#define TM_DELETE(symbol, parameters, ...)       \
    TM_PUBLIC void symbol parameters;            \
    TM_PUBLIC void symbol parameters {           \
        TM_NEXT(symbol);                         \
        release(function, block, ##__VA_ARGS__); \
    }

using Size = std::size_t;
using Align = std::size_t;
using Nothrow = const void*;

TM_NEW(_Znwm, (Size size))
TM_NEW(_Znam, (Size size))
TM_NEW(_ZnwmRKSt9nothrow_t, (Size size, Nothrow tag), tag)
TM_NEW(_ZnamRKSt9nothrow_t, (Size size, Nothrow tag), tag)
TM_NEW(_ZnwmSt11align_val_t, (Size size, Align align), align)
TM_NEW(_ZnamSt11align_val_t, (Size size, Align align), align)
TM_NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, (Size size, Align align, Nothrow tag), align, tag)
TM_NEW(_ZnamSt11align_val_tRKSt9nothrow_t, (Size size, Align align, Nothrow tag), align, tag)
TM_DELETE(_ZdlPv, (void* block))
TM_DELETE(_ZdaPv, (void* block))
TM_DELETE(_ZdlPvm, (void* block, Size size), size)
TM_DELETE(_ZdaPvm, (void* block, Size size), size)
TM_DELETE(_ZdlPvRKSt9nothrow_t, (void* block, Nothrow tag), tag)
TM_DELETE(_ZdaPvRKSt9nothrow_t, (void* block, Nothrow tag), tag)
TM_DELETE(_ZdlPvSt11align_val_t, (void* block, Align align), align)
TM_DELETE(_ZdaPvSt11align_val_t, (void* block, Align align), align)
TM_DELETE(_ZdlPvmSt11align_val_t, (void* block, Size size, Align align), size, align)
TM_DELETE(_ZdaPvmSt11align_val_t, (void* block, Size size, Align align), size, align)
TM_DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, (void* block, Align align, Nothrow tag), align, tag)
TM_DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, (void* block, Align align, Nothrow tag), align, tag)
// NOLINTEND(bugprone-reserved-identifier)
