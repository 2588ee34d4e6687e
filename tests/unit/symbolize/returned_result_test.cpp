// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/returned_result.h"

#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

using Code = std::vector<unsigned char>;

bool returns(const Code& code, std::size_t at = 0) {
    return returns_result(code, at);
}

}  // namespace

TEST_CASE("ends of wrappers, as gcc 12 made them for Debian's git") {
    // xstrdup: test rax,rax; je; add rsp,8; pop rbx; pop rbp; ret
    CHECK(returns({0x48, 0x85, 0xc0, 0x74, 0x21, 0x48, 0x83, 0xc4, 0x08, 0x5b, 0x5d, 0xc3}));
    // xrealloc: mov rcx,rax; or rcx,rbx; je; test rax,rax; je; pop rbx; ret
    CHECK(returns({0x48, 0x89, 0xc1, 0x48, 0x09, 0xd9, 0x74, 0x1f, 0x48, 0x85, 0xc0, 0x74, 0x26,
                   0x5b, 0xc3}));
    // xcalloc: test rax,rax; jne to the end, where add rsp,8 is; pop rbx; pop rbp; pop r12; ret
    CHECK(returns({0x48, 0x85, 0xc0, 0x75, 0x02, 0xcc, 0xcc, 0x5b, 0x5d, 0x41, 0x5c, 0xc3}));
    // the same with a long jump
    CHECK(returns({0x48, 0x85, 0xc0, 0x0f, 0x85, 1, 0, 0, 0, 0xcc, 0x5b, 0xc3}));
    CHECK(returns({0x48, 0x85, 0xc0, 0x0f, 0x84, 1, 0, 0, 0, 0xc3}));
    // mov r12,rax; test r12,r12; je; mov rax,r12; lea rsp,[rbp-16]; leave; ret
    CHECK(returns({0x49, 0x89, 0xc4, 0x4d, 0x85, 0xe4, 0x74, 0x10, 0x4c, 0x89, 0xe0, 0x48, 0x8d,
                   0x65, 0xf0, 0xc9, 0xc3}));
    CHECK(returns({0xc3}));
    CHECK(returns({0xc3, 0xeb, 0xfd}, 1));  // a jump back
}

TEST_CASE("a block that is used, lost or given elsewhere is the function's own") {
    // mov [rbx],rax; ret
    CHECK_FALSE(returns({0x48, 0x89, 0x03, 0xc3}));
    // mov qword [rax],0; ret
    CHECK_FALSE(returns({0x48, 0xc7, 0x00, 0, 0, 0, 0, 0xc3}));
    // mov rdi,rax; call
    CHECK_FALSE(returns({0x48, 0x89, 0xc7, 0xe8, 0, 0, 0, 0, 0xc3}));
    // xor eax,eax; ret: something else is returned
    CHECK_FALSE(returns({0x31, 0xc0, 0xc3}));
    // pop rax; ret
    CHECK_FALSE(returns({0x58, 0xc3}));
    // mov rbx,rax; pop rbx; mov rax,rbx; ret: the copy was overwritten
    CHECK_FALSE(returns({0x48, 0x89, 0xc3, 0x5b, 0x48, 0x89, 0xd8, 0xc3}));
    // or rax,rbx; ret: no longer the pointer
    CHECK_FALSE(returns({0x48, 0x09, 0xd8, 0xc3}));
    // lea rax,[rax+16]; ret: a place inside the block
    CHECK_FALSE(returns({0x48, 0x8d, 0x40, 0x10, 0xc3}));
}

TEST_CASE("a branch on something else is not followed") {
    CHECK_FALSE(returns({0x74, 0x00, 0xc3}));                    // flags of before the call
    CHECK_FALSE(returns({0x48, 0x85, 0xdb, 0x74, 0x00, 0xc3}));  // test rbx,rbx
    CHECK_FALSE(returns({0x48, 0x85, 0xc0, 0x48, 0x83, 0xc4, 0x08, 0x74, 0x00, 0xc3}));
}

TEST_CASE("code that ends, leads out of itself or goes round ends the walk") {
    CHECK_FALSE(returns({}));
    CHECK_FALSE(returns({0xc3}, 7));
    CHECK_FALSE(returns({0x48}));
    CHECK_FALSE(returns({0x48, 0x85}));
    CHECK_FALSE(returns({0xe9, 0xff, 0xff, 0xff, 0x7f}));
    CHECK_FALSE(returns({0xe9, 0x00, 0x00, 0x00, 0x80}));
    CHECK_FALSE(returns({0xeb, 0x80}));
    CHECK_FALSE(returns({0xeb, 0xfe}));
    CHECK_FALSE(returns({0xeb}));
}

}  // namespace tracemalloc::analyze
