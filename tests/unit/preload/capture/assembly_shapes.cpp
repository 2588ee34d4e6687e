// SPDX-License-Identifier: MIT
//
// Frames that no compiler of ours makes, but hand-written code and other compilers do. Each
// function takes a Journey and a depth and hands them to tm_go_on.
// None keeps rbp in another register (.cfi_register): libunwind itself goes astray there.
#include "tests/unit/preload/capture/journey.h"

extern "C" __attribute__((used, visibility("default"))) void tm_go_on(
    tracemalloc::test::Journey* journey, unsigned depth) {
    journey->go_on(depth);
    asm volatile("");
}

#define TM_FUNCTION(name, body)                                                               \
    asm(".pushsection .text\n.type " #name ", @function\n" #name                              \
        ":\n"                                                                                 \
        ".cfi_startproc\n" body "\n.cfi_endproc\n.size " #name ", .-" #name "\n.popsection"); \
    extern "C" void name(tracemalloc::test::Journey& journey, unsigned depth)

/// The cfa hangs on rbx.
TM_FUNCTION(tm_cfa_by_rbx,
            "pushq %rbx\n.cfi_adjust_cfa_offset 8\n.cfi_offset rbx, -16\n"
            "movq %rsp, %rbx\n.cfi_def_cfa_register rbx\n"
            "subq $48, %rsp\n"
            "call tm_go_on\n"
            "movq %rbx, %rsp\n.cfi_def_cfa_register rsp\n"
            "popq %rbx\n.cfi_adjust_cfa_offset -8\nret");

/// rbp is saved in an unusual place, and holds something else during the call.
TM_FUNCTION(tm_rbp_in_the_middle,
            "subq $56, %rsp\n.cfi_adjust_cfa_offset 56\n"
            "movq %rbp, 24(%rsp)\n.cfi_offset rbp, -40\n"
            "movq $12345, %rbp\n"
            "call tm_go_on\n"
            "movq 24(%rsp), %rbp\n.cfi_restore rbp\n"
            "addq $56, %rsp\n.cfi_adjust_cfa_offset -56\nret");

/// The cfa is an expression: *(rsp + 8).
TM_FUNCTION(tm_cfa_by_expression,
            "leaq 8(%rsp), %rax\n"
            "subq $24, %rsp\n.cfi_adjust_cfa_offset 24\n"
            "movq %rax, 8(%rsp)\n"
            ".cfi_escape 0x0f, 0x03, 0x77, 0x08, 0x06\n"
            "call tm_go_on\n"
            "addq $24, %rsp\n.cfi_def_cfa rsp, 8\nret");

/// A frame pointer that does not point at the saved one.
TM_FUNCTION(tm_shifted_frame_pointer,
            "pushq %rbp\n.cfi_adjust_cfa_offset 8\n.cfi_offset rbp, -16\n"
            "leaq -128(%rsp), %rbp\n.cfi_def_cfa rbp, 144\n"
            "subq $272, %rsp\n"
            "call tm_go_on\n"
            "leaq 128(%rbp), %rsp\n.cfi_def_cfa rsp, 16\n"
            "popq %rbp\n.cfi_adjust_cfa_offset -8\n.cfi_restore rbp\nret");

namespace tracemalloc::test {

std::vector<Shape> assembly_shapes() {
    return {tm_cfa_by_rbx, tm_rbp_in_the_middle, tm_cfa_by_expression, tm_shifted_frame_pointer};
}

}  // namespace tracemalloc::test
