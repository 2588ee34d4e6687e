// SPDX-License-Identifier: MIT
#include "preload/capture/made_up_frame.h"

#include <fcntl.h>
#include <libunwind.h>
#include <sys/stat.h>

#include <cstring>

#include "preload/capture/eh_frame_header.h"
#include "preload/capture/frame_step.h"
#include "preload/capture/private_library.h"
#include "preload/platform/spin_lock.h"
#include "preload/platform/system_call.h"

// Exported by libunwind for tools that keep unwind tables themselves, but in no header.
extern "C" int UNW_OBJ(dwarf_search_unwind_table)(unw_addr_space_t, unw_word_t, unw_dyn_info_t*,
                                                  unw_proc_info_t*, int, void*);

namespace tracemalloc::preload::made_up_frame {

namespace {

struct Libunwind {
    decltype(&unw_create_addr_space) create_addr_space = nullptr;
    decltype(&unw_set_caching_policy) set_caching_policy = nullptr;
    decltype(&unw_init_remote) init_remote = nullptr;
    decltype(&unw_step) step = nullptr;
    decltype(&unw_get_reg) get_reg = nullptr;
    decltype(&unw_get_save_loc) get_save_loc = nullptr;
    decltype(&UNW_OBJ(dwarf_search_unwind_table)) search_unwind_table = nullptr;
};

// The made-up address space, where no real address can be:
//   stack     what sp points into; the word at an address is the address itself, marked
//   frame     what bp points into; the words are distinct addresses in `targets`
//   targets   what words of the frame and all other registers point to; marked as the stack is
constexpr std::uintptr_t kStack = 0x1111'0000'0000'0000;
constexpr std::uintptr_t kFrame = 0x2222'0000'0000'0000;
constexpr std::uintptr_t kTargets = 0x3333'0000'0000'0000;
constexpr std::uintptr_t kPieceBytes = std::uintptr_t{1} << 30;
constexpr std::uintptr_t kTargetStride = 64;

constexpr std::uintptr_t kSp = kStack + kPieceBytes / 2;
constexpr std::uintptr_t kBp = kFrame + kPieceBytes / 2;
constexpr std::uintptr_t kOther = kTargets + kPieceBytes * kTargetStride / 16 + kTargetStride / 2;

constexpr bool is_within(std::uintptr_t address, std::uintptr_t start,
                         std::uintptr_t bytes) noexcept {
    return address >= start && address - start < bytes;
}
/// No address of code, and different for each place.
constexpr std::uintptr_t mark_for(std::uintptr_t place) noexcept {
    return place | 1;
}

constexpr std::uintptr_t target_of(std::uintptr_t place) noexcept {
    return kTargets + (place - kFrame) / 8 * kTargetStride;
}

/// What the accessors are asked on behalf of.
struct MadeUpFrame {
    std::uintptr_t pc = 0;
    bool has_table = false;
};

constinit Libunwind g_libunwind;
constinit unw_addr_space_t g_made_up = nullptr;
constinit SpinLock g_lock;

int access_memory(unw_addr_space_t, unw_word_t address, unw_word_t* value, int is_write,
                  void*) noexcept {
    if (is_write != 0) {
        return -UNW_EINVAL;
    }
    if (is_within(address, kFrame, kPieceBytes)) {
        *value = target_of(address);
    } else if (address >> 47 != 0) {
        *value = mark_for(address);
    } else {
        // An unwind table, which is not aligned for this.
        std::memcpy(value, reinterpret_cast<const void*>(address), sizeof *value);
    }
    return 0;
}

int access_register(unw_addr_space_t, unw_regnum_t number, unw_word_t* value, int is_write,
                    void* frame) noexcept {
    if (is_write != 0) {
        return -UNW_EREADONLYREG;
    }
    *value = number == UNW_X86_64_RIP   ? static_cast<MadeUpFrame*>(frame)->pc
             : number == UNW_X86_64_RSP ? kSp
             : number == UNW_X86_64_RBP ? kBp
                                        : kOther;
    return 0;
}

int find_procedure(unw_addr_space_t space, unw_word_t pc, unw_proc_info_t* procedure,
                   int needs_unwind_info, void* argument) noexcept {
    EhFramePlace place{};
    if (!find_eh_frame(pc, place)) {
        return -UNW_ENOINFO;
    }
    // A table of the one pair that matters: a search through the accessors would take longer.
    unw_dyn_info_t table;
    std::memset(&table, 0, sizeof table);
    table.start_ip = pc;
    table.end_ip = pc + 1;
    table.format = UNW_INFO_FORMAT_REMOTE_TABLE;
    table.u.rti.segbase = place.header;
    table.u.rti.table_data = reinterpret_cast<unw_word_t>(place.pair);
    table.u.rti.table_len = sizeof(EhFramePair) / sizeof(unw_word_t);
    const int result =
        g_libunwind.search_unwind_table(space, pc, &table, procedure, needs_unwind_info, argument);
    static_cast<MadeUpFrame*>(argument)->has_table |= result == 0;
    return result;
}

void keep_procedure(unw_addr_space_t, unw_proc_info_t*, void*) noexcept {}

int no_dynamic_list(unw_addr_space_t, unw_word_t*, void*) noexcept {
    return -UNW_ENOINFO;
}

int no_float_register(unw_addr_space_t, unw_regnum_t, unw_fpreg_t*, int, void*) noexcept {
    return -UNW_EBADREG;
}

int no_resume(unw_addr_space_t, unw_cursor_t*, void*) noexcept {
    return -UNW_EINVAL;
}

int no_name(unw_addr_space_t, unw_word_t, char*, std::size_t, unw_word_t*, void*) noexcept {
    return -UNW_EUNSPEC;
}

/// The number that the next open() gives.
int lowest_free_descriptor() noexcept {
    const long descriptor =
        restarting_system_call(SYS_openat, AT_FDCWD, "/", O_PATH | O_CLOEXEC, 0);
    if (failed(descriptor)) {
        return -1;
    }
    system_call(SYS_close, descriptor);
    return static_cast<int>(descriptor);
}

/// libunwind opens a pipe when it initialises itself, to try out memory of its own process, which
/// it never reads here. Left open it would be a descriptor more than the program expects, and after
/// the program closed all it does not know, one of the program's own.
void close_pipe_at(int descriptor) noexcept {
    constexpr int kFarthestOther = 64;
    struct stat one {};
    if (descriptor < 0 || failed(system_call(SYS_fstat, descriptor, &one)) ||
        !S_ISFIFO(one.st_mode)) {
        return;
    }
    system_call(SYS_close, descriptor);
    for (int other = descriptor + 1; other < descriptor + kFarthestOther; ++other) {
        struct stat two {};
        if (!failed(system_call(SYS_fstat, other, &two)) && two.st_ino == one.st_ino &&
            two.st_dev == one.st_dev) {
            system_call(SYS_close, other);
            return;
        }
    }
}

constexpr std::int32_t distance(std::uintptr_t to, std::uintptr_t from) noexcept {
    return static_cast<std::int32_t>(static_cast<std::intptr_t>(to - from));
}

/// The kind and cfa_offset that explain a cfa; opaque if none does.
FrameRule explain(std::uintptr_t cfa) noexcept {
    if (cfa % 8 == 0 && is_within(cfa, kSp + 8, static_cast<std::uintptr_t>(kLargestFrame))) {
        return FrameRule(FrameRule::Kind::stack_pointer, distance(cfa, kSp));
    }
    if (cfa % 8 == 0 && is_within(cfa, kFrame + 8, kPieceBytes - 8)) {
        return FrameRule(FrameRule::Kind::frame_pointer, distance(cfa, kBp));
    }
    if (is_within(cfa, kTargets, kPieceBytes / 8 * kTargetStride) &&
        (cfa - kTargets) % kTargetStride == 0) {
        const std::uintptr_t word = kFrame + (cfa - kTargets) / kTargetStride * 8;
        return FrameRule(FrameRule::Kind::realigned, distance(word, kBp));
    }
    return FrameRule(FrameRule::Kind::opaque);
}

std::uintptr_t get(unw_cursor_t& cursor, unw_regnum_t number) noexcept {
    unw_word_t value = 0;
    return g_libunwind.get_reg(&cursor, number, &value) == 0 ? value : 0;
}

FrameRule learn_with_lock(std::uintptr_t return_address) noexcept {
    constexpr FrameRule kOpaque(FrameRule::Kind::opaque);
    MadeUpFrame frame{.pc = return_address - 1};
    unw_cursor_t cursor;
    if (g_libunwind.init_remote(&cursor, g_made_up, &frame) != 0) {
        return kOpaque;
    }
    const int result = g_libunwind.step(&cursor);
    if (!frame.has_table) {
        return FrameRule(FrameRule::Kind::no_table);
    }
    if (result <= 0) {
        return FrameRule(result == 0 ? FrameRule::Kind::outermost : FrameRule::Kind::opaque);
    }
    const std::uintptr_t cfa = get(cursor, UNW_X86_64_RSP);
    const FrameRule rule = explain(cfa);
    // The return address has to come from the word below the cfa.
    const std::uintptr_t place = cfa - 8;
    if (rule.kind() == FrameRule::Kind::opaque ||
        get(cursor, UNW_X86_64_RIP) !=
            (is_within(place, kFrame, kPieceBytes) ? target_of(place) : mark_for(place))) {
        return kOpaque;
    }
    unw_save_loc_t saved;
    const bool is_saved = g_libunwind.get_save_loc(&cursor, UNW_X86_64_RBP, &saved) == 0 &&
                          saved.type == UNW_SLT_MEMORY;
    if (rule.kind() == FrameRule::Kind::realigned) {
        return is_saved && saved.u.addr == kBp ? rule : kOpaque;
    }
    if (!is_saved && get(cursor, UNW_X86_64_RBP) != kBp) {
        return kOpaque;  // kept in another register
    }
    if (is_saved) {
        const std::int32_t saved_bp = distance(saved.u.addr, cfa);
        return saved_bp == static_cast<std::int16_t>(saved_bp) && saved_bp % 8 == 0 && saved_bp != 0
                   ? FrameRule(rule.kind(), rule.cfa_offset(), static_cast<std::int16_t>(saved_bp))
                   : kOpaque;
    }
    return rule;
}

}  // namespace

bool load() noexcept {
    PrivateLibrary library;
    if (!library.load("libunwind-x86_64.so.8") ||
        !library.bind(TM_SYMBOL(unw_create_addr_space), g_libunwind.create_addr_space) ||
        !library.bind(TM_SYMBOL(unw_set_caching_policy), g_libunwind.set_caching_policy) ||
        !library.bind(TM_SYMBOL(unw_init_remote), g_libunwind.init_remote) ||
        !library.bind(TM_SYMBOL(unw_step), g_libunwind.step) ||
        !library.bind(TM_SYMBOL(unw_get_reg), g_libunwind.get_reg) ||
        !library.bind(TM_SYMBOL(unw_get_save_loc), g_libunwind.get_save_loc) ||
        !library.bind(TM_SYMBOL(UNW_OBJ(dwarf_search_unwind_table)),
                      g_libunwind.search_unwind_table)) {
        return false;
    }
    const int next_descriptor = lowest_free_descriptor();
    static constinit unw_accessors_t accessors = {
        find_procedure,  keep_procedure,    no_dynamic_list, access_memory,
        access_register, no_float_register, no_resume,       no_name};
    g_made_up = g_libunwind.create_addr_space(&accessors, 0);
    if (g_made_up == nullptr) {
        return false;
    }
    g_libunwind.set_caching_policy(g_made_up, UNW_CACHE_NONE);
    learn_from_cursor(reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)));
    close_pipe_at(next_descriptor);
    return true;
}

FrameRule learn_from_cursor(std::uintptr_t return_address) noexcept {
    const SpinGuard guard(g_lock);
    return learn_with_lock(return_address);
}

SpinLock& lock() noexcept {
    return g_lock;
}

}  // namespace tracemalloc::preload::made_up_frame
