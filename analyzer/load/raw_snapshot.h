// SPDX-License-Identifier: MIT
//
// A dump as addresses: what the reader returns and the symbolizer takes. Plain values that own
// their memory; the mapped file is no longer needed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/model/snapshot.h"
#include "common/dump_format.h"

namespace tracemalloc::analyze {

struct RawSegment {
    std::uint64_t vaddr = 0;
    std::uint64_t memory_bytes = 0;
    std::uint64_t file_offset = 0;
    std::uint32_t flags = 0;
};

struct RawModule {
    std::string path;
    std::string build_id;  ///< raw bytes; empty when the object has none
    std::uint64_t load_bias = 0;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    dump::ModuleKind kind = dump::ModuleKind::file;
    bool unloaded = false;
    std::vector<RawSegment> segments;
};

struct RawAddress {
    std::uint64_t address = 0;
    std::uint32_t module = dump::kNone;  ///< index into modules, or kNone
    bool exact = false;

    /// Where to look the address up: a return address belongs to the call before it.
    [[nodiscard]] std::uint64_t lookup() const noexcept {
        return exact || address == 0 ? address : address - 1;
    }
};

/// A frame that the dump itself carries, so that it can be read without the binaries.
struct RawSourceFrame {
    std::uint32_t address = 0;             ///< index into addresses
    std::uint32_t function = dump::kNone;  ///< index into frame_texts, or kNone: unknown
    std::uint32_t filename = dump::kNone;  ///< index into frame_texts, or kNone: unknown
    std::uint32_t lineno = 0;              ///< 0: unknown
    bool inlined = false;
    bool hands_on = false;  ///< see Frame
};

/// A piece of RawSnapshot::stack_addresses; one flat array keeps a million stacks cheap.
struct RawStack {
    std::uint64_t first = 0;
    std::uint32_t depth = 0;
    bool cut_by_limit = false;
    bool cut_by_unwinder = false;
};

struct RawLoss {
    std::uint32_t reason = 0;  ///< LossReason, or one of a later version
    std::uint64_t count = 0;
};

struct RawCalls {
    std::uint32_t function = 0;  ///< AllocationFunction, or one of a later version
    std::uint64_t count = 0;
};

/// What the program itself said of the blocks of a stack.
struct RawLabel {
    std::uint32_t stack = 0;
    std::uint32_t domain = 0;
    std::string tag;
};

/// The blocks of a stack were drawn with this mean number of bytes between two samples.
struct RawRate {
    std::uint32_t stack = 0;
    std::uint64_t mean_bytes = 0;
};

struct RawSnapshot {
    SnapshotInfo info;
    dump::SnapshotReason reason{};  ///< info has it as text
    std::vector<RawLoss> losses;    ///< info has them as text
    std::vector<RawCalls> calls;    ///< the same; sorted by function
    std::vector<RawModule> modules;
    std::vector<RawAddress> addresses;
    std::vector<RawStack> stacks;
    std::vector<std::uint32_t> stack_addresses;  ///< indexes into addresses, stack after stack
    std::vector<Trace> traces;                   ///< traceback = index into stacks
    /// Sorted by traceback = index into stacks; absent when it was not counted.
    std::optional<std::vector<Traffic>> traffic;
    std::vector<RawSourceFrame> frames;    ///< sorted by address, innermost first; usually empty
    std::vector<std::string> frame_texts;  ///< each once
    std::vector<RawLabel> labels;          ///< sorted by stack
    std::vector<RawRate> rates;            ///< sorted by stack; the blocks of others are all there
    Births births;                         ///< of the traces, by index

    /// Indexes into addresses, most recent first.
    [[nodiscard]] std::span<const std::uint32_t> addresses_of(
        const RawStack& stack) const noexcept {
        return std::span(stack_addresses).subspan(stack.first, stack.depth);
    }
};

}  // namespace tracemalloc::analyze
