// SPDX-License-Identifier: MIT
#include "preload/capture/rule_learner.h"

#include <sys/ucontext.h>

#include <cstddef>
#include <cstring>

#include "preload/capture/libunwind_library.h"
#include "preload/platform/pages.h"
#include "preload/platform/spin_lock.h"

namespace tracemalloc::preload::rule_learner {

namespace {

// Three pieces of memory, so far apart that an address tells which one it came from:
//   stack     what rsp points into; frames larger than this stay opaque
//   frame     what rbp points into; every word of it is a distinct address in `targets`
//   targets   what a word of the frame or any other register points to
constexpr std::uintptr_t kStackBytes = std::uintptr_t{1} << 20;
constexpr std::uintptr_t kBelowStack = 4096;
constexpr std::uintptr_t kFrameBytes = 8192;
constexpr std::uintptr_t kTargetStride = 64;
constexpr std::uintptr_t kTargetsBytes = kFrameBytes / 8 * kTargetStride;

constinit std::uintptr_t g_stack = 0;
constinit std::uintptr_t g_frame = 0;
constinit std::uintptr_t g_targets = 0;
constinit SpinLock g_lock;

std::uintptr_t& word_at(std::uintptr_t address) noexcept {
    return *reinterpret_cast<std::uintptr_t*>(address);
}

constexpr bool is_within(std::uintptr_t address, std::uintptr_t start,
                         std::uintptr_t bytes) noexcept {
    return address >= start && address < start + bytes;
}

struct Registers {
    std::uintptr_t sp;
    std::uintptr_t bp;
};

/// Where the cursor stands one frame up.
struct Step {
    bool has_table = false;
    bool goes_on = false;
    std::uintptr_t pc = 0;
    std::uintptr_t cfa = 0;
    std::uintptr_t saved_bp_at = 0;  ///< 0: in its register
};

Step step_from(std::uintptr_t pc, const Registers& registers) noexcept {
    unw_context_t context;
    std::memset(&context, 0, sizeof context);
    // A frame addressed by any other register must still be addressed by valid memory.
    for (const int number : {REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, REG_R8, REG_R9,
                             REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15}) {
        context.uc_mcontext.gregs[number] =
            static_cast<greg_t>(g_targets + kTargetsBytes / 2 + kTargetStride / 2);
    }
    context.uc_mcontext.gregs[REG_RIP] = static_cast<greg_t>(pc);
    context.uc_mcontext.gregs[REG_RSP] = static_cast<greg_t>(registers.sp);
    context.uc_mcontext.gregs[REG_RBP] = static_cast<greg_t>(registers.bp);

    Step step;
    unw_cursor_t cursor;
    unw_proc_info_t procedure;
    if (g_libunwind.init_local(&cursor, &context) != 0 ||
        g_libunwind.get_proc_info(&cursor, &procedure) != 0 || procedure.unwind_info_size == 0) {
        return step;
    }
    step.has_table = true;
    step.goes_on = g_libunwind.step(&cursor) > 0;
    unw_word_t value = 0;
    step.pc = g_libunwind.get_reg(&cursor, UNW_X86_64_RIP, &value) == 0 ? value : 0;
    step.cfa = g_libunwind.get_reg(&cursor, UNW_X86_64_RSP, &value) == 0 ? value : 0;
    unw_save_loc_t place;
    if (g_libunwind.get_save_loc(&cursor, UNW_X86_64_RBP, &place) == 0 &&
        place.type == UNW_SLT_MEMORY) {
        const auto address = static_cast<std::uintptr_t>(place.u.addr);
        const bool in_register =
            is_within(address, reinterpret_cast<std::uintptr_t>(&context), sizeof context);
        step.saved_bp_at = in_register ? 0 : address;
    }
    return step;
}

/// The kind and cfa_offset that explain where the cursor stands; opaque if none does.
FrameRule explain(const Registers& registers, std::uintptr_t cfa) noexcept {
    FrameRule rule;
    rule.kind = FrameRule::Kind::opaque;
    if (is_within(cfa, registers.sp, kStackBytes - kBelowStack)) {
        rule.kind = FrameRule::Kind::stack_pointer;
        rule.cfa_offset = static_cast<std::int32_t>(cfa - registers.sp);
    } else if (is_within(cfa, g_frame + 8, kFrameBytes - 8)) {
        rule.kind = FrameRule::Kind::frame_pointer;
        rule.cfa_offset = static_cast<std::int32_t>(static_cast<std::intptr_t>(cfa - registers.bp));
    } else if (is_within(cfa, g_targets, kTargetsBytes) && (cfa - g_targets) % kTargetStride == 0) {
        const std::uintptr_t word = g_frame + (cfa - g_targets) / kTargetStride * 8;
        rule.kind = FrameRule::Kind::realigned;
        rule.cfa_offset = static_cast<std::int32_t>(static_cast<std::intptr_t>(word - registers.bp));
    }
    return rule;
}

FrameRule learn_with_lock(std::uintptr_t pc) noexcept {
    const Registers registers{g_stack + kBelowStack, g_frame + kFrameBytes / 2};
    FrameRule rule;
    rule.kind = FrameRule::Kind::opaque;
    Step step = step_from(pc, registers);
    if (!step.has_table) {
        return rule;
    }
    rule = explain(registers, step.cfa);
    if (rule.kind == FrameRule::Kind::opaque || step.cfa % 8 != 0) {
        rule.kind = FrameRule::Kind::opaque;
        return rule;
    }
    // Is the return address the word below the cfa? Put a word of ours there and look again.
    const std::uintptr_t before = word_at(step.cfa - 8);
    const std::uintptr_t mark = g_targets + kTargetStride / 4;
    word_at(step.cfa - 8) = mark;
    const Step marked = step_from(pc, registers);
    word_at(step.cfa - 8) = before;
    if (marked.cfa != step.cfa) {
        rule.kind = FrameRule::Kind::opaque;
    } else if (!marked.goes_on) {
        rule.kind = FrameRule::Kind::outermost;
    } else if (marked.pc != mark) {
        rule.kind = FrameRule::Kind::opaque;
    } else if (step.saved_bp_at != 0) {
        const auto offset = static_cast<std::intptr_t>(step.saved_bp_at - step.cfa);
        rule.saved_bp = static_cast<std::int16_t>(offset / 8);
        if (offset % 8 != 0 || rule.saved_bp * 8 != offset || offset == 0) {
            rule.kind = FrameRule::Kind::opaque;
        }
    }
    return rule;
}

}  // namespace

bool prepare() noexcept {
    auto* const memory = pages::reserve(kStackBytes);
    auto* const small = pages::map(kFrameBytes + kTargetsBytes);
    if (memory == nullptr || small == nullptr) {
        return false;
    }
    g_stack = reinterpret_cast<std::uintptr_t>(memory);
    g_frame = reinterpret_cast<std::uintptr_t>(small);
    g_targets = g_frame + kFrameBytes;
    for (std::uintptr_t word = 0; word < kFrameBytes / 8; ++word) {
        word_at(g_frame + word * 8) = g_targets + word * kTargetStride;
    }
    return true;
}

FrameRule learn(std::uintptr_t pc) noexcept {
    const SpinGuard guard(g_lock);
    return learn_with_lock(pc);
}

void reset_lock() noexcept { g_lock.reset(); }

}  // namespace tracemalloc::preload::rule_learner
