// SPDX-License-Identifier: MIT
//
// Recursion 200 calls deep that allocates on the way down and on the way up, as parsers do: the
// call sites on the way are chosen by the shape of the input. In:  recursion DESCENTS SHAPES: with
// one shape each descent is the same as the last, with more the
//      stacks differ from one descent to the next.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "tests/bench/programs/call_depth.h"

namespace {

constexpr int kDepth = 200;

struct Node {
    std::unique_ptr<Node> child;
    std::unique_ptr<char[]> text;
};

std::unique_ptr<Node> parse(int depth, bench::Random& random);

[[gnu::noinline]] std::unique_ptr<Node> parse_list(int depth, bench::Random& random) {
    auto node = std::make_unique<Node>();
    node->child = parse(depth - 1, random);
    node->text.reset(new char[24]);
    return node;
}

[[gnu::noinline]] std::unique_ptr<Node> parse_word(int depth, bench::Random& random) {
    auto node = std::make_unique<Node>();
    node->text.reset(new char[40]);
    node->child = parse(depth - 1, random);
    return node;
}

[[gnu::noinline]] std::unique_ptr<Node> parse(int depth, bench::Random& random) {
    if (depth == 0)
        return nullptr;
    return random.below(4) == 0 ? parse_list(depth, random) : parse_word(depth, random);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3 || std::atol(argv[2]) < 1) {
        std::fprintf(stderr, "usage: recursion DESCENTS SHAPES\n");
        return 2;
    }
    const long shapes = std::atol(argv[2]);
    for (long i = std::atol(argv[1]); i > 0; --i) {
        bench::Random random(static_cast<unsigned long>(i % shapes));
        const std::unique_ptr<Node> root = parse(kDepth / 2, random);  // two calls a level
        bench::keep(root.get());
    }
}
