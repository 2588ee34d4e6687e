// SPDX-License-Identifier: MIT
#include "preload/capture/rule_learner.h"

#include "preload/capture/frame_step.h"
#include "tests/support/catch.h"
#include "tests/unit/preload/capture/comparison.h"

// Never called: only their tables are read. The first two say cfa = rsp + n directly, the others by
// an expression (DW_OP_breg7 n), which is asked of libunwind.
#define TM_FRAME(name, cfa)                                                                \
    asm(".pushsection .text\n.type " #name ", @function\n" #name ":\n.cfi_startproc\n" cfa \
        "\nnop\nnop\n.cfi_endproc\n.size " #name ", .-" #name "\n.popsection");            \
    extern "C" void name()

TM_FRAME(tm_large_frame, ".cfi_def_cfa_offset 0x4000000");
TM_FRAME(tm_too_large_frame, ".cfi_def_cfa_offset 0x4000008");
TM_FRAME(tm_large_expression, ".cfi_escape 0x0f, 5, 0x77, 0x80, 0x80, 0x80, 0x20");
TM_FRAME(tm_too_large_expression, ".cfi_escape 0x0f, 5, 0x77, 0x88, 0x80, 0x80, 0x20");

namespace tracemalloc::preload {

TEST_CASE("frames of up to 64 MiB are followed, by whichever way their rule is learned") {
    test::Comparison::load_libraries();
    const auto rule_of = [](void (*function)()) {
        return rule_learner::learn(reinterpret_cast<std::uintptr_t>(function) + 1);
    };
    const FrameRule large(FrameRule::Kind::stack_pointer, static_cast<std::int32_t>(kLargestFrame));
    CHECK(rule_of(tm_large_frame) == large);
    CHECK(rule_of(tm_large_expression) == large);
    const FrameRule opaque(FrameRule::Kind::opaque);
    CHECK(rule_of(tm_too_large_frame) == opaque);
    CHECK(rule_of(tm_too_large_expression) == opaque);
}

}  // namespace tracemalloc::preload
