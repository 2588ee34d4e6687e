// SPDX-License-Identifier: MIT
//
// A random descent through functions whose frames have every shape compilers make. Where it is, at
// any moment, `stop` is called: the test looks at the stack there.
#pragma once

#include <functional>
#include <random>
#include <vector>

namespace tracemalloc::test {

class Journey;

/// A function that goes on with the journey from a frame of its own shape.
using Shape = void (*)(Journey& journey, unsigned depth);

class Journey {
public:
    Journey(std::uint64_t seed, std::vector<Shape> shapes, void (*stop)())
        : random_(seed), shapes_(std::move(shapes)), stop_(stop) {}

    /// From a shape: stops here and there, and descends once or twice while there is depth left.
    void go_on(unsigned depth);

    /// Called at some stops: for signals, coroutines and whatever else comes from outside.
    std::function<void()> interruption;

    std::uint32_t random(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_() % below);
    }

private:
    std::mt19937_64 random_;
    std::vector<Shape> shapes_;
    void (*stop_)();
};

/// The shapes as two compilers' modes make them, the C library's callbacks and hand-written ones.
std::vector<Shape> unoptimised_shapes();
std::vector<Shape> optimised_shapes();
std::vector<Shape> frame_pointer_shapes();
std::vector<Shape> assembly_shapes();
std::vector<Shape> compiled_shapes();  ///< all but those of assembly

}  // namespace tracemalloc::test
