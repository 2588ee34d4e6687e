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
// Words of the stack are marks: each says where it lies.
constexpr std::uintptr_t kStackBytes = std::uintptr_t{1} << 20;
constexpr std::uintptr_t kMarkedBytes = 4096;
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

/// No address of code, and different for each place.
constexpr std::uintptr_t mark_for(std::uintptr_t place) noexcept {
    return place | 1;
}

std::uintptr_t made_up_sp() noexcept {
    return g_stack + kBelowStack;
}
std::uintptr_t made_up_bp() noexcept {
    return g_frame + kFrameBytes / 2;
}

/// A cursor in the frame of `pc`, with made-up registers. One addressed by any register but sp and
/// bp still finds valid memory.
class MadeUpFrame {
public:
    explicit MadeUpFrame(std::uintptr_t pc) noexcept {
        std::memset(&context_, 0, sizeof context_);
        for (const int number : {REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, REG_R8,
                                 REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15}) {
            set(number, g_targets + kTargetsBytes / 2 + kTargetStride / 2);
        }
        set(REG_RIP, pc);
        set(REG_RSP, made_up_sp());
        set(REG_RBP, made_up_bp());
        is_valid_ = g_libunwind.init_local(&cursor_, &context_) == 0;
    }

    /// libunwind guesses where there is no unwind table; a guess is no rule.
    [[nodiscard]] bool has_table() noexcept {
        unw_proc_info_t procedure;
        return is_valid_ && g_libunwind.get_proc_info(&cursor_, &procedure) == 0 &&
               procedure.unwind_info_size != 0;
    }
    /// False at the end of the stack.
    bool step() noexcept { return is_valid_ && g_libunwind.step(&cursor_) > 0; }

    [[nodiscard]] std::uintptr_t get(unw_regnum_t number) noexcept {
        unw_word_t value = 0;
        return g_libunwind.get_reg(&cursor_, number, &value) == 0 ? value : 0;
    }
    /// Where the caller's rbp was found; 0: still in its register.
    [[nodiscard]] std::uintptr_t place_of_bp() noexcept {
        unw_save_loc_t place;
        if (g_libunwind.get_save_loc(&cursor_, UNW_X86_64_RBP, &place) != 0 ||
            place.type != UNW_SLT_MEMORY) {
            return 0;
        }
        const auto address = static_cast<std::uintptr_t>(place.u.addr);
        const auto context = reinterpret_cast<std::uintptr_t>(&context_);
        return is_within(address, context, sizeof context_) ? 0 : address;
    }

private:
    void set(int number, std::uintptr_t value) noexcept {
        context_.uc_mcontext.gregs[number] = static_cast<greg_t>(value);
    }

    unw_context_t context_;
    unw_cursor_t cursor_;
    bool is_valid_ = false;
};

constexpr std::int32_t distance(std::uintptr_t to, std::uintptr_t from) noexcept {
    return static_cast<std::int32_t>(static_cast<std::intptr_t>(to - from));
}

/// The kind and cfa_offset that explain a cfa; opaque if none does.
FrameRule explain(std::uintptr_t cfa) noexcept {
    FrameRule rule;
    rule.kind = FrameRule::Kind::opaque;
    if (cfa % 8 != 0) {
        return rule;
    }
    if (is_within(cfa, made_up_sp() + 8, kStackBytes - kBelowStack - 8)) {
        rule.kind = FrameRule::Kind::stack_pointer;
        rule.cfa_offset = distance(cfa, made_up_sp());
    } else if (is_within(cfa, g_frame + 8, kFrameBytes - 8)) {
        rule.kind = FrameRule::Kind::frame_pointer;
        rule.cfa_offset = distance(cfa, made_up_bp());
    } else if (is_within(cfa, g_targets, kTargetsBytes) && (cfa - g_targets) % kTargetStride == 0) {
        rule.kind = FrameRule::Kind::realigned;
        rule.cfa_offset = distance(g_frame + (cfa - g_targets) / kTargetStride * 8, made_up_bp());
    }
    return rule;
}

/// What libunwind does without a table looks like one of these.
bool may_be_guess(const FrameRule& rule) noexcept {
    return rule.kind != FrameRule::Kind::stack_pointer || rule.cfa_offset <= 16;
}

FrameRule learn_with_lock(std::uintptr_t pc) noexcept {
    constexpr FrameRule kOpaque{.kind = FrameRule::Kind::opaque};
    MadeUpFrame frame(pc);
    frame.step();
    const std::uintptr_t cfa = frame.get(UNW_X86_64_RSP);
    FrameRule rule = explain(cfa);
    if (may_be_guess(rule) && !MadeUpFrame(pc).has_table()) {
        return {.kind = FrameRule::Kind::no_table};
    }
    if (rule.kind == FrameRule::Kind::opaque) {
        return kOpaque;
    }
    if (const std::uintptr_t place = frame.place_of_bp(); place != 0) {
        rule.saved_bp = static_cast<std::int16_t>(distance(place, cfa));
        if (rule.saved_bp != distance(place, cfa) || rule.saved_bp % 8 != 0 || rule.saved_bp == 0) {
            return kOpaque;
        }
    }
    // Is the return address the word below the cfa? Most frames are small enough that it was
    // marked.
    const std::uintptr_t place = cfa - 8;
    if (frame.get(UNW_X86_64_RIP) == mark_for(place)) {
        return rule;
    }
    const std::uintptr_t before = word_at(place);
    word_at(place) = mark_for(place);
    MadeUpFrame again(pc);
    const bool goes_on = again.step();
    word_at(place) = before;
    if (!goes_on) {
        rule.kind = FrameRule::Kind::outermost;
        return rule;
    }
    return again.get(UNW_X86_64_RIP) == mark_for(place) ? rule : kOpaque;
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
    for (std::uintptr_t place = made_up_sp(); place < made_up_sp() + kMarkedBytes; place += 8) {
        word_at(place) = mark_for(place);
    }
    return true;
}

FrameRule learn(std::uintptr_t pc) noexcept {
    const SpinGuard guard(g_lock);
    return learn_with_lock(pc);
}

void reset_lock() noexcept {
    g_lock.reset();
}

}  // namespace tracemalloc::preload::rule_learner
