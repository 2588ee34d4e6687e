// SPDX-License-Identifier: MIT
#include "preload/snapshot/leak_scan.h"

#include <dlfcn.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>

#include "preload/platform/attention.h"
#include "preload/platform/pages.h"
#include "preload/platform/small_file.h"
#include "preload/platform/system_call.h"
#include "preload/snapshot/memory_map.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uintptr_t kRedZoneBytes = 128;

/// Where the object that holds an address is mapped, data and all.
AddressRange object_around(const void* address) noexcept {
    dl_find_object object{};
    if (_dl_find_object(const_cast<void*>(address), &object) != 0) {
        return {0, 0};
    }
    return {reinterpret_cast<std::uintptr_t>(object.dlfo_map_start),
            reinterpret_cast<std::uintptr_t>(object.dlfo_map_end)};
}

bool holds(const AddressRange& range, std::uintptr_t address) noexcept {
    return address >= range.start && address < range.end;
}

/// glibc's own pointers to free memory point at its header, which begins in the last 8 bytes of the
/// block before it.
bool is_chunk_header(std::uintptr_t word, const Block& block) noexcept {
    return word % 16 == 0 && word != block.address && word + 8 >= block.address + block.size;
}

/// Field 47 of /proc/…/stat: where memory that brk() gives begins; 0 when it is not told.
std::uintptr_t start_of_brk() noexcept {
    constexpr int kFieldsBehindName = 45;
    char text[1024];
    std::string_view stat(text, read_small_file("/proc/thread-self/stat", text, sizeof text));
    stat.remove_prefix(std::min(stat.rfind(')'), stat.size()));
    for (int field = 0; field < kFieldsBehindName; ++field) {
        const std::size_t space = stat.find(' ');
        if (space == std::string_view::npos) {
            return 0;
        }
        stat.remove_prefix(space + 1);
    }
    std::uintptr_t start = 0;
    for (const char letter : stat.substr(0, stat.find(' '))) {
        start = start * 10 + static_cast<std::uintptr_t>(letter - '0');
    }
    return start;
}

bool is_kernels(std::string_view path) noexcept {
    return path.starts_with("[v");  // [vdso], [vvar], [vsyscall]
}

}  // namespace

LeakScan::~LeakScan() {
    if (blocks_ != nullptr) {
        pages::unmap(blocks_, block_room_ * sizeof(Block));
    }
    if (unreachable_ != nullptr) {
        pages::unmap(unreachable_, unreachable_room_ * sizeof(UnreachableBlock));
    }
}

/// Blocks of the heap. What the program tracks in domains of its own is no block to be lost, and of
/// records that overlap only the first is one.
bool LeakScan::choose_blocks(const LeakScanInput& input) noexcept {
    const std::span<const Block> all = input.view.blocks();
    block_room_ = all.size() + 1;
    blocks_ = static_cast<Block*>(pages::map(block_room_ * sizeof(Block)));
    if (blocks_ == nullptr) {
        return false;
    }
    std::uintptr_t end = 0;
    for (const Block& block : all) {
        const LabelId label = split_label(input.stacks.frames(block.stack)).label;
        if (block.address >= end && input.labels[label].domain == 0) {
            blocks_[block_count_++] = block;
            end = BlockFinder::end_of(block);
        }
    }
    return true;
}

/// Only glibc's: of a block of another one nobody knows what lies around it. The word before a
/// block tells where it comes from.
void LeakScan::leave_out_allocator() noexcept {
    constexpr std::uintptr_t kIsMapped = 2;
    constexpr std::uintptr_t kIsOfArena = 4;
    constexpr std::uintptr_t kArenaBytes = std::uintptr_t{64} << 20;
    const AddressRange brk{start_of_brk(),
                           static_cast<std::uintptr_t>(system_call(SYS_brk, nullptr))};
    if (brk.start != 0) {
        left_out_.add(brk.start, brk.end);
    }
    std::uintptr_t arena_end = 0;
    for (const Block& block : blocks()) {
        std::uintptr_t header = 0;
        if (holds(brk, block.address) || block.address < arena_end ||
            !read_own_memory(block.address - sizeof header, &header, sizeof header)) {
            continue;
        }
        if ((header & kIsMapped) != 0) {
            left_out_.add((block.address - 1) & ~(pages::kPageBytes - 1),
                          pages::round_up(block.address + block.size));
        } else if ((header & kIsOfArena) != 0) {
            const std::uintptr_t arena = block.address & ~(kArenaBytes - 1);
            arena_end = arena + kArenaBytes;
            left_out_.add(arena, arena_end);
        }
    }
}

/// The last thing before the scan: what is mapped after it would be taken for the program's.
bool LeakScan::leave_out_own_memory() noexcept {
    const AddressRange library = object_around(&g_attention);
    left_out_.add(library.start, library.end);
    const bool is_known = pages::for_each_own(
        [this](std::uintptr_t start, std::uintptr_t end) { left_out_.add(start, end); });
    left_out_.sort();
    return is_known && left_out_.is_whole() && library.end != 0;
}

bool LeakScan::scan_roots() noexcept {
    MemoryMap map;
    if (!map.read() || !leave_out_own_memory()) {
        return false;
    }
    const AddressRange libc = object_around(reinterpret_cast<const void*>(&::getauxval));
    Mapping before{};
    const auto scan = [&](const Mapping& mapping, bool is_stack) {
        std::uintptr_t start = mapping.start;
        if (is_stack) {
            const std::uintptr_t lowest = threads_.lowest(mapping.start, mapping.end);
            start = lowest < mapping.end ? std::max(start, lowest - kRedZoneBytes) : start;
        }
        left_out_.for_each_outside(start, mapping.end, [&](std::uintptr_t from, std::uintptr_t to) {
            const bool is_libc = holds(libc, from);
            reachability_.add_roots(from, to, reader_,
                                    [is_libc](std::uintptr_t word, const Block& block) {
                                        return is_libc && is_chunk_header(word, block);
                                    });
        });
        reachability_.follow(reader_);
    };
    map.for_each([&](const Mapping& mapping) {
        const bool follows = before.end == mapping.start;
        const bool is_data = mapping.is_writable && mapping.inode != 0;
        if (is_data && follows && before.inode == mapping.inode && before.is_readable &&
            !before.is_writable && !before.is_executable) {
            scan(before, false);  // read-only since relocation
        }
        if (mapping.is_readable && (mapping.is_writable || mapping.inode == 0) &&
            !is_kernels(mapping.path)) {
            const bool has_guard = follows && !before.is_readable;
            scan(mapping, has_guard || mapping.path == "[stack]");
        }
        before = mapping;
    });
    return true;
}

/// The loader's lists run through blocks that it allocated while the tracer started, which are in
/// no table.
void LeakScan::reach_blocks_of_loader(const StackInterner& stacks) noexcept {
    const AddressRange loader = object_around(reinterpret_cast<const void*>(::getauxval(AT_BASE)));
    StackId last = StackId::none;
    bool is_loaders = false;
    for (std::size_t at = 0; at < block_count_; ++at) {
        if (blocks_[at].stack != last) {
            last = blocks_[at].stack;
            const auto frames = split_label(stacks.frames(last)).frames;
            is_loaders = !frames.empty() && holds(loader, frames.back());
        }
        if (is_loaders) {
            reachability_.reach(at);
        }
    }
}

void LeakScan::run(const LeakScanInput& input) noexcept {
    is_done_ = scan(input);
}

bool LeakScan::scan(const LeakScanInput& input) noexcept {
    if (!reader_.prepare() || !threads_.read() || !choose_blocks(input) ||
        !reachability_.prepare(blocks())) {
        return false;
    }
    threads_.add(input.stack_pointer);
    if (input.allocator_is_glibc && input.has_all_blocks) {
        leave_out_allocator();
    }
    threads_.for_each_argument([this](std::uintptr_t word) { reachability_.add_root(word); });
    reach_blocks_of_loader(input.stacks);
    reachability_.follow(reader_);
    if (!scan_roots()) {
        return false;
    }
    reachability_.find_indirect(reader_);
    return collect();
}

bool LeakScan::collect() noexcept {
    using State = Reachability::State;
    std::size_t count = 0;
    for (std::size_t at = 0; at < block_count_; ++at) {
        count += reachability_.state(at) != State::reached ? 1U : 0U;
    }
    unreachable_room_ = count + 1;
    unreachable_ =
        static_cast<UnreachableBlock*>(pages::map(unreachable_room_ * sizeof(UnreachableBlock)));
    if (unreachable_ == nullptr) {
        return false;
    }
    for (std::size_t at = 0; at < block_count_; ++at) {
        if (reachability_.state(at) != State::reached) {
            unreachable_[unreachable_count_++] = {static_cast<std::uint32_t>(blocks_[at].stack),
                                                  reachability_.state(at) == State::indirect,
                                                  blocks_[at].size};
        }
    }
    std::sort(unreachable_, unreachable_ + unreachable_count_,
              [](const UnreachableBlock& a, const UnreachableBlock& b) {
                  return a.stack != b.stack ? a.stack < b.stack : a.size < b.size;
              });
    return true;
}

}  // namespace tracemalloc::preload
