// SPDX-License-Identifier: MIT
//
// Every byte of a dump, version 1. The writer (preload/snapshot/dump_writer.cpp) and the reader
// (analyzer/load/dump_view.cpp) both work from this file; docs/dump-format.md says the same in
// prose.
//
//   header | sections, each 8-aligned | section table | end marker
//
// All integers are little-endian. A reader rejects a version it does not know and skips a section
// kind it does not know. No record has padding bytes, so no stack garbage of the traced process
// ever reaches the disk.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tracemalloc::dump {

/// First byte outside ASCII and a newline at the end: a text-mode copy is detected at once.
inline constexpr unsigned char kMagic[8] = {0x89, 'T', 'M', 'D', 'U', 'M', 'P', '\n'};
inline constexpr unsigned char kEndMarker[8] = {'T', 'M', 'D', 'U', 'M', 'P', 'E', '\n'};
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint32_t kNone = 0xffffffff;

/// At offset 0. `file_bytes` counts everything including the end marker.
struct Header {
    unsigned char magic[8];
    std::uint32_t version;
    std::uint32_t header_bytes;
    std::uint64_t file_bytes;
    std::uint64_t table_offset;
    std::uint32_t section_count;
    std::uint32_t table_crc;   ///< CRC-32 of the section table
    std::uint32_t header_crc;  ///< CRC-32 of the bytes of the header before this field
    std::uint32_t reserved;
};

enum class SectionKind : std::uint32_t {
    strings = 1,    ///< bytes that `Text` refers to
    process = 2,    ///< one `Process`
    snapshot = 3,   ///< one `SnapshotInfo`
    memory = 4,     ///< one `MemoryInfo`
    modules = 5,    ///< `Module` records
    segments = 6,   ///< `Segment` records, sorted by module
    addresses = 7,  ///< `Address` records; stacks refer to them by index
    stacks = 8,     ///< LEB128, see below
    blocks = 9,     ///< LEB128, see below
    losses = 10,    ///< `Loss` records, one for each reason with a count above zero
    frames = 11,    ///< optional: `SourceFrame` records sorted by address, the dump's own symbols
    block_addresses = 13,  ///< optional: LEB128, see below
    crash = 16,            ///< optional: one `CrashFacts`, of a process that a signal is ending
    sources = 18,          ///< optional: `SourceDump` records, what a merged dump is the sum of
    traffic = 12,          ///< optional: LEB128, see below
    calls = 14,            ///< optional: `FunctionCalls` records sorted by function
    labels = 15,           ///< optional: `StackLabel` records sorted by stack
    births = 19,           ///< optional: LEB128, see below; comes with epochs
    epochs = 20,           ///< optional: `Epoch` records, births refer to them by index
    sample_rates = 21,     ///< optional: `StackRate` records sorted by stack; comes with sampling
    sampling = 22,         ///< optional: one `SamplingInfo`
    leaks = 23,            ///< optional: LEB128, see below
    block_births = 24,     ///< optional: LEB128, see below; comes with block addresses and births
};

/// One entry of the section table.
struct Section {
    std::uint32_t kind;
    std::uint32_t crc;  ///< CRC-32 (IEEE 802.3, as zlib's crc32) of the section's bytes
    std::uint64_t offset;
    std::uint64_t bytes;
    std::uint64_t count;  ///< records in the section; for strings the number of bytes
};

/// A piece of the strings section. `offset == kNone` means absent, not empty.
struct Text {
    std::uint32_t offset;
    std::uint32_t bytes;
};

struct Process {
    std::uint32_t pid;
    std::uint32_t parent_pid;
    std::int64_t start_unix_ns;  ///< when recording began
    Text exe;
    Text command_line;  ///< arguments, each ended by NUL
    Text host;
    Text session;  ///< TRACEMALLOC_SESSION, by which `tmtool run` finds its dumps
};

enum class SnapshotReason : std::uint32_t {
    exit = 1,
    signal = 2,
    crash = 3,
    interval = 4,  ///< TRACEMALLOC_INTERVAL
    peak = 5,      ///< the blocks at the moment of the highest traced size
    call = 6,
    growth = 7,    ///< TRACEMALLOC_GROW
    autosave = 8,  ///< TRACEMALLOC_AUTOSAVE
    merged = 9
};

enum SnapshotFlag : std::uint32_t {
    kFrozen = 1,       ///< all threads stood still: a consistent cut
    kForkedChild = 2,  ///< the process was forked; blocks of the parent are among the traces
};

struct SnapshotInfo {
    std::uint32_t number;  ///< from 1 within the process
    SnapshotReason reason;
    std::int64_t unix_ns;
    std::int64_t monotonic_ns;
    std::uint32_t nframe;
    std::uint32_t flags;     ///< SnapshotFlag
    std::uint64_t pause_ns;  ///< how long the threads were held
};

/// All in bytes, or counts where the name says so.
struct MemoryInfo {
    std::uint64_t traced_bytes;
    std::uint64_t traced_blocks;
    std::uint64_t peak_traced_bytes;
    std::uint64_t own_bytes;  ///< mapped by the tracer itself
    std::uint64_t rss_bytes;
    std::uint64_t peak_rss_bytes;
    std::uint64_t allocator_known;  ///< 1: the four fields below hold mallinfo2()
    std::uint64_t allocator_heap_bytes;
    std::uint64_t allocator_mmap_bytes;
    std::uint64_t allocator_used_bytes;
    std::uint64_t allocator_free_bytes;
};

enum class ModuleKind : std::uint32_t { file = 1, vdso = 2, anonymous = 3 };

/// A mapped ELF object. Run-time address minus `load_bias` is the address in its symbol table.
struct Module {
    Text path;
    Text build_id;  ///< raw bytes of the mapped GNU build-id note
    std::uint64_t load_bias;
    std::uint64_t start;
    std::uint64_t end;
    ModuleKind kind;
    std::uint32_t unloaded;  ///< 1: gone before this snapshot was taken
};

/// A PT_LOAD of a module, with its addresses before the load bias is added.
struct Segment {
    std::uint32_t module;
    std::uint32_t flags;  ///< PF_R | PF_W | PF_X
    std::uint64_t vaddr;
    std::uint64_t memory_bytes;
    std::uint64_t file_offset;
};

enum AddressFlag : std::uint32_t {
    kExact = 1,  ///< an interrupted instruction itself; otherwise a return address, looked up at -1
};

struct Address {
    std::uint64_t address;  ///< as it was in the process
    std::uint32_t module;   ///< index, or kNone
    std::uint32_t flags;    ///< AddressFlag
};

// Stacks: for each stack, in order of its index, unsigned LEB128 numbers:
//   flags, depth, shared, then depth - shared address indexes, most recent first.
// The last `shared` frames (the outermost ones) equal those of the previous stack.
enum StackFlag : std::uint32_t {
    kCutByLimit = 1,     ///< deeper than nframe
    kCutByUnwinder = 2,  ///< the unwinder stopped before the outermost frame
};

// Blocks: rows sorted by (stack, size), each three unsigned LEB128 numbers:
//   stack index minus that of the previous row (the first row: the index itself),
//   size (same stack as the previous row: minus the previous size), number of blocks (at least 1).
// No (stack, size) pair occurs twice.

// Block addresses: a row for each live block, sorted by address, each three unsigned LEB128
// numbers:
//   address minus that of the previous row (the first row: the address itself), stack index, size.
// They are the blocks of the blocks section, one by one.

// Births: how many blocks of a row of the blocks section were born in which epoch. Rows sorted by
// (block row, epoch), each three unsigned LEB128 numbers:
//   block row minus that of the previous row (the first row: the index itself),
//   epoch index (same block row as the previous row: minus the previous epoch), number of blocks.
// The numbers of a block row add up to its count, for every block row. Snapshot 1 of a process that
// was not forked does without: all were born in the process itself, before it.
// Block births: one unsigned LEB128 number for each row of the block addresses, its epoch.

// Leaks: which blocks of a row of the blocks section nothing in the process pointed to. Rows sorted
// by block row, each three unsigned LEB128 numbers:
//   block row minus that of the previous row (the first row: the index itself),
//   blocks that nothing points to, blocks that only such blocks lead to (not both 0).
// Without the section it was not looked for; a section without rows says that there are none.

// Traffic: all allocations so far, by stack, for stacks that have any. Rows sorted by stack, each
// five unsigned LEB128 numbers:
//   stack index minus that of the previous row (the first row: the index itself),
//   allocations, their bytes, and of these: temporary ones, their bytes.
// An allocation is temporary when its thread freed it before it made another one.

struct Loss {
    std::uint32_t reason;  ///< LossReason
    std::uint32_t reserved;
    std::uint64_t count;
};

/// What the program itself said of the blocks of a stack. Sorted by stack, one for each that has a
/// domain above 0 or a tag.
struct StackLabel {
    std::uint32_t stack;   ///< index
    std::uint32_t domain;  ///< 0: the heap
    Text tag;
};

/// The domain of memory that the program mapped itself, with TRACEMALLOC_MMAP=1.
inline constexpr std::uint32_t kMappingDomain = 0xffff'ffff;

enum EpochFlag : std::uint32_t {
    kInherited = 1,  ///< blocks that a forked child got from its parent
};

/// A time in the life of the process: from one of its snapshots to where the next epoch begins.
struct Epoch {
    std::uint32_t snapshots;  ///< how many the process that it began in had taken then
    std::uint32_t flags;      ///< EpochFlag
    std::int64_t start_unix_ns;
};

/// Blocks of this stack were sampled: recorded with probability 1 - exp(-size / mean_bytes), a size
/// of 0 counting as 1. Stacks that are not listed are exact.
struct StackRate {
    std::uint32_t stack;  ///< index
    std::uint32_t reserved;
    std::uint64_t mean_bytes;  ///< at least 1
};

enum SamplingFlag : std::uint32_t {
    kAdaptive = 1,  ///< the tracer chooses the rate
};

struct SamplingInfo {
    std::uint64_t mean_bytes;  ///< between two samples, now; 0: every block is recorded
    std::uint32_t flags;       ///< SamplingFlag
    std::uint32_t reserved;
};

/// How often an allocation function was called; `function` is an AllocationFunction.
struct FunctionCalls {
    std::uint32_t function;
    std::uint32_t reserved;
    std::uint64_t count;
};

/// Innermost frame of an address first; the last one of an address is not inlined.
struct SourceFrame {
    std::uint32_t address;  ///< index
    std::uint32_t inlined;  ///< 0 or 1
    Text function;
    Text filename;
    std::uint32_t lineno;    ///< 0: unknown
    std::uint32_t hands_on;  ///< 1: without a name, and its code only returns the block; else 0
};

/// One snapshot that a merged dump holds, as that snapshot told it.
struct SourceDump {
    std::uint32_t pid;
    std::uint32_t number;
    std::int64_t start_unix_ns;
    std::int64_t unix_ns;
    std::uint64_t traced_bytes;
    std::uint64_t traced_blocks;
    Text exe;
    Text host;
};

enum CrashFlag : std::uint32_t {
    kHasAddress = 1,  ///< the hardware told where
    kHasSender = 2,   ///< a process sent the signal
};

/// The signal that ends the process, as the kernel told it.
struct CrashFacts {
    std::uint32_t signal;
    std::int32_t code;      ///< si_code
    std::uint64_t address;  ///< si_addr, 0 without kHasAddress
    std::uint32_t thread;   ///< that received it
    std::uint32_t sender;   ///< pid, 0 without kHasSender
    std::uint32_t flags;    ///< CrashFlag
    std::uint32_t reserved;
};

static_assert(sizeof(Header) == 48 && sizeof(Section) == 32 && sizeof(Text) == 8);
static_assert(sizeof(Process) == 48 && sizeof(SnapshotInfo) == 40 && sizeof(MemoryInfo) == 88);
static_assert(sizeof(Module) == 48 && sizeof(Segment) == 32 && sizeof(Address) == 16);
static_assert(sizeof(Loss) == 16 && sizeof(SourceFrame) == 32 && sizeof(SourceDump) == 56);
static_assert(sizeof(CrashFacts) == 32 && sizeof(StackLabel) == 16 && sizeof(Epoch) == 16);
static_assert(sizeof(StackRate) == 16 && sizeof(SamplingInfo) == 16 && sizeof(FunctionCalls) == 16);
static_assert(offsetof(Header, header_crc) == 40);

}  // namespace tracemalloc::dump
