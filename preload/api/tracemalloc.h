/* SPDX-License-Identifier: MIT
 *
 * tracemalloc of the process that runs this code, from inside. Names and meanings are those of
 * Python's module.
 *
 * A program that includes this file needs no library to link or to run: the functions are those of
 * libtracemalloc.so when it is preloaded (LD_PRELOAD, `tmtool run`), and else they answer that
 * nothing is traced. The decision costs one load at each call.
 *
 * All functions may be called from any thread at any time, also from a signal handler; they leave
 * errno as it was. Results of type int are 0, or a number of <errno.h>:
 *
 *   EAGAIN   a signal handler called that interrupted an allocation in its own thread, a fork
 *            handler, or another thread is just starting the tracer: nothing was done
 *   EBUSY    the other threads could not be held still within 2 seconds: nothing was done
 *   EINVAL   an argument is out of its range: nothing was done
 *   ENODATA  not tracing, or no library
 *   ENOMEM   no memory for it
 *
 * Further errors stand with the function.
 */
#ifndef TRACEMALLOC_H
#define TRACEMALLOC_H

#include <errno.h>
#include <stddef.h>

#ifdef __cplusplus
#define TRACEMALLOC_DEFAULT_(value) = value
extern "C" {
#else
#define TRACEMALLOC_DEFAULT_(value)
#endif
#ifdef TRACEMALLOC_LIBRARY_ /* the library itself, which defines what others find */
#define TRACEMALLOC_DECLARE_(result, name, parameters) \
    __attribute__((__visibility__("default"))) result name parameters
#else /* a function of this object, whose name for the linker is another than the library's */
#define TRACEMALLOC_DECLARE_(result, name, parameters) \
    static __inline__ result name parameters __asm__("inline_" #name)
#endif

/* The longest tag, in bytes, and the most frames of a traceback. */
#define TRACEMALLOC_TAG_MAX 47
#define TRACEMALLOC_NFRAME_MAX 512
/* The largest mean between two samples, in bytes: 1 TiB. */
#define TRACEMALLOC_SAMPLING_MAX 1099511627776

/* The domain of anonymous memory that the program maps itself: recorded with TRACEMALLOC_MMAP=1. */
#define TRACEMALLOC_DOMAIN_MMAP 0xffffffffU

/* Starts tracing with tracebacks of at most `nframe` frames, 1 to 512. Blocks that were allocated
 * before are not traced. While tracing nothing changes and the result is 0, whatever `nframe` is.
 * The first start of a process that runs with TRACEMALLOC_START=0 is this one.
 * ENOSYS: no library. ENOTSUP: the library cannot record this process (it has said why). */
TRACEMALLOC_DECLARE_(int, tracemalloc_start, (int nframe TRACEMALLOC_DEFAULT_(1)));

/* Stops tracing and forgets all traces. Allocation then costs a few nanoseconds more than without
 * the library. No snapshot is taken while stopped, at exit neither. */
TRACEMALLOC_DECLARE_(int, tracemalloc_stop, (void));

/* 1 while tracing, else 0. */
TRACEMALLOC_DECLARE_(int, tracemalloc_is_tracing, (void));

/* Forgets all traces, of all threads at one instant, and goes on tracing. Both figures of
 * tracemalloc_get_traced_memory begin again at 0. */
TRACEMALLOC_DECLARE_(int, tracemalloc_clear_traces, (void));

/* The bytes of all traced blocks, and the most that they ever were; 0 while not tracing. Either
 * pointer may be null. Exact while other threads do not allocate; each that does may shift
 * `current`, and each that ever did `peak`, by 32 KiB. */
TRACEMALLOC_DECLARE_(int, tracemalloc_get_traced_memory, (size_t * current, size_t* peak));

/* Sets the peak to what is traced now. */
TRACEMALLOC_DECLARE_(int, tracemalloc_reset_peak, (void));

/* Bytes of memory that tracing itself uses; 0 without the library. */
TRACEMALLOC_DECLARE_(size_t, tracemalloc_get_tracemalloc_memory, (void));

/* Most frames of a traceback, as the last start set it; 0 without the library. */
TRACEMALLOC_DECLARE_(int, tracemalloc_get_traceback_limit, (void));

/* Where the heap block at `ptr` was allocated: at most `capacity` return addresses to `frames`,
 * most recent first, as backtrace() gives them. The result is how many there are, which may be more
 * than `capacity`; 0 when `ptr` is not the start of a traced heap block. The block has to stay
 * allocated during the call. */
TRACEMALLOC_DECLARE_(size_t, tracemalloc_get_object_traceback,
                     (const void* ptr, void** frames, size_t capacity));

/* Writes a snapshot to `path`, which is taken as it is; null means the next name by
 * TRACEMALLOC_OUTPUT. A file is never overwritten: a name that is taken gets ".2", ".3", … behind
 * it. Also: any error number of open(), write() or link(). */
TRACEMALLOC_DECLARE_(int, tracemalloc_take_snapshot, (const char* path));

/* Traces `size` bytes at `ptr` that did not come from the malloc family: a piece of a pool or an
 * arena, a mapping, device memory. It is traced until tracemalloc_untrack, with the traceback of
 * this call. `domain` is a number of your choice; 0 counts with the heap. Each domain has addresses
 * of its own: the same `ptr` may be traced in several. Tracking again replaces size and traceback.
 * EINVAL: `ptr` is 0 or 1, or `domain` is TRACEMALLOC_DOMAIN_MMAP. At most 4095 different pairs of
 * domain and tag in a process: ENOMEM. */
TRACEMALLOC_DECLARE_(int, tracemalloc_track, (unsigned int domain, const void* ptr, size_t size));

/* Ends it. 0 also when nothing is tracked there. */
TRACEMALLOC_DECLARE_(int, tracemalloc_untrack, (unsigned int domain, const void* ptr));

/* What the calling thread allocates or tracks from now on carries this label, of at most 47 bytes,
 * which is copied; null or "" ends it. A tag outlives stop and start. While a thread has a tag, an
 * allocation costs about 20 ns more.
 * EINVAL: too long. At most 4095 different pairs of domain and tag in a process: ENOMEM. */
TRACEMALLOC_DECLARE_(int, tracemalloc_tag, (const char* tag));

/* Records one block for about each `mean_bytes` bytes that are allocated, with a probability of
 * 1 - e^(-size/mean_bytes) for a block; 0 records every block. tmtool computes from what was
 * recorded what there was, and how sure that is. The calling thread changes over at once, each
 * other one with its next sample. Blocks that are recorded already stay as they are. EINVAL: more
 * than TRACEMALLOC_SAMPLING_MAX. ENOTSUP: as tracemalloc_start. */
TRACEMALLOC_DECLARE_(int, tracemalloc_set_sampling, (size_t mean_bytes));

/* The mean between two samples now, in bytes; 0: every block is recorded. */
TRACEMALLOC_DECLARE_(size_t, tracemalloc_get_sampling, (void));

#ifndef TRACEMALLOC_LIBRARY_

/* A call goes to the library's function where there is one. Its address is read from the global
 * offset table: an executable at a fixed address would otherwise have "absent" linked in. */
#if defined(__x86_64__) && defined(__LP64__)
#define TRACEMALLOC_FIND_(pointer, name)                                                      \
    __asm__(".weak " #name "\n\t{movq " #name "@GOTPCREL(%%rip), %0|mov %0, qword ptr " #name \
            "@GOTPCREL[rip]}"                                                                 \
            : "=r"(pointer))
#else
#define TRACEMALLOC_FIND_(pointer, name) (pointer = 0)
#endif

#define TRACEMALLOC_DEFINE_(result, name, parameters, arguments, absent) \
    static __inline__ result name parameters {                           \
        result(*function) parameters;                                    \
        TRACEMALLOC_FIND_(function, name);                               \
        return function ? function arguments : absent;                   \
    }

TRACEMALLOC_DEFINE_(int, tracemalloc_start, (int nframe), (nframe), ENOSYS)
TRACEMALLOC_DEFINE_(int, tracemalloc_stop, (void), (), 0)
TRACEMALLOC_DEFINE_(int, tracemalloc_is_tracing, (void), (), 0)
TRACEMALLOC_DEFINE_(int, tracemalloc_clear_traces, (void), (), 0)
TRACEMALLOC_DEFINE_(int, tracemalloc_get_traced_memory, (size_t * current, size_t* peak),
                    (current, peak),
                    ((void)(current ? * current = 0 : 0), (void)(peak ? * peak = 0 : 0), 0))
TRACEMALLOC_DEFINE_(int, tracemalloc_reset_peak, (void), (), 0)
TRACEMALLOC_DEFINE_(size_t, tracemalloc_get_tracemalloc_memory, (void), (), 0)
TRACEMALLOC_DEFINE_(int, tracemalloc_get_traceback_limit, (void), (), 0)
TRACEMALLOC_DEFINE_(size_t, tracemalloc_get_object_traceback,
                    (const void* ptr, void** frames, size_t capacity), (ptr, frames, capacity), 0)
TRACEMALLOC_DEFINE_(int, tracemalloc_take_snapshot, (const char* path), (path), ENODATA)
TRACEMALLOC_DEFINE_(int, tracemalloc_track, (unsigned int domain, const void* ptr, size_t size),
                    (domain, ptr, size), ENODATA)
TRACEMALLOC_DEFINE_(int, tracemalloc_untrack, (unsigned int domain, const void* ptr), (domain, ptr),
                    0)
TRACEMALLOC_DEFINE_(int, tracemalloc_tag, (const char* tag), (tag), 0)
TRACEMALLOC_DEFINE_(int, tracemalloc_set_sampling, (size_t mean_bytes), (mean_bytes), 0)
TRACEMALLOC_DEFINE_(size_t, tracemalloc_get_sampling, (void), (), 0)

#undef TRACEMALLOC_DEFINE_
#undef TRACEMALLOC_FIND_
#endif

#undef TRACEMALLOC_DEFAULT_
#undef TRACEMALLOC_DECLARE_

#ifdef __cplusplus
}
#endif
#endif
