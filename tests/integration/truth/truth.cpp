// SPDX-License-Identifier: MIT
//
// A second opinion: counts the live blocks of a program, sharing no code and no idea with the
// recording library. Preloaded behind it (LD_PRELOAD="libtracemalloc.so libtruth.so"), it is the
// allocator that the recording library calls.
//
// The rule of what counts: everything the program allocates, from its first instruction to its
// last. Not what the recording library allocates for itself: a call that libc, the loader or
// libunwind makes while the recording library is further out on the stack (its loading of
// libunwind).
//
// Output: the file $TM_TRUTH_OUTPUT.PID, nine 64-bit numbers: live bytes, live blocks (kept up to
// date), the same two as they were when the process ended, and 1 once it has ended; then bytes and
// number of all allocations since the process began or was forked, now and when it ended. Ended
// means the handlers of exit that run last, where the recording library takes its snapshot, or
// _exit, _Exit.
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#include <unwind.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" int __cxa_atexit(void (*)(void*), void*, void*) noexcept;
extern "C" int __cxa_at_quick_exit(void (*)(void*), void*) noexcept;

#define TM_PUBLIC extern "C" __attribute__((visibility("default")))

namespace {

struct Totals {
    std::uint64_t live_bytes;
    std::uint64_t live_blocks;
    std::uint64_t exit_bytes;
    std::uint64_t exit_blocks;
    std::uint64_t ended;
    std::uint64_t allocated_bytes;
    std::uint64_t allocated_blocks;
    std::uint64_t exit_allocated_bytes;
    std::uint64_t exit_allocated_blocks;
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
Totals at_fork;

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

enum class Origin { allocated, put_back };

void remember(void* address, std::size_t size, Origin origin = Origin::allocated) {
    if (address == nullptr)
        return;
    pthread_mutex_lock(&mutex);
    if (origin == Origin::allocated) {
        totals->allocated_bytes += size;
        totals->allocated_blocks += 1;
    }
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
    own->live_bytes = at_fork.live_bytes;
    own->live_blocks = at_fork.live_blocks;
    own->allocated_bytes = at_fork.allocated_bytes;
    own->allocated_blocks = at_fork.allocated_blocks;
    totals = own;
}

void lock_for_fork() {
    pthread_mutex_lock(&mutex);
    at_fork = *totals;  // the parent's file goes on changing
}
void unlock_in_parent() {
    pthread_mutex_unlock(&mutex);
}

void start_child() {
    at_fork.allocated_bytes = 0;
    at_fork.allocated_blocks = 0;
    open_totals();
    pthread_mutex_unlock(&mutex);
}

void write_down_end(void*) {
    pthread_mutex_lock(&mutex);
    totals->exit_bytes = totals->live_bytes;
    totals->exit_blocks = totals->live_blocks;
    totals->exit_allocated_bytes = totals->allocated_bytes;
    totals->exit_allocated_blocks = totals->allocated_blocks;
    totals->ended = 1;
    pthread_mutex_unlock(&mutex);
}

// Tied to no library, as the recording library's own: they run after all libraries are finalised.
__attribute__((constructor)) void start() {
    at_fork = before_start;
    open_totals();
    pthread_atfork(lock_for_fork, unlock_in_parent, start_child);
    __cxa_atexit(write_down_end, nullptr, nullptr);
    __cxa_at_quick_exit(write_down_end, nullptr);
}

/// What an address of code belongs to.
enum class Owner { program, recorder, truth, suspect };

Owner owner_of(std::uintptr_t address) {
    dl_find_object object{};
    if (_dl_find_object(reinterpret_cast<void*>(address), &object) != 0)
        return Owner::program;
    const char* path = object.dlfo_link_map->l_name;
    const char* slash = strrchr(path, '/');
    const char* name = slash != nullptr ? slash + 1 : path;
    if (strcmp(name, "libtracemalloc.so") == 0)
        return Owner::recorder;
    if (strcmp(name, "libtruth.so") == 0)
        return Owner::truth;
    const bool is_suspect = strncmp(name, "ld-linux", 8) == 0 || strcmp(name, "libc.so.6") == 0 ||
                            strncmp(name, "libunwind", 9) == 0;
    return is_suspect ? Owner::suspect : Owner::program;
}

struct Walk {
    bool left_hook = false;
    bool found_recorder = false;
};

_Unwind_Reason_Code look_at(_Unwind_Context* context, void* argument) {
    auto* walk = static_cast<Walk*>(argument);
    const Owner owner = owner_of(_Unwind_GetIP(context) - 1);
    if (owner == Owner::recorder && walk->left_hook) {
        walk->found_recorder = true;
        return _URC_END_OF_STACK;
    }
    walk->left_hook = walk->left_hook || (owner != Owner::recorder && owner != Owner::truth);
    return _URC_NO_REASON;
}

/// `frame` belongs to a function of ours that the recording library's hook called; both keep frame
/// pointers, so the hook's caller is found without unwinding. Only the suspects are unwound.
bool is_recorders_own(void* frame) {
    auto* words = static_cast<std::uintptr_t*>(frame);
    Owner owner = owner_of(words[1] - 1);
    for (int hops = 0; owner == Owner::recorder && hops < 4; ++hops) {
        words = reinterpret_cast<std::uintptr_t*>(words[0]);
        owner = owner_of(words[1] - 1);
    }
    if (owner != Owner::suspect)
        return false;
    Walk walk;
    _Unwind_Backtrace(look_at, &walk);
    return walk.found_recorder;
}

/// The functions behind us. All are looked up by the first call: a look-up may itself free.
struct Next {
    decltype(::malloc)* malloc;
    decltype(::calloc)* calloc;
    decltype(::realloc)* realloc;
    decltype(::free)* free;
    decltype(::posix_memalign)* posix_memalign;
    decltype(::aligned_alloc)* aligned_alloc;
    decltype(::memalign)* memalign;
    decltype(::valloc)* valloc;
    decltype(::pvalloc)* pvalloc;
    decltype(::dladdr)* dladdr;
    decltype(::_exit)* exit_now;
};

template <typename Function>
void look_up(Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
    if (function == nullptr)
        abort();
}

const Next& next() {
    static Next functions;
    if (functions.malloc != nullptr)
        return functions;
    look_up(functions.free, "free");
    look_up(functions.calloc, "calloc");
    look_up(functions.realloc, "realloc");
    look_up(functions.posix_memalign, "posix_memalign");
    look_up(functions.aligned_alloc, "aligned_alloc");
    look_up(functions.memalign, "memalign");
    look_up(functions.valloc, "valloc");
    look_up(functions.pvalloc, "pvalloc");
    look_up(functions.dladdr, "dladdr");
    look_up(functions.exit_now, "_exit");
    look_up(functions.malloc, "malloc");
    return functions;
}

void* resized(void* frame, void* old, std::size_t size, void* block, bool known,
              std::size_t old_size) {
    const bool old_lives = block == nullptr && size != 0;
    if (known && old_lives)
        remember(old, old_size, Origin::put_back);
    if (!is_recorders_own(frame))
        remember(block, size);
    return block;
}

}  // namespace

#define TM_COUNTED(call, size)                         \
    void* const block = call;                          \
    if (!is_recorders_own(__builtin_frame_address(0))) \
        remember(block, size);                         \
    return block

TM_PUBLIC void* malloc(std::size_t size) {
    TM_COUNTED(next().malloc(size), size);
}

TM_PUBLIC void* calloc(std::size_t count, std::size_t size) {
    TM_COUNTED(next().calloc(count, size), count * size);
}

TM_PUBLIC void* aligned_alloc(std::size_t alignment, std::size_t size) {
    TM_COUNTED(next().aligned_alloc(alignment, size), size);
}

TM_PUBLIC void* memalign(std::size_t alignment, std::size_t size) {
    TM_COUNTED(next().memalign(alignment, size), size);
}

TM_PUBLIC void* valloc(std::size_t size) {
    TM_COUNTED(next().valloc(size), size);
}

TM_PUBLIC void* pvalloc(std::size_t size) {
    TM_COUNTED(next().pvalloc(size), size);
}

TM_PUBLIC int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    const int error = next().posix_memalign(block, alignment, size);
    if (error == 0 && !is_recorders_own(__builtin_frame_address(0)))
        remember(*block, size);
    return error;
}

TM_PUBLIC void* realloc(void* old, std::size_t size) {
    std::size_t old_size = 0;
    const bool known = old != nullptr && forget(old, &old_size);
    void* const block = next().realloc(old, size);
    return resized(__builtin_frame_address(0), old, size, block, known, old_size);
}

TM_PUBLIC void free(void* block) {
    std::size_t size = 0;
    if (block != nullptr)
        forget(block, &size);
    next().free(block);
}

TM_PUBLIC [[noreturn]] void _exit(int code) {
    write_down_end(nullptr);
    next().exit_now(code);
    abort();
}

/// The recording library asks whose malloc is behind it and chooses its table by the answer. Ours
/// only passes on, so the answer is the one behind us: the program is recorded as it is without us.
TM_PUBLIC int dladdr(const void* address, Dl_info* info) {
    const bool is_ours = owner_of(reinterpret_cast<std::uintptr_t>(address)) == Owner::truth;
    return next().dladdr(is_ours ? reinterpret_cast<const void*>(next().malloc) : address, info);
}
