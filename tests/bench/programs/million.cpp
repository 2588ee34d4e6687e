// SPDX-License-Identifier: MIT
//
// Many small live blocks: what a tracer keeps for each of them shows in the peak RSS.
// In:  million BLOCKS [hold]: `hold` ends the program with the blocks live.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "tests/bench/programs/call_depth.h"

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: million BLOCKS [hold]\n");
        return 2;
    }
    bench::Random random(3);
    std::vector<char*> blocks(static_cast<std::size_t>(std::atol(argv[1])));
    for (char*& block : blocks) {
        const std::size_t size = 16 + random.below(49);
        block = static_cast<char*>(std::malloc(size));
        if (block == nullptr)
            return 1;
        std::memset(block, 1, size);
    }
    bench::keep(blocks.data());
    if (argc > 2 && std::strcmp(argv[2], "hold") == 0)
        std::exit(0);
    for (char* block : blocks)
        std::free(block);
}
